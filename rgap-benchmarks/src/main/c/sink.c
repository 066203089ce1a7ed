/*
 * The least that receiving datagrams can cost: a bare recvfrom loop that only counts them.
 *
 *   sink PORT      receives on all addresses; at SIGTERM prints how many came
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

static volatile sig_atomic_t ended;

static void end(int signal) {
  (void)signal;
  ended = 1;
}

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "Error: expected PORT\n");
    return 1;
  }
  struct sigaction action = {.sa_handler = end}; /* without SA_RESTART: recvfrom returns */
  sigaction(SIGTERM, &action, NULL);
  int receiver = socket(AF_INET6, SOCK_DGRAM, 0);
  int size = 4 << 20;
  setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  struct sockaddr_in6 address = {
      .sin6_family = AF_INET6, .sin6_port = htons((unsigned short)atoi(argv[1])), .sin6_addr = in6addr_any};
  if (bind(receiver, (struct sockaddr *)&address, sizeof address)) {
    perror("bind");
    return 1;
  }
  unsigned long count = 0;
  char datagram[2048];
  while (!ended) {
    struct sockaddr_storage sender;
    socklen_t length = sizeof sender;
    if (recvfrom(receiver, datagram, sizeof datagram, 0, (struct sockaddr *)&sender, &length) >= 0) {
      count++;
    }
  }
  printf("%lu\n", count);
  return 0;
}
