package org.ptilmpq.profiles;

import java.util.ArrayList;
import java.util.List;

/** What holds the processor back at a moment, as far as the system tells; each kind of machine tells in its own way. */
public sealed interface Throttling {

  /** For people: "no", "throttled; earlier: under-voltage", "–" when unknown. */
  String text();

  /**
   * What came between two moments, for people: "no → throttled".
   *
   * @param after of the same machine, later
   */
  default String until(Throttling after) {
    return text() + " → " + after.text();
  }

  /** The system doesn't tell. */
  record Unknown() implements Throttling {

    @Override
    public String text() {
      return "–";
    }

    @Override
    public String until(Throttling after) {
      return after instanceof Unknown ? text() : Throttling.super.until(after);
    }
  }

  /**
   * What a Raspberry Pi's firmware says: bits 0 to 3 hold now, bits 16 to 19 have been since it was started.
   *
   * <p>Source: Raspberry Pi documentation, {@code vcgencmd get_throttled}.
   */
  record Firmware(int bits) implements Throttling {

    private static final List<String> NAMES =
        List.of("under-voltage", "frequency capped", "throttled", "soft temperature limit");

    private static final int EARLIER = 16;

    @Override
    public String text() {
      List<String> now = names(bits);
      List<String> earlier = names(bits >> EARLIER);
      String text = now.isEmpty() ? "no" : String.join(", ", now);
      return earlier.isEmpty() ? text : text + "; earlier: " + String.join(", ", earlier);
    }

    private static List<String> names(int bits) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < NAMES.size(); i++) {
        if ((bits >> i & 1) != 0) {
          names.add(NAMES.get(i));
        }
      }
      return names;
    }
  }

  /** How often the cores and packages of a PC were too hot since it was started (Intel's processors count). */
  record Events(long count) implements Throttling {

    @Override
    public String text() {
      return count == 0 ? "no" : count + (count == 1 ? " event" : " events");
    }

    /** Only those between the two moments say something: "no" or "3 events". */
    @Override
    public String until(Throttling after) {
      return after instanceof Events later
          ? new Events(Math.max(0, later.count - count)).text()
          : Throttling.super.until(after);
    }
  }

  /** Which of the kernel's means of cooling hold the processor back: on Jetsons and other boards. */
  record Cooling(List<String> active) implements Throttling {

    public Cooling {
      active = List.copyOf(active);
    }

    @Override
    public String text() {
      return active.isEmpty() ? "no" : String.join(", ", active);
    }
  }
}
