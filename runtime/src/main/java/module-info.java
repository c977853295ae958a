/** The embeddable library: sessions, plans, pictures. */
module org.ptilmpq.runtime {
  // For programs that have pictures of java.awt; others run without it.
  requires static java.desktop;
  requires transitive org.ptilmpq.format;
  requires transitive org.ptilmpq.kernels;
  requires transitive org.ptilmpq.profiles;

  exports org.ptilmpq.runtime;
  exports org.ptilmpq.runtime.image;
}
