// What Linux has and Swift's Glibc module does not show: epoll, eventfd, accept4, sendfile, socket filters and the
// processors that a process may use.
#ifndef CEPOLL_H
#define CEPOLL_H

#include <linux/filter.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

// glibc declares these only under _GNU_SOURCE, which an importer of this module cannot set.
extern int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
extern int sched_getaffinity(pid_t process, size_t size, cpu_set_t *processors);

#endif
