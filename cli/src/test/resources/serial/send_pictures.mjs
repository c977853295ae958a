// Runs send_pictures.py in MicroPython: node send_pictures.mjs MICROPYTHON.mjs LIBRARY.py PROGRAM.py PORT PICTURE...
import fs from "node:fs";
import { pathToFileURL } from "node:url";

const [interpreter, library, program, port, ...pictures] = process.argv.slice(2);
const { loadMicroPython } = await import(pathToFileURL(interpreter));
const line = fs.openSync(port, fs.constants.O_RDWR | fs.constants.O_NOCTTY | fs.constants.O_NONBLOCK);
const buffer = Buffer.alloc(4096);

// Bytes moved, 0 where none can be at the moment.
function moved(action) {
  try {
    return action();
  } catch (e) {
    if (e.code !== "EAGAIN") throw e;
    return 0;
  }
}

const micropython = await loadMicroPython({ heapsize: 4 * 1024 * 1024 });
micropython.registerJsModule("host", {
  read: () => buffer.subarray(0, moved(() => fs.readSync(line, buffer))).toString("hex"),
  write: (hex) => {
    const bytes = Buffer.from(hex, "hex");
    for (let done = 0; done < bytes.length; ) {
      done += moved(() => fs.writeSync(line, bytes, done));
    }
  },
  pictures: () => pictures.map((name) => fs.readFileSync(name).toString("hex")).join(" "),
});
micropython.FS.mkdir("/lib");
micropython.FS.writeFile("/lib/ptilmpq_serial.py", fs.readFileSync(library));
micropython.runPython(fs.readFileSync(program, "utf8"));
