package org.ptilmpq.runtime;

/**
 * What a session needs, in bytes, part by part.
 *
 * @param weights packed codes, resident once they have been used
 * @param arena every activation
 * @param scratch working memory of all threads
 * @param picture decoding and resizing the largest picture that is accepted
 * @param metadata the model's records, scales and labels on the Java heap
 * @param baseline what the virtual machine and this library need before any model is opened
 */
public record MemoryBudget(long weights, long arena, long scratch, long picture, long metadata, long baseline) {

  /** All parts together. */
  public long total() {
    return weights + arena + scratch + picture + metadata + baseline;
  }
}
