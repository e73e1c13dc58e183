/* The addresses that a health check can ask: numeric ones, localhost and Unix sockets. There is no
 * resolver: a check that waits for a name server says nothing about the program that it asks. */
#ifndef TINYINIT_ADDRESS_H
#define TINYINIT_ADDRESS_H

#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { ADDRESSES_MAX = 2 /* localhost is 127.0.0.1 and ::1 */ };

enum scheme { SCHEME_HTTP, SCHEME_TCP, SCHEME_UNIX };

struct address {
    struct sockaddr_storage socket;
    socklen_t length;
};

struct health_url {
    enum scheme scheme;
    const char *host; /* with the port, as the Host header has it; not ended */
    int host_length;
    const char *path; /* of the request: "/" and what follows; empty: "/" */
    struct address addresses[ADDRESSES_MAX]; /* to be tried in this order */
    unsigned count;
};

/* Reads `text`, which must outlive `url`. Returns NULL, or what was expected. */
const char *health_url_read(struct health_url *url, const char *text);

#endif
