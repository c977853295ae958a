package org.ptilmpq.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The text that {@code --version} prints. */
public final class ProgramVersion implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    String java = System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")";
    return new String[] {"ptilmpq " + number(), "Java " + java};
  }

  /** Returns the version number, like "0.1.0". */
  public static String number() throws IOException {
    Properties properties = new Properties();
    try (InputStream in = ProgramVersion.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    }
    return properties.getProperty("version");
  }
}
