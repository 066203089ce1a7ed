package dev.rgap.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A kernel without IPv6, as those who run under it see it: no such sockets can be made. */
final class NoIpv6 {

  /** Denies sockets of one family by a filter of system calls (x86-64 and aarch64 alike). */
  private static final String SOURCE =
      """
      #include <errno.h>
      #include <linux/filter.h>
      #include <linux/seccomp.h>
      #include <stddef.h>
      #include <sys/prctl.h>
      #include <sys/socket.h>
      #include <sys/syscall.h>
      #include <unistd.h>

      int main(int argc, char **argv) {
        struct sock_filter filter[] = {
          BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
          BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
          BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
          BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 0, 1),
          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
          BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
        if (argc < 2 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
            || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return 125;
        execvp(argv[1], argv + 1);
        return 127;
      }
      """;

  private NoIpv6() {}

  /** Makes the program that runs others so; the test is skipped if there is no compiler. */
  static Path make(Path directory) throws IOException, InterruptedException {
    Path source = Files.writeString(directory.resolve("no-ipv6.c"), SOURCE);
    Path program = directory.resolve("no-ipv6");
    String _ =
        Program.of(Tools.require("gcc", "gcc"), "-o", program.toString(), source.toString()).run();
    return program;
  }
}
