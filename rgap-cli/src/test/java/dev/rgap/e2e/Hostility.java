package dev.rgap.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What hosts do to those who run on them: a state that the program is started in, a trouble that
 * begins and ends while it runs, or both.
 */
enum Hostility {
  NONE,

  LOG_NOT_READ {
    @Override
    Program start(HostileHost host, Program program) throws IOException, InterruptedException {
      String pipe = pipe(host);
      host.shell("mkfifo " + pipe);
      // Full from the start. The program itself keeps it open for reading, and so alive.
      String fill = "dd if=/dev/zero of=\"$0\" bs=4096 oflag=nonblock 2>/dev/null";
      return program.by("sh", "-c", "exec 2<>\"$0\"; " + fill + "; exec \"$@\"", pipe);
    }

    @Override
    RunningProgram.Lines log(HostileHost host, RunningProgram running) {
      return host.programs().start(Program.of("cat", pipe(host))).out();
    }

    private static String pipe(HostileHost host) {
      return host.directory().resolve("log").toString();
    }
  },

  STOPPED_FOR_LONGER_THAN_MEMBERS_LIVE {
    @Override
    void begin(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      signal(process, "STOP");
    }

    @Override
    void end(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      signal(process, "CONT");
    }

    @Override
    boolean silencesAgents() {
      return true;
    }
  },

  TENTH_OF_A_PROCESSOR {
    @Override
    void begin(HostileHost host, ProcessHandle process) {
      String turns = "while kill -STOP $0; do sleep 0.09; kill -CONT $0; sleep 0.01; done";
      var _ = host.programs().start(Program.of("sh", "-c", turns, Long.toString(process.pid())));
    }
  },

  FIRST_RESOLVER_DEAD {
    @Override
    void prepare(HostileHost host) throws IOException {
      host.resolvers(NOBODY, RESOLVER);
    }
  },

  ALL_RESOLVERS_DEAD {
    @Override
    void begin(HostileHost host, ProcessHandle process) throws IOException {
      host.resolvers(NOBODY);
    }

    @Override
    void end(HostileHost host, ProcessHandle process) throws IOException {
      host.resolvers(RESOLVER);
    }
  },

  IPV4_ONLY {
    @Override
    void prepare(HostileHost host) throws IOException, InterruptedException {
      host.shell("echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6");
    }
  },

  IPV6_NOT_IN_THE_KERNEL {
    @Override
    Program start(HostileHost host, Program program) throws IOException, InterruptedException {
      return program.by(NoIpv6.make(host.directory()).toString());
    }
  },

  IPV6_ONLY {
    @Override
    void prepare(HostileHost host) throws IOException, InterruptedException {
      host.shell("ip address del 10.82.71.1/24 dev eth0");
      host.resolvers("fd82:71::2");
    }

    @Override
    String address() {
      return "[fd82:71::1]";
    }
  },

  ONE_MORE_INTERFACE {
    @Override
    void prepare(HostileHost host) throws IOException, InterruptedException {
      host.shell(
          "ip link add eth1 type veth peer name peer1; ip link set peer1 up;"
              + " ip address add 10.82.73.1/24 dev eth1; ip link set eth1 up; ip route del default");
    }

    @Override
    void begin(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      host.shell(
          "ip link add bridge0 type bridge; ip address add 10.82.72.1/24 dev bridge0;"
              + " ip link set bridge0 up");
    }

    @Override
    void end(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      host.shell("ip link del bridge0");
    }

    @Override
    String address() {
      return MULTICAST;
    }
  },

  DEFAULT_ROUTE_MOVED {
    @Override
    void begin(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      host.shell(
          "ip link add vpn0 type veth peer name peer0; ip link set peer0 up;"
              + " ip address add 10.82.74.1/24 dev vpn0; ip link set vpn0 up;"
              + " ip route replace default dev vpn0");
    }

    @Override
    void end(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      host.shell("ip link del vpn0; ip route replace default dev eth0");
    }

    @Override
    String address() {
      return MULTICAST;
    }
  },

  ADDRESS_GONE {
    @Override
    void begin(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      host.shell("ip address flush dev eth0");
    }

    @Override
    void end(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      host.shell(
          "ip address add 10.82.71.1/24 dev eth0; ip address add fd82:71::1/64 dev eth0 nodad;"
              + " ip route replace default dev eth0");
    }

    @Override
    boolean cutsOff() {
      return true;
    }
  },

  ROUTES_GONE {
    @Override
    void begin(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      host.shell("ip route flush dev eth0; ip -6 route flush dev eth0");
    }

    @Override
    void end(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      host.shell(
          "ip route add 10.82.71.0/24 dev eth0; ip route add default dev eth0;"
              + " ip -6 route add fd82:71::/64 dev eth0");
    }

    @Override
    boolean silencesAgents() {
      return true;
    }
  },

  INTERFACE_GONE {
    @Override
    void begin(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      host.unplug();
    }

    @Override
    void end(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      host.plug();
    }

    @Override
    boolean cutsOff() {
      return true;
    }
  },

  C_LOCALE {
    @Override
    Program start(HostileHost host, Program program) {
      return program.with("LC_ALL", "C").with("LANG", "");
    }
  },

  READ_ONLY_ROOT {
    @Override
    Program start(HostileHost host, Program program) {
      String mount = "mount -o remount,bind,ro / && exec \"$@\"";
      return program.by("unshare", "--mount", "sh", "-c", mount, "sh");
    }
  },

  NO_TMP {
    @Override
    Program start(HostileHost host, Program program) {
      // What is tested may lie there itself.
      String hide =
          host.directory().startsWith("/tmp")
              ? "mount --rbind /tmp /tmp && mount -o remount,bind,ro /tmp"
              : "mount -t tmpfs -o ro none /tmp";
      return program.by("unshare", "--mount", "sh", "-c", hide + " && exec \"$@\"", "sh");
    }
  },

  FULL_DISK {
    @Override
    void begin(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      host.shell("dd if=/dev/zero of=" + host.disk() + "/fill bs=4096 2>/dev/null || true");
    }

    @Override
    void end(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      host.shell("rm " + host.disk() + "/fill");
    }
  },

  FEW_DESCRIPTORS {
    @Override
    Program start(HostileHost host, Program program) {
      return program.by(Tools.require("prlimit", "util-linux"), "--nofile=64");
    }
  },

  LITTLE_MEMORY {
    @Override
    Program start(HostileHost host, Program program) {
      return program.with("JDK_JAVA_OPTIONS", "-Xmx16m");
    }
  },

  PROCESS_1 {
    @Override
    Program start(HostileHost host, Program program) {
      return program.by("unshare", "--pid", "--fork", "--kill-child", "--mount-proc");
    }

    @Override
    ProcessHandle target(ProcessHandle started) {
      return child(started);
    }
  },

  UNDER_AN_INIT {
    @Override
    Program start(HostileHost host, Program program) throws IOException, InterruptedException {
      return PROCESS_1.start(host, program.by(Tools.require("tini", "tini"), "--"));
    }

    @Override
    ProcessHandle rgap(ProcessHandle target) {
      return child(target);
    }

    @Override
    ProcessHandle target(ProcessHandle started) {
      return child(started);
    }
  },

  CLOCK_A_LITTLE_FORTH(1),
  CLOCK_A_LITTLE_BACK(-1),
  CLOCK_FAR_FORTH(3600),
  CLOCK_FAR_BACK(-3600),

  SIGNALS {
    @Override
    void begin(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
      for (String name : List.of("HUP", "USR1", "USR2", "PIPE", "WINCH", "ALRM", "CONT", "URG")) {
        signal(process, name);
      }
    }
  };

  private static final String MULTICAST = "239.82.71.65";
  private static final String RESOLVER = "10.82.71.2";

  /** An address that nothing comes back from. */
  private static final String NOBODY = "10.82.71.77";

  /** How far apart clocks may be: as on the hosts. */
  private static final int SKEW = 10;

  private final int clockStep;

  Hostility() {
    this(0);
  }

  /** One that steps the wall clock, and later steps it back. */
  Hostility(int clockStep) {
    this.clockStep = clockStep;
  }

  /** Prepares the host, before anything is started there. */
  void prepare(HostileHost host) throws IOException, InterruptedException {}

  /** How a program is started. */
  Program start(HostileHost host, Program program) throws IOException, InterruptedException {
    if (clockStep == 0) {
      return program;
    }
    step(host, 0);
    return SteppedClock.read(clock(host), program);
  }

  private static Path clock(HostileHost host) {
    return host.directory().resolve("clock");
  }

  private static void step(HostileHost host, int seconds) throws IOException {
    SteppedClock.step(clock(host), seconds);
  }

  /** The trouble begins. */
  void begin(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
    if (clockStep != 0) {
      step(host, clockStep);
    }
  }

  /** The trouble ends. */
  void end(HostileHost host, ProcessHandle process) throws IOException, InterruptedException {
    if (clockStep != 0) {
      step(host, 0);
    }
  }

  /** Where the log is to be read, after the trouble. */
  RunningProgram.Lines log(HostileHost host, RunningProgram running) {
    return running.log();
  }

  /** The process that gets signals. */
  ProcessHandle target(ProcessHandle started) {
    return started;
  }

  /** Where others reach the host: one of its addresses, or the usual multicast group. */
  String address() {
    return "10.82.71.1";
  }

  /**
   * Whether announcements can't be heard, or not be believed, meanwhile: members leave, rightly.
   */
  boolean cutsOff() {
    return Math.abs(clockStep) > SKEW;
  }

  /** Whether an agent can't announce meanwhile. */
  boolean silencesAgents() {
    return cutsOff();
  }

  static void signal(ProcessHandle process, String name) throws IOException, InterruptedException {
    String _ = Program.of("sh", "-c", "kill -" + name + " " + process.pid()).run();
  }

  /** The one that is rgap, of or below the {@linkplain #target one that gets the signals}. */
  ProcessHandle rgap(ProcessHandle target) {
    return target;
  }

  private static ProcessHandle child(ProcessHandle started) {
    return started.children().findFirst().orElseThrow();
  }
}
