/*
 * The least that answering datagrams can cost: a bare loop that sends back what it has received, as a DNS answer without
 * records and with as many bytes more as eight of them have.
 *
 *   echo PORT BATCH      receives on 127.0.0.1; BATCH 1: recvfrom and sendto, one datagram a call; more: recvmmsg and
 *                        sendmmsg, up to so many a call, at most 64
 */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { MOST = 64, SIZE = 2048, RECORDS = 8 * 16, HEADER = 12 };

static unsigned char datagrams[MOST][SIZE];
static struct sockaddr_in clients[MOST];
static struct iovec parts[MOST];
static struct mmsghdr messages[MOST];

/* Makes an answer of a query; its length. */
static size_t answer(unsigned char *datagram, size_t length) {
  if (length < HEADER) return 0;
  datagram[2] |= 0x84; /* QR, AA */
  return length + RECORDS < SIZE ? length + RECORDS : length;
}

int main(int argc, char **argv) {
  int batch = argc == 3 ? atoi(argv[2]) : 0;
  if (batch < 1 || batch > MOST) {
    fprintf(stderr, "Error: expected PORT and BATCH, 1 to %d\n", MOST);
    return 1;
  }
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  int size = 1 << 20;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(fd, (struct sockaddr *)&address, sizeof address)) {
    perror("bind");
    return 1;
  }
  while (batch == 1) {
    socklen_t length = sizeof *clients;
    ssize_t received = recvfrom(fd, datagrams[0], SIZE, 0, (struct sockaddr *)clients, &length);
    if (received > 0) sendto(fd, datagrams[0], answer(datagrams[0], (size_t)received), 0, (struct sockaddr *)clients, length);
  }
  for (;;) {
    for (int i = 0; i < batch; i++) {
      parts[i] = (struct iovec){.iov_base = datagrams[i], .iov_len = SIZE};
      messages[i].msg_hdr =
          (struct msghdr){.msg_name = &clients[i], .msg_namelen = sizeof *clients, .msg_iov = &parts[i], .msg_iovlen = 1};
    }
    int received = recvmmsg(fd, messages, (unsigned)batch, MSG_WAITFORONE, NULL);
    for (int i = 0; i < received; i++) parts[i].iov_len = answer(datagrams[i], messages[i].msg_len);
    if (received > 0) sendmmsg(fd, messages, (unsigned)received, 0);
  }
}
