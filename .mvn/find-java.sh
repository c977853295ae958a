# Where a Java of version 25 or later is: sourced by mvnw, ptilmpq and .ci/run, so that all find the same one. In POSIX
# sh, and with as few processes as can be: ptilmpq does this at every start.

# Sets java_version to the version of the Java in a folder, as its file "release" says, or to 0.
read_java_version() {
  java_version=0
  [ -r "$1/release" ] || return 0
  while IFS='="' read -r key _ value _; do
    if [ "$key" = JAVA_VERSION ]; then
      value=${value%%[!0-9]*}
      java_version=${value:-0}
      return
    fi
  done <"$1/release"
}

# serves_java FOLDER PROGRAM: whether a Java of version 25 or later is there, with that program.
serves_java() {
  [ -x "$1/bin/$2" ] || return 1
  read_java_version "$1"
  [ "$java_version" -ge 25 ]
}

# first_java PROGRAM FOLDER...: sets java_home to the first of the folders with a Java that serves.
first_java() {
  java_program=$1
  shift
  for java_home in "$@"; do
    if [ -n "$java_home" ] && serves_java "$java_home" "$java_program"; then
      return 0
    fi
  done
  return 1
}

# find_java PROGRAM: sets java_home to the first folder with a Java that serves; fails if there is none. PROGRAM is java
# for running and javac for building, as many a Java comes without a compiler. What is on the path takes two processes to
# find, so that comes after what needs none.
find_java() {
  first_java "$1" "${PTILMPQ_JAVA_HOME:-}" "${JAVA_HOME:-}" && return
  on_path=$(readlink -f "$(command -v "$1")" 2>/dev/null) || on_path=
  first_java "$1" "${on_path%/bin/"$1"}" \
    /usr/lib/jvm/* /opt/* /usr/local/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* "${HOME:-}"/.local/share/mise/installs/java/*
}
