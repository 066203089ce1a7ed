/*
 * The launcher of the self-contained image: runs java with the options, the AOT cache and the class path that suit the
 * command. A program rather than a script, as a container from scratch has no shell.
 *
 *   home/bin/rgap                this
 *   home/runtime/bin/rgap        java, renamed for those who look at lists of processes
 *   home/lib/NAME.args           options of java
 *   home/lib/NAME.aot            AOT caches
 *   home/lib/NAME.jar            the application and its libraries
 *
 *   RGAP_JAVA_OPTS  more options for java, separated by blanks
 *   RGAP_CLASSPATH  more class path entries: jars with outputs of others
 *
 * As process 1, of a container, it stays there as its init: it hands signals on to java, and reaps what programs of outputs
 * leave behind, which nobody else would do.
 *
 * As "rgap hang-up PID" it sends SIGHUP, which java can't, and a shell is not there to: for rgap reload.
 *
 * Of a service manager that wants to be told how the service is, java gets the socket: see meet_manager.
 */

#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* Ends the program as it ends itself after an error. */
static void fail(const char *what, const char *name) {
  fprintf(stderr, "Error: rgap's launcher can't %s %s: %s\n", what, name, strerror(errno));
  exit(1);
}

/* Texts, one after the other: a new one. */
static char *join(const char *a, const char *b, const char *c, const char *d) {
  char *all;
  if (asprintf(&all, "%s%s%s%s", a, b, c, d) < 0) fail("make room for", b);
  return all;
}

/* The directory above the one that this program is in, whatever links led here. */
static char *find_home(void) {
  static char self[4096];
  ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length < 0) fail("read", "/proc/self/exe (is /proc mounted?)");
  self[length] = '\0';
  for (int i = 0; i < 2; i++) {
    char *slash = strrchr(self, '/');
    if (slash != NULL) *slash = '\0';
  }
  return self;
}

static int is_jar(const struct dirent *entry) {
  const char *dot = strrchr(entry->d_name, '.');
  return dot != NULL && strcmp(dot, ".jar") == 0;
}

/* All jars in the order of their names: an AOT cache is good for one order only. */
static char *class_path(const char *lib) {
  struct dirent **jars;
  int count = scandir(lib, &jars, is_jar, alphasort);
  if (count < 0) fail("read", lib);
  char *path = "";
  for (int i = 0; i < count; i++) path = join(path, join(i == 0 ? "" : ":", lib, "/", jars[i]->d_name), "", "");
  const char *more = getenv("RGAP_CLASSPATH");
  return more == NULL || *more == '\0' ? path : join(path, ":", more, "");
}

/* Java can name no file beyond ASCII in a locale that can't, such as that of units, cron and containers, which have none. */
static void set_locale(void) {
  if (setlocale(LC_CTYPE, "") != NULL && strcmp(nl_langinfo(CODESET), "ANSI_X3.4-1968") != 0) return;
  const char *all = getenv("LC_ALL");
  if (setenv(all == NULL || *all == '\0' ? "LC_CTYPE" : "LC_ALL", "C.UTF-8", 1) < 0) fail("set", "the locale");
}

/* What is to be sent there waits for this long at most, if the manager reads nothing. */
static const struct timeval patience = {.tv_sec = 1};

/*
 * Java can't open a socket of the kind by which a service manager is told how a service is (sd_notify(3)). It finds one
 * that leads there in the place of standard input, where that is /dev/null, and RGAP_NOTIFY says so. RGAP_WATCHDOG_USEC
 * says how often the manager wants a sign of life, if it wants that of this process (sd_watchdog_enabled(3)). The
 * manager's own variables go, so that no program of an output takes itself for the service.
 */
static void meet_manager(void) {
  unsetenv("RGAP_NOTIFY");
  unsetenv("RGAP_WATCHDOG_USEC");
  const char *name = getenv("NOTIFY_SOCKET");
  struct sockaddr_un manager = {.sun_family = AF_UNIX};
  size_t length = name == NULL ? 0 : strlen(name);
  struct stat in, null;
  if (length < 2 || length > sizeof manager.sun_path) return;
  if (fstat(0, &in) < 0 || stat("/dev/null", &null) < 0 || !S_ISCHR(in.st_mode) || in.st_rdev != null.st_rdev) return;
  memcpy(manager.sun_path, name, length);
  if (*name == '@') manager.sun_path[0] = '\0'; /* an abstract name */
  int to_manager = socket(AF_UNIX, SOCK_DGRAM, 0);
  if (to_manager < 0) return;
  socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  if (connect(to_manager, (struct sockaddr *)&manager, size) == 0 &&
      setsockopt(to_manager, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) == 0 && dup2(to_manager, 0) == 0 &&
      setenv("RGAP_NOTIFY", "stdin", 1) == 0) {
    const char *usec = getenv("WATCHDOG_USEC");
    const char *pid = getenv("WATCHDOG_PID");
    if (usec != NULL && (pid == NULL || atoi(pid) == getpid())) setenv("RGAP_WATCHDOG_USEC", usec, 1);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
  }
  close(to_manager);
}

/* In the child that is to become java: returns. In process 1: hands on signals and reaps until java ends, and ends as it. */
static void stay_as_init(void) {
  sigset_t all, before;
  sigfillset(&all);
  /* These tell of a fault of this program itself. */
  int faults[] = {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP};
  for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) sigdelset(&all, faults[i]);
  sigprocmask(SIG_BLOCK, &all, &before);
  pid_t java = fork();
  if (java < 0) fail("start", "a process");
  if (java == 0) {
    sigprocmask(SIG_SETMASK, &before, NULL);
    return;
  }
  for (;;) {
    siginfo_t signal;
    int number = sigwaitinfo(&all, &signal);
    /* A terminal's ^C has reached java already. */
    if (number > 0 && number != SIGCHLD && signal.si_code != SI_KERNEL) kill(java, number);
    int status;
    for (pid_t ended = waitpid(-1, &status, WNOHANG); ended > 0; ended = waitpid(-1, &status, WNOHANG)) {
      if (ended == java) exit(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
    }
  }
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "hang-up") == 0 && atoi(argv[2]) > 0) {
    if (kill(atoi(argv[2]), SIGHUP) < 0) fail("send a signal to process", argv[2]);
    return 0;
  }
  const char *home = find_home();
  const char *kind = "/command";
  int interval = 0;
  int file = 0;
  for (int i = 1; i < argc; i++) {
    /* Words after these are no commands, but about them. */
    if (strcmp(argv[i], "help") == 0 || strcmp(argv[i], "man") == 0) break;
    if (strcmp(argv[i], "listener") == 0) kind = "/listener";
    if (strcmp(argv[i], "agent") == 0) kind = "/agent";
    if (strncmp(argv[i], "-c", 2) == 0 || strncmp(argv[i], "--config", 8) == 0) file = 1;
    if (strncmp(argv[i], "-i", 2) == 0 || strncmp(argv[i], "--interval", 10) == 0) interval = 1;
  }
  if (strcmp(kind, "/agent") == 0 && file) kind = "/agents";
  /* What an agent with an interval needs besides would cost one without time. */
  int once = strcmp(kind, "/agent") == 0 && !interval;
  const char *lib = join(home, "/lib", "", "");
  const char *cache = join(lib, once ? "/once" : kind, ".aot", "");
  char *options = getenv("RGAP_JAVA_OPTS");
  options = options == NULL ? "" : join(options, "", "", "");

  /* Each option takes two characters, with its blank; at most eight words and the end come besides. */
  char **java = calloc(strlen(options) / 2 + (size_t)argc + 10, sizeof *java);
  if (java == NULL) fail("make room for", "the arguments");
  int n = 0;
  java[n++] = argv[0];
  java[n++] = join("@", lib, kind, ".args");
  if (access(cache, R_OK) == 0) {
    java[n++] = join("-XX:AOTCache=", cache, "", "");
    /* A cache that does not fit is not used, and nobody needs to know. Other warnings of the JVM don't belong to stdout. */
    java[n++] = "-Xlog:disable";
    java[n++] = "-Xlog:all=warning,aot*=off,cds*=off:stderr";
  }
  java[n++] = "-cp";
  java[n++] = class_path(lib);
  for (char *word = strtok(options, " \t\n"); word != NULL; word = strtok(NULL, " \t\n")) java[n++] = word;
  java[n++] = "dev.rgap.cli.Main";
  for (int i = 1; i < argc; i++) java[n++] = argv[i];

  set_locale();
  if (strcmp(kind, "/command") != 0) meet_manager();
  if (getpid() == 1) stay_as_init();
  const char *program = join(home, "/runtime/bin/rgap", "", "");
  execv(program, java);
  fail("run", program);
}
