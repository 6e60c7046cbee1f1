/*
 * The program that every contender deploys. `service FILE` reads address, port and id from a config file and answers every
 * request with them; `service --check` asks the service at TENGEN_ADDRESS:TENGEN_PORT_HTTP and ends with 0 when it answers 200.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int dial(struct sockaddr_in *to, const char *address, int port) {
  memset(to, 0, sizeof *to);
  to->sin_family = AF_INET;
  to->sin_port = htons(port);
  if (inet_pton(AF_INET, address, &to->sin_addr) != 1) return -1;
  return socket(AF_INET, SOCK_STREAM, 0);
}

static int check(void) {
  const char *address = getenv("TENGEN_ADDRESS"), *port = getenv("TENGEN_PORT_HTTP"), ask[] = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
  struct sockaddr_in to;
  int s = address && port ? dial(&to, address, atoi(port)) : -1;
  if (s < 0 || connect(s, (void *)&to, sizeof to)) { perror("no connection"); return 1; }
  char answer[512];
  ssize_t n = write(s, ask, sizeof ask - 1) > 0 ? read(s, answer, sizeof answer - 1) : -1;
  if (n <= 0) { perror("no answer"); return 1; }
  answer[n] = 0;
  return strncmp(answer, "HTTP/1.1 200", 12) ? 1 : 0;
}

int main(int count, char **words) {
  char address[64] = "", id[128] = "", line[256];
  int port = 0, on = 1;
  if (count > 1 && !strcmp(words[1], "--check")) return check();
  FILE *f = count > 1 ? fopen(words[1], "r") : NULL;
  if (!f) { perror("config"); return 2; }
  while (fgets(line, sizeof line, f)) {
    line[strcspn(line, "\r\n")] = 0;
    if (!strncmp(line, "address=", 8)) snprintf(address, sizeof address, "%.60s", line + 8);
    else if (!strncmp(line, "port=", 5)) port = atoi(line + 5);
    else if (!strncmp(line, "id=", 3)) snprintf(id, sizeof id, "%.120s", line + 3);
  }
  fclose(f);
  signal(SIGPIPE, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  struct sockaddr_in at;
  int s = dial(&at, address, port);
  setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (s < 0 || bind(s, (void *)&at, sizeof at) || listen(s, 64)) { perror("listen"); return 3; }
  for (;;) {
    int k = accept(s, 0, 0);
    char ask[2048], answer[512], body[256];
    if (k < 0) continue;
    if (read(k, ask, sizeof ask) > 0) {
      int n = snprintf(body, sizeof body, "%s\n", id);
      int m = snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", n, body);
      if (write(k, answer, m) < 0) perror("write");
    }
    close(k);
  }
}
