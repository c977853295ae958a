/** The library people embed: sessions, plans, pictures. */
module org.ptilmpq.runtime {
  requires transitive org.ptilmpq.format;
  requires transitive org.ptilmpq.kernels;
  requires transitive org.ptilmpq.profiles;

  exports org.ptilmpq.runtime;
  exports org.ptilmpq.runtime.image;
}
