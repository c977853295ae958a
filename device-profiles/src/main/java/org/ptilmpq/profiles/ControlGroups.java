package org.ptilmpq.profiles;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** The memory that the control groups of this process allow, version 2 or 1: of a container, or a systemd unit. */
record ControlGroups(SystemFiles files) {

  /**
   * The smallest limit of the groups this process is in, in bytes; 0 when there is none. In a container the group's
   * path is often one of the host, which isn't below /sys/fs/cgroup: then the top folder has the limit.
   */
  long memoryLimit() {
    long smallest = 0;
    for (String line : files.text("proc/self/cgroup").lines().toList()) {
      String[] parts = line.split(":", 3);
      if (parts.length < 3) {
        continue;
      }
      if (parts[1].isEmpty()) {
        smallest = smaller(smallest, limitUpwards("sys/fs/cgroup", parts[2], "memory.max"));
      } else if (List.of(parts[1].split(",")).contains("memory")) {
        smallest = smaller(smallest, limitUpwards("sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes"));
      }
    }
    return smallest;
  }

  private long limitUpwards(String hierarchy, String group, String file) {
    Path top = files.root().resolve(hierarchy).normalize();
    String below = group.replaceFirst("^/+", "");
    if (below.indexOf('\0') >= 0) {
      return 0;
    }
    long smallest = 0;
    for (Path folder = top.resolve(below).normalize(); folder.startsWith(top); folder = folder.getParent()) {
      OptionalLong limit = files.number(files.root().relativize(folder.resolve(file)).toString());
      smallest = smaller(smallest, limit.orElse(0));
    }
    return smallest;
  }

  private static long smaller(long a, long b) {
    return a == 0 ? b : b == 0 ? a : Math.min(a, b);
  }
}
