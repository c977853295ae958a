package org.ptilmpq.quantizer.onnx;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.ptilmpq.quantizer.options.OnnxException;

/**
 * Tensors stored in files beside the model. A model may name files in its own folder and below, nothing else: it comes
 * from strangers, and must not be able to have other files of the machine read.
 */
final class ExternalData {

  private final Path folder;

  /**
   * @param folder the model's folder
   */
  ExternalData(Path folder) {
    this.folder = folder;
  }

  /** The bytes of a tensor; {@link OnnxException} unless the place it names holds exactly as many as expected. */
  ByteBuffer read(TensorProto tensor, String name, long expected) throws IOException {
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    Path file = resolve(entries.getOrDefault("location", ""), name);
    try (FileChannel channel = FileChannel.open(file)) {
      long offset = number(entries, "offset", 0, name);
      if (offset > channel.size()) {
        throw new OnnxException(
            "tensor '%s': offset %d lies beyond the end of %s".formatted(name, offset, file.getFileName()));
      }
      long length = number(entries, "length", channel.size() - offset, name);
      if (length > channel.size() - offset) {
        throw new OnnxException(
            "tensor '%s': %d bytes at offset %d reach beyond the end of %s"
                .formatted(name, length, offset, file.getFileName()));
      }
      if (length != expected) {
        throw new OnnxException("tensor '%s': %d bytes stored, %d expected".formatted(name, length, expected));
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
    }
  }

  private Path resolve(String location, String name) throws IOException {
    Path relative;
    try {
      relative = Path.of(location);
    } catch (InvalidPathException invalid) {
      throw new OnnxException(
          "tensor '%s': the location of its data, '%s', is not a path in the locale's encoding, %s: %s"
              .formatted(name, location, System.getProperty("sun.jnu.encoding"), invalid.getReason())
              + (location.indexOf('\0') < 0 ? "; LC_ALL=C.UTF-8 has all letters" : ""),
          invalid);
    }
    boolean climbs = false;
    for (Path part : relative) {
      climbs |= part.toString().equals("..");
    }
    if (location.isEmpty() || relative.isAbsolute() || climbs) {
      throw new OnnxException(
          "tensor '%s': its data is said to be in '%s', which is not inside the model's folder"
              .formatted(name, location));
    }
    Path file = folder.resolve(relative);
    if (!file.toFile().isFile()) {
      throw new OnnxException("tensor '%s': the file of its data, %s, is missing".formatted(name, file));
    }
    if (!file.toRealPath().startsWith(folder.toRealPath())) {
      throw new OnnxException("tensor '%s': '%s' is a link out of the model's folder".formatted(name, location));
    }
    return file;
  }

  private static long number(Map<String, String> entries, String key, long otherwise, String name)
      throws OnnxException {
    String text = entries.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      throw new OnnxException(
          "tensor '%s': the %s of its data is '%s', not a number".formatted(name, key, text), notANumber);
    }
    throw new OnnxException("tensor '%s': the %s of its data is negative".formatted(name, key));
  }
}
