/* A minimal HTTP/1.1 server on one epoll loop: the ceiling that clients are measured against.
 *
 * It prints its port, then answers every header section that ends in CRLF CRLF with the same 200 response.
 * It closes after the response if the request-target begins with "/close", and keeps the connection else.
 * It does not parse: requests have no content. It ends when its standard input does.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_FD = 4096, MAX_REQUEST = 16384, BATCH = 64 };

static const char RESPONSE[] =
    "HTTP/1.1 200 OK\r\n"
    "Server: ceiling\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 40\r\n"
    "\r\n"
    "0123456789012345678901234567890123456789";

/* What is left of an unfinished request, by descriptor. */
static struct { size_t length; char octets[MAX_REQUEST]; } held[MAX_FD];

static void fail(const char *what) { perror(what); exit(1); }

/* Answers every complete request; 0 when the connection is to be closed. */
static int answer(int fd) {
    size_t length = held[fd].length;
    char *from = held[fd].octets, *end;
    while ((end = memmem(from, length, "\r\n\r\n", 4)) != NULL) {
        char *target = memchr(from, ' ', (size_t)(end - from));
        int closing = target != NULL && strncmp(target, " /close", 7) == 0;
        if (send(fd, RESPONSE, sizeof RESPONSE - 1, MSG_NOSIGNAL) != (ssize_t)(sizeof RESPONSE - 1)) return 0;
        if (closing) return 0;
        length -= (size_t)(end + 4 - from);
        from = end + 4;
    }
    memmove(held[fd].octets, from, length);
    held[fd].length = length;
    return length < MAX_REQUEST;
}

/* One read and its answers; 0 when the connection is to be closed. */
static int serve(int fd) {
    ssize_t count = recv(fd, held[fd].octets + held[fd].length, MAX_REQUEST - held[fd].length, 0);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return 0;
    held[fd].length += (size_t)count;
    return answer(fd);
}

static void watch(int loop, int fd) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    if (epoll_ctl(loop, EPOLL_CTL_ADD, fd, &event) != 0) fail("epoll_ctl");
}

static void welcome(int loop, int listener) {
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        if (fd >= MAX_FD) { close(fd); continue; }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        held[fd].length = 0;
        watch(loop, fd);
    }
}

static int listen_on_loopback(void) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) != 0) fail("bind");
    if (listen(listener, 1024) != 0) fail("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &size) != 0) fail("getsockname");
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

int main(void) {
    int loop = epoll_create1(0), listener = listen_on_loopback();
    struct epoll_event ready[BATCH];
    watch(loop, listener);
    watch(loop, STDIN_FILENO);
    for (;;) {
        int count = epoll_wait(loop, ready, BATCH, -1);
        for (int i = 0; i < count; i++) {
            int fd = ready[i].data.fd;
            if (fd == STDIN_FILENO) return 0;
            if (fd == listener) welcome(loop, listener);
            else if (!serve(fd)) close(fd);
        }
    }
}
