/** What a board is: cores, memory, SIMD, caches. */
module org.ptilmpq.profiles {
  exports org.ptilmpq.profiles;
}
