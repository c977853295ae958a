/**
 * The embeddable library: {@link org.ptilmpq.runtime.Session} runs a {@code .pq} model on pictures, inside a memory cap
 * that is proved before the first byte is computed.
 *
 * <pre>{@code
 * try (Session session = Session.open(Path.of("resnet50.pq"))) {
 *   session.classify(Path.of("cat.jpg")).top(5).forEach(System.out::println);
 * }
 * }</pre>
 */
package org.ptilmpq.runtime;
