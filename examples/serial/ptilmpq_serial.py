"""The device's end of PTILMPQ's framed serial link (docs/serial.md), for MicroPython: OpenMV, ESP32, RP2040, ...

    from pyb import UART                    # or machine.UART
    from ptilmpq_serial import Host

    host = Host(UART(3, 921600, timeout=0))
    host.hello()
    while True:
        picture = sensor.snapshot().to_jpeg(quality=80).bytearray()
        index, probability, label = host.picture(picture)[0]

Runs in Python 3 too.
"""

import struct
import time

HELLO = 0x01
PICTURE = 0x02
PART = 0x03
STATISTICS = 0x04
HELLO_ANSWER = 0x81
RESULT = 0x82
ACKNOWLEDGEMENT = 0x83
STATISTICS_ANSWER = 0x84
ERROR = 0xFF

VERSION = 1

# Half a byte at a time.
_TABLE = (
    0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3, 0x61C69362, 0x7198540D,
    0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9, 0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75,
)


def _milliseconds():
    """A clock that goes on from any start; differences by _since."""
    return time.ticks_ms() if hasattr(time, "ticks_ms") else int(time.monotonic() * 1000)


def _since(start):
    now = _milliseconds()
    return time.ticks_diff(now, start) if hasattr(time, "ticks_diff") else now - start


def crc32c(data, total=0):
    """CRC-32C of data, going on from the sum of what came before."""
    total ^= 0xFFFFFFFF
    for byte in data:
        total ^= byte
        total = (total >> 4) ^ _TABLE[total & 15]
        total = (total >> 4) ^ _TABLE[total & 15]
    return total ^ 0xFFFFFFFF


def stuffed(data):
    """The bytes without zeros, a zero before them and one behind."""
    out = bytearray((0, 0))
    code = 1
    for byte in data:
        if len(out) - code == 255:
            out[code] = 255
            code = len(out)
            out.append(0)
        if byte == 0:
            out[code] = len(out) - code
            code = len(out)
            out.append(0)
        else:
            out.append(byte)
    out[code] = len(out) - code
    out.append(0)
    return out


def unstuffed(block):
    """What was stuffed, given without the zeros around it; None if it was cut."""
    out = bytearray()
    at = 0
    while at < len(block):
        code = block[at]
        if at + code > len(block):
            return None
        out.extend(block[at + 1:at + code])
        at += code
        if code != 255 and at < len(block):
            out.append(0)
    return out


class Refused(Exception):
    """The host answered with an error: args are its code and text."""


class Silent(Exception):
    """The host has not answered after all tries."""


class Host:
    """The host at the other end of a line.

    line has read(), which gives the bytes that are there or None, and write(bytes).
    timeout is milliseconds until a message is sent again; tries says how often, None: without end.
    """

    def __init__(self, line, timeout=1000, tries=None, longest_answer=1024):
        self._line = line
        self._timeout = timeout
        self._tries = tries
        self._longest = longest_answer
        self._incoming = b""
        self._sequence = 0

    def hello(self):
        """Has to come first. Gives version, height, width, classes, longest picture, top and the model's name."""
        answer = self._ask(HELLO, bytes((VERSION,)), HELLO_ANSWER)
        return struct.unpack("<BHHIIB", answer[:14]) + (self._text(answer, 14)[0],)

    def picture(self, encoded):
        """Classifies a JPEG or PNG. Gives a list of (class, probability, label), the likeliest first."""
        return self._result(self._ask(PICTURE, encoded, RESULT))

    def picture_in_parts(self, encoded, part=200):
        """The same in parts that are acknowledged one by one: for lines that lose bytes."""
        self._sequence = (self._sequence + 1) & 0xFFFF
        offset = 0
        while True:
            payload = struct.pack("<II", len(encoded), offset) + encoded[offset:offset + part]
            kind, answer = self._send(PART, payload, (ACKNOWLEDGEMENT, RESULT), offset)
            if kind == RESULT:
                return self._result(answer)
            offset = struct.unpack("<I", answer[:4])[0]

    def statistics(self):
        """The host's counts, in the order of docs/serial.md."""
        answer = self._ask(STATISTICS, b"", STATISTICS_ANSWER)
        return struct.unpack("<13I", answer[:52])

    def _result(self, answer):
        classes = []
        at = 1
        for _ in range(answer[0]):
            index, probability = struct.unpack("<IH", answer[at:at + 6])
            label, at = self._text(answer, at + 6)
            classes.append((index, probability / 65535, label))
        return classes

    @staticmethod
    def _text(answer, at):
        end = at + 1 + answer[at]
        return bytes(answer[at + 1:end]).decode(), end

    def _ask(self, kind, payload, wanted):
        self._sequence = (self._sequence + 1) & 0xFFFF
        return self._send(kind, payload, (wanted,))[1]

    def _send(self, kind, payload, wanted, offset=None):
        """Sends a message until it is answered; gives the answer's type and payload."""
        body = struct.pack("<BH", kind, self._sequence) + payload
        frame = stuffed(body + struct.pack("<I", crc32c(body)))
        tried = 0
        while self._tries is None or tried < self._tries:
            self._line.write(frame)
            tried += 1
            start = _milliseconds()
            while _since(start) < self._timeout:
                answer = self._receive()
                if answer is None or struct.unpack("<H", answer[1:3])[0] != self._sequence:
                    continue
                # To a hello it is the answer to something before the reset.
                if answer[0] == ERROR and kind != HELLO:
                    raise Refused(answer[3], self._text(answer, 4)[0])
                # The acknowledgement of the part before may come once more.
                again = offset and answer[0] == ACKNOWLEDGEMENT and answer[3:7] == struct.pack("<I", offset)
                if answer[0] in wanted and not again:
                    return answer[0], answer[3:]
        raise Silent()

    def _receive(self):
        """The next sound frame without its checksum, or None."""
        data = self._line.read()
        if data:
            self._incoming += data
        end = self._incoming.find(b"\0")
        if end < 0:
            # So long without an end: noise.
            if len(self._incoming) > 2 * self._longest:
                self._incoming = b""
            return None
        body = unstuffed(self._incoming[:end])
        self._incoming = self._incoming[end + 1:]
        if body is None or len(body) < 7 or struct.unpack("<I", body[-4:])[0] != crc32c(body[:-4]):
            return None
        return body[:-4]
