/* Looks names up as programs do, by the C library it was built with: NAME... -> a line each, `NAME addresses` or `NAME !error`. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static const char *word(int error) {
  switch (error) {
  case EAI_NONAME: return "EAI_NONAME";
  case EAI_AGAIN: return "EAI_AGAIN";
  case EAI_FAIL: return "EAI_FAIL";
#ifdef EAI_NODATA
  case EAI_NODATA: return "EAI_NODATA";
#endif
  default: return gai_strerror(error);
  }
}

int main(int count, char **names) {
  for (int i = 1; i < count; i++) {
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    int error = getaddrinfo(names[i], "443", &hints, &found);
    fputs(names[i], stdout);
    if (error) printf(" !%s", word(error));
    for (struct addrinfo *at = found; !error && at; at = at->ai_next) {
      char text[INET6_ADDRSTRLEN] = "";
      const void *address = at->ai_family == AF_INET
        ? (const void *)&((struct sockaddr_in *)at->ai_addr)->sin_addr
        : (const void *)&((struct sockaddr_in6 *)at->ai_addr)->sin6_addr;
      printf(" %s", inet_ntop(at->ai_family, address, text, sizeof text));
    }
    putchar('\n');
    if (!error) freeaddrinfo(found);
  }
  return 0;
}
