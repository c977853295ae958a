#!/usr/bin/env python3
"""Makes the golden pictures and what Pillow makes of them: src/test/resources/golden/pictures.

make_pictures.py FOLDER
All pictures are drawn by this script: no one else's rights are in them. Needs Pillow; those committed were made with
Pillow 9.4.0 on libjpeg-turbo 2.1.5 (Debian 12's python3-pil). Files written, besides the pictures:
  pictures.tsv   file, width, height, SHA-256 of the RGB bytes after exif_transpose and convert("RGB")
  resizes.tsv    source width and height, target width and height, SHA-256 of the resized RGB bytes
  crops.tsv      source width and height, resize, crop width and height, SHA-256 of the cropped RGB bytes
  inputs.tsv     mean, std, scale, zero point, then the 256 quantized inputs
  greys.tsv      source width and height, SHA-256 of its grey pixels
Sources of the last four are noise(width, height), which the tests draw again.
"""
import hashlib, io, os, struct, sys, zlib
from PIL import Image, ImageDraw, ImageOps

out = sys.argv[1]
os.makedirs(out, exist_ok=True)
pictures = []


def sha(data): return hashlib.sha256(data).hexdigest()


def noise_bytes(n, seed=1):
    state, data = seed, bytearray(n)
    for i in range(n):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        data[i] = state >> 16 & 0xFF
    return bytes(data)


def noise(w, h): return Image.frombytes("RGB", (w, h), noise_bytes(3 * w * h))


def scene(w, h):
    """Gradients, hard edges as of text, saturated colours, and some noise."""
    im = Image.new("RGB", (w, h))
    im.putdata([(255 * x // max(1, w - 1), 255 * y // max(1, h - 1), (x * 7 + y * 13) % 256) for y in range(h) for x in range(w)])
    draw = ImageDraw.Draw(im)
    for i in range(0, w, 6): draw.line((i, h // 3, i + 3, 2 * h // 3), fill=(0, 0, 0) if i % 4 else (255, 255, 255))
    draw.rectangle((w // 2, 0, w - 1, h // 4), fill=(255, 0, 0)); draw.ellipse((0, h // 2, w // 3, h - 1), fill=(0, 0, 255))
    im.paste(noise(max(1, w // 4), max(1, h // 4)), (w // 2, h // 2))
    return im


def record(name):
    im = ImageOps.exif_transpose(Image.open(os.path.join(out, name)))
    if im.mode.startswith("I"):        # 16-bit grey: Pillow's convert would clip at 255; the high byte is meant
        im = im.point(lambda v: v * (1 / 256)).convert("L")
    im = im.convert("RGB")
    pictures.append((name, *im.size, sha(im.tobytes())))


def save(name, im, **options): im.save(os.path.join(out, name), **options); record(name)


def write(name, data):
    with open(os.path.join(out, name), "wb") as f: f.write(data)
    record(name)


# JPEG ---------------------------------------------------------------------------------------------------------------

def encoded(im, **options):
    buffer = io.BytesIO(); im.save(buffer, "JPEG", **options); return buffer.getvalue()


def segments(jpeg):
    """(marker, data) of each segment before the scan, and the rest from SOS on."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        n = struct.unpack(">H", jpeg[at + 2:at + 4])[0]; found.append((jpeg[at + 1], jpeg[at + 4:at + 2 + n])); at += 2 + n
    return found, jpeg[at:]


def joined(found, rest):
    return b"\xff\xd8" + b"".join(bytes([0xFF, m]) + struct.pack(">H", len(d) + 2) + d for m, d in found) + rest


def without(jpeg, *markers):
    found, rest = segments(jpeg); return joined([s for s in found if s[0] not in markers], rest)


def with_first(jpeg, marker, data):
    found, rest = segments(jpeg); return joined([(marker, data)] + found, rest)


def adobe(transform): return b"Adobe" + struct.pack(">HHHB", 100, 0, 0, transform)


def reframed(jpeg, w, h, sampling):
    """The same blocks under another size and other sampling factors of the first component: scrambled, but valid."""
    found, rest = segments(jpeg)
    return joined([(m, d[:1] + struct.pack(">HH", h, w) + d[5:7] + bytes([sampling]) + d[8:] if m in (0xC0, 0xC2) else d) for m, d in found], rest)


for w, h in ((1, 1), (2, 3), (8, 8), (17, 33), (96, 61), (3, 120), (301, 2)):
    for name, sub in (("444", 0), ("422", 1), ("420", 2)):
        save(f"rgb-{name}-{w}x{h}.jpg", scene(w, h), quality=88, subsampling=sub)
save("progressive-420.jpg", scene(97, 63), quality=75, progressive=True)
save("progressive-444.jpg", scene(63, 97), quality=92, subsampling=0, progressive=True)
save("optimized.jpg", scene(80, 50), quality=30, optimize=True)
save("grey.jpg", scene(75, 43).convert("L"), quality=85)
save("grey-progressive.jpg", scene(75, 43).convert("L"), quality=85, progressive=True)
cmyk = Image.merge("CMYK", [*scene(70, 41).split(), scene(41, 70).convert("L").resize((70, 41))])
cmyk_jpeg = encoded(cmyk, quality=90)
write("cmyk-adobe.jpg", cmyk_jpeg)
write("cmyk-no-marker.jpg", without(cmyk_jpeg, 0xEE))
write("ycck.jpg", with_first(without(cmyk_jpeg, 0xEE), 0xEE, adobe(2)))
write("ycck-progressive.jpg", with_first(without(encoded(cmyk, progressive=True), 0xEE), 0xEE, adobe(2)))
plain = encoded(scene(60, 44), quality=90, subsampling=0)
write("no-markers-444.jpg", without(plain, 0xE0))
write("no-markers-420.jpg", without(encoded(scene(60, 44), quality=90), 0xE0))
write("adobe-rgb.jpg", with_first(without(plain, 0xE0), 0xEE, adobe(0)))
write("adobe-ycc.jpg", with_first(without(plain, 0xE0), 0xEE, adobe(1)))
write("jfif-and-adobe-rgb.jpg", joined(segments(plain)[0][:1] + [(0xEE, adobe(0))] + segments(plain)[0][1:], segments(plain)[1]))
write("profile.jpg", with_first(plain, 0xE2, b"ICC_PROFILE\0\1\1" + noise_bytes(300)))
write("comment.jpg", with_first(plain, 0xFE, b"a comment"))
write("stray-bytes.jpg", plain[:-2] + b"\0\0\0" + plain[-2:])
sos = plain.index(b"\xff\xda") + 12
write("scan-parameters.jpg", plain[:sos - 1] + b"\0\0\0" + plain[sos + 2:])
write("trailing-bytes.jpg", plain + b"\xff\xd8another picture")
for w, h in ((40, 64), (37, 59), (33, 49)): write(f"440-{w}x{h}.jpg", reframed(encoded(scene(64, 40), subsampling=1), w, h, 0x12))
write("440-progressive.jpg", reframed(encoded(scene(64, 40), subsampling=1, progressive=True), 39, 63, 0x12))
write("411.jpg", reframed(encoded(scene(64, 64), subsampling=2), 63, 63, 0x41))
for code in range(1, 9):
    exif = Image.Exif(); exif[0x0112] = code
    save(f"orientation-{code}.jpg", scene(45, 28), quality=80, exif=exif)
big = b"MM\0*\0\0\0\x08\0\1\x01\x12\0\x03\0\0\0\1\0\x06\0\0\0\0\0\0"
write("orientation-big-endian.jpg", with_first(plain, 0xE1, b"Exif\0\0" + big))

# PNG ----------------------------------------------------------------------------------------------------------------

def chunk(kind, data): return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def filtered(row, above, bpp, kind):
    """A row's bytes less their prediction, PNG filter types 0 to 4."""
    o = bytearray([kind])
    for i, v in enumerate(row):
        a = row[i - bpp] if i >= bpp else 0; b = above[i]; c = above[i - bpp] if i >= bpp else 0
        p = a + b - c; paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        o.append(v - (0, a, b, (a + b) // 2, paeth)[kind] & 0xFF)
    return bytes(o)


def png(w, h, color, depth, interlaced=False, extra=b"", palette=256):
    """A PNG of samples that rise and wrap, with all filter types in turn."""
    n = SAMPLES[color]; top = min(1 << depth, palette if color == 3 else 1 << 16)
    step = max(1, top // 61)
    sample = lambda x, y, c: (x * (3 + c) + y * (5 - c)) * step % top
    data = b""
    for x0, y0, dx, dy in ADAM7 if interlaced else ((0, 0, 1, 1),):
        if x0 >= w: continue
        above, count = None, 0
        for y in range(y0, h, dy):
            bits = "".join(format(sample(x, y, c), f"0{depth}b") for x in range(x0, w, dx) for c in range(n))
            bits += "0" * (-len(bits) % 8); row = int(bits, 2).to_bytes(len(bits) // 8, "big")
            data += filtered(row, above or bytes(len(row)), max(1, n * depth // 8), count % 5); above = row; count += 1
    colors = chunk(b"PLTE", noise_bytes(3 * min(palette, 1 << depth), 7)) if color == 3 else b""
    packed = zlib.compress(data, 9); half = len(packed) // 2
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", w, h, depth, color, 0, 0, interlaced)) + extra + colors
            + chunk(b"IDAT", packed[:half]) + chunk(b"IDAT", b"") + chunk(b"IDAT", packed[half:]) + chunk(b"IEND", b""))


for color, depths in ((0, (1, 2, 4, 8, 16)), (2, (8, 16)), (3, (1, 2, 4, 8)), (4, (8, 16)), (6, (8, 16))):
    for depth in depths:
        for interlaced in (False, True):
            write(f"type{color}-{depth}bit{'-interlaced' * interlaced}.png", png(37, 23, color, depth, interlaced))
for w, h in ((1, 1), (2, 1), (1, 9), (3, 5), (5, 3)): write(f"interlaced-{w}x{h}.png", png(w, h, 2, 8, True))
write("small-palette.png", png(19, 11, 3, 8, palette=5))
write("gamma-and-profile.png", png(20, 20, 0, 8, extra=chunk(b"gAMA", struct.pack(">I", 100000)) + chunk(b"iCCP", b"x\0\0" + zlib.compress(noise_bytes(200)))))
write("orientation-6.png", png(21, 14, 2, 8, extra=chunk(b"eXIf", big)))
save("noise.png", noise(64, 48))

# Resizes and what follows them ----------------------------------------------------------------------------------------

def table(name, rows):
    with open(os.path.join(out, name), "w") as f: f.writelines("\t".join(map(str, r)) + "\n" for r in rows)


sides = ((1, 1), (1, 7), (7, 1), (2, 2), (3, 3), (13, 29), (64, 64), (100, 75), (227, 227), (301, 1), (2, 400), (333, 500))
targets = ((1, 1), (2, 3), (5, 5), (31, 17), (64, 64), (99, 76), (256, 256), (1, 200), (224, 7))
table("resizes.tsv", [(*s, *t, sha(noise(*s).resize(t, Image.BILINEAR).tobytes())) for s in sides for t in targets])


def cropped(im, resize, cw, ch):
    w, h = im.size; k = resize / min(w, h) if resize else 1
    if k != 1: im = im.resize((int(w * k), int(h * k)), Image.BILINEAR); w, h = im.size
    start = lambda side, crop: -((crop - side) // 2) if side < crop else round((side - crop) / 2)
    left, top = start(w, cw), start(h, ch)
    return im.crop((left, top, left + cw, top + ch))


crops = [(*s, r, c, c) for s in sides if max(s) < 300 for r, c in ((256, 224), (32, 32), (0, 32), (40, 33))]
crops += [(333, 500, 256, 224, 224), (500, 333, 256, 224, 192), (49, 60, 256, 224, 224), (301, 1, 8, 8, 8), (227, 131, 0, 224, 224), (11, 10, 0, 14, 7)]
crops += [(w, 47, 41, 40, 40) for w in range(47, 60)]
table("crops.tsv", [(*c, sha(cropped(noise(c[0], c[1]), *c[2:]).tobytes())) for c in crops])

f32 = lambda v: struct.unpack("f", struct.pack("f", v))[0]
inputs = [(123.675, 58.395, .0186584, -14), (116.28, 57.12, .02, 0), (103.939, 1, 1.0039216, -5), (0, 1, 1, -128), (0, 255, .00392156862745098, -128), (127.5, 1, 2, 0), (0, 1, .25, 127)]
table("inputs.tsv", [(m, s, a, z, " ".join(str(max(-128, min(127, round((p - f32(m)) / f32(s) / f32(a)) + z))) for p in range(256))) for m, s, a, z in inputs])
table("greys.tsv", [(*s, sha(noise(*s).convert("L").tobytes())) for s in ((64, 64), (100, 75))])
table("pictures.tsv", pictures)
print(len(pictures), "pictures,", sum(os.path.getsize(os.path.join(out, n)) for n in os.listdir(out)), "bytes")
