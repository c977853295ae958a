"""What a device does, for tests: says hello, sends pictures, asks for the statistics, prints the answers.

Runs in Python 3 (arguments: port, pictures) and in MicroPython, where send_pictures.mjs gives the module "host".
"""

import sys

from ptilmpq_serial import Host, Refused, crc32c

if sys.implementation.name == "micropython":
    import host

    class Line:
        """Bytes go through JavaScript as text of hexadecimal digits."""

        def read(self):
            return bytes.fromhex(host.read())

        def write(self, data):
            host.write(bytes(data).hex())

    line = Line()
    pictures = [bytes.fromhex(picture) for picture in host.pictures().split(" ")]
else:
    import os

    class Line:
        def __init__(self, port):
            self._port = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)

        def read(self):
            try:
                return os.read(self._port, 4096)
            except BlockingIOError:
                return None

        def write(self, data):
            while data:
                try:
                    data = data[os.write(self._port, data):]
                except BlockingIOError:
                    pass

    def load(name):
        with open(name, "rb") as file:
            return file.read()

    line = Line(sys.argv[1])
    pictures = [load(name) for name in sys.argv[2:]]

print("crc32c %08X" % crc32c(b"123456789"))
device = Host(line, timeout=300, tries=200)
print("host", *device.hello())
for number, picture in enumerate(pictures):
    try:
        # A long frame would hardly ever get through the noise whole.
        in_parts = number % 2 or len(picture) > 500
        results = device.picture_in_parts(picture, 128) if in_parts else device.picture(picture)
        index, probability, label = results[0]
        print("result", index, round(probability * 65535), label)
    except Refused as e:
        print("refused", e.args[0], e.args[1])
print("pictures", device.statistics()[1])
