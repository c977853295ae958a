/** Small programs that embed the library. */
module org.ptilmpq.examples {
  requires org.ptilmpq.runtime;
}
