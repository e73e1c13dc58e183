#include "health/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "base/value.h"

#include "base/startup_only.h"

enum { HOST_SIZE = 64, PORT_HTTP = 80, PORT_MAX = 65535 };

static const char expects_url[] =
    "http://HOST[:PORT][/PATH], tcp://HOST:PORT or unix:///PATH (http://127.0.0.1:8080/healthz)";
static const char expects_host[] =
    "a URL whose host is a number (127.0.0.1, [::1]) or localhost: names are not resolved";
static const char expects_port[] = "a URL with a port from 1 to 65535";

static void add_ipv4(struct health_url *url, struct in_addr host, in_port_t port)
{
    struct address *address = &url->addresses[url->count++];
    struct sockaddr_in *socket = (struct sockaddr_in *)&address->socket;
    socket->sin_family = AF_INET;
    socket->sin_addr = host;
    socket->sin_port = htons(port);
    address->length = sizeof *socket;
}

static void add_ipv6(struct health_url *url, struct in6_addr host, in_port_t port)
{
    struct address *address = &url->addresses[url->count++];
    struct sockaddr_in6 *socket = (struct sockaddr_in6 *)&address->socket;
    socket->sin6_family = AF_INET6;
    socket->sin6_addr = host;
    socket->sin6_port = htons(port);
    address->length = sizeof *socket;
}

static bool add_host(struct health_url *url, const char *host, in_port_t port)
{
    struct in_addr ipv4 = {.s_addr = htonl(INADDR_LOOPBACK)};
    struct in6_addr ipv6 = {.s6_addr = {[15] = 1}}; /* ::1 */
    if (!strcmp(host, "localhost")) {
        add_ipv4(url, ipv4, port);
        add_ipv6(url, ipv6, port);
        return true;
    }
    if (inet_pton(AF_INET, host, &ipv4) == 1) {
        add_ipv4(url, ipv4, port);
        return true;
    }
    /* In a URL an IPv6 address has brackets, which keep its colons apart from the port's. */
    size_t length = strlen(host);
    char bare[HOST_SIZE];
    if (length < 2 || host[0] != '[' || host[length - 1] != ']')
        return false;
    memcpy(bare, host + 1, length - 2);
    bare[length - 2] = '\0';
    if (inet_pton(AF_INET6, bare, &ipv6) != 1)
        return false;
    add_ipv6(url, ipv6, port);
    return true;
}

/* `text` is what follows "http://" or "tcp://". */
static const char *read_host(struct health_url *url, const char *text)
{
    const char *end = text_find(text, '/');
    size_t length = (size_t)(end - text);
    char host[HOST_SIZE];
    url->host = text;
    url->host_length = (int)length;
    url->path = end;
    if (url->scheme == SCHEME_TCP && *end)
        return expects_url;
    if (length >= sizeof host)
        return expects_host;
    memcpy(host, text, length);
    host[length] = '\0';
    int64_t port = url->scheme == SCHEME_HTTP ? PORT_HTTP : -1;
    char *colon = text_find_last(host, ':');
    char *bracket = text_find_last(host, ']');
    if (colon && colon > bracket) {
        port = parse_up_to(colon + 1, PORT_MAX);
        *colon = '\0';
    }
    if (port <= 0)
        return expects_port;
    return add_host(url, host, (in_port_t)port) ? NULL : expects_host;
}

static const char *read_unix(struct health_url *url, const char *path)
{
    struct address *address = &url->addresses[url->count++];
    struct sockaddr_un *socket = (struct sockaddr_un *)&address->socket;
    size_t length = strlen(path);
    if (path[0] != '/' || !path[1])
        return expects_url;
    if (length >= sizeof socket->sun_path)
        return "a path of at most 107 bytes, which is all that a Unix socket's address holds";
    socket->sun_family = AF_UNIX;
    memcpy(socket->sun_path, path, length + 1);
    address->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
    return NULL;
}

/* What follows `scheme` in `text`, else NULL. */
static const char *after_scheme(const char *text, const char *scheme)
{
    size_t length = strlen(scheme);
    return strncmp(text, scheme, length) ? NULL : text + length;
}

const char *health_url_read(struct health_url *url, const char *text)
{
    const char *rest;
    memset(url, 0, sizeof *url);
    for (const char *byte = text; *byte; byte++)
        if ((unsigned char)*byte <= ' ' || *byte == '\x7f')
            return "a URL without spaces or control characters";
    if ((rest = after_scheme(text, "unix://"))) {
        url->scheme = SCHEME_UNIX;
        return read_unix(url, rest);
    }
    if ((rest = after_scheme(text, "http://")))
        url->scheme = SCHEME_HTTP;
    else if ((rest = after_scheme(text, "tcp://")))
        url->scheme = SCHEME_TCP;
    else
        return expects_url;
    return read_host(url, rest);
}
