package antiphon;

import io.nats.NatsServerRunner;
import io.nats.client.NatsTestServer;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Lets a server take its time to start: the tests' own limit is a third of a second. */
public class Patience implements LauncherSessionListener {
  private static final int TRIES = 400;  // 50 ms each

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    NatsTestServer.quiet();  // loads the class, which sets its limits then
    NatsServerRunner.setDefaultValidateTries(TRIES);
  }
}
