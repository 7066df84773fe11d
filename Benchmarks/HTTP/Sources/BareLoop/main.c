// The physical limit: one thread, level-triggered epoll, one read and one write a request, nothing checked.
// usage: BareLoop PORT
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct connection {
    size_t filled;
    char input[8192];
};

static struct connection *connections[1 << 16];

static const char hello[] =
    "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 00:00:00 GMT\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Length: 20\r\n\r\nHello, world! 12345\n";
static char page[4096];
static size_t page_length;

// Answers the whole requests in the input; -1 when the connection is over.
static int serve(int fd) {
    struct connection *c = connections[fd];
    ssize_t got = read(fd, c->input + c->filled, sizeof c->input - c->filled);
    if (got < 0) return errno == EAGAIN ? 0 : -1;
    if (got == 0) return -1;
    c->filled += got;
    char out[1 << 16];
    size_t used = 0, written = 0;
    int closes = 0;
    while (used < c->filled) {
        char *head = c->input + used;
        char *end = memmem(head, c->filled - used, "\r\n\r\n", 4);
        if (!end) break;
        size_t length = end + 4 - head;
        char *field = memmem(head, length, "Content-Length: ", 16);
        size_t body = field ? strtoul(field + 16, NULL, 10) : 0;
        if (used + length + body > c->filled) break;
        closes |= memmem(head, length, "Connection: close", 17) != NULL;
        int is_page = memcmp(head, "GET /2k", 7) == 0;
        const char *answer = is_page ? page : hello;
        size_t answer_length = is_page ? page_length : sizeof hello - 1;
        if (written + answer_length > sizeof out) break;
        memcpy(out + written, answer, answer_length);
        written += answer_length;
        used += length + body;
    }
    memmove(c->input, c->input + used, c->filled - used);
    c->filled -= used;
    if (written && send(fd, out, written, MSG_NOSIGNAL) < 0) return -1;
    return closes ? -1 : 0;
}

int main(int argc, char **argv) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons(argc > 1 ? atoi(argv[1]) : 8080)};
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
        perror("BareLoop");
        return 1;
    }
    page_length = snprintf(page, sizeof page,
        "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 00:00:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: 2048\r\n\r\n");
    memset(page + page_length, 'x', 2048);
    page_length += 2048;
    int poller = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
    epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(poller, events, 256, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd == listener) {
                while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
                    if (!connections[fd]) connections[fd] = malloc(sizeof(struct connection));
                    connections[fd]->filled = 0;
                    event.data.fd = fd;
                    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
                }
            } else if (serve(fd) < 0) {
                close(fd);
            }
        }
    }
}
