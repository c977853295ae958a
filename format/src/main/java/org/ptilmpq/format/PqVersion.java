package org.ptilmpq.format;

/**
 * The version of the format that this library writes. A reader takes every file of its own major version and refuses
 * larger ones. A minor version adds optional fields that an older reader may ignore without computing anything
 * different; a file that needs more (another storage form, grid or operation) is refused by an older reader, naming
 * what it doesn't know.
 */
public final class PqVersion {

  public static final int MAJOR = 1;
  public static final int MINOR = 1;

  private PqVersion() {}
}
