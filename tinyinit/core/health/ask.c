#include "health/ask.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/value.h"

#include "base/startup_only.h"

enum {
    REQUEST_SIZE = 4096,
    STATUS_LINE_SIZE = sizeof "HTTP/1.1 200",
    REST_BYTES_MAX = 64 * 1024,
    REST_MS_MAX = 20,
};

/* Waits until the socket is ready for `events`. False at the deadline. */
static bool wait_for(int socket, short events, int64_t deadline)
{
    struct pollfd ready = {.fd = socket, .events = events};
    for (;;) {
        int64_t left = deadline - clock_ms(CLOCK_MONOTONIC);
        if (left <= 0)
            return false;
        int count = poll(&ready, 1, left < INT32_MAX ? (int)left : INT32_MAX);
        if (count > 0)
            return true;
        if (count < 0 && errno != EINTR)
            return false;
    }
}

/* Returns the errno of the connection, 0 for none. */
static int connect_to(int socket, const struct address *address, int64_t deadline)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (!connect(socket, (const struct sockaddr *)&address->socket, address->length))
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    if (!wait_for(socket, POLLOUT, deadline))
        return ETIMEDOUT;
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) ? errno : error;
}

/* Tries the addresses in order. Returns a connected socket, or -1 with the errno of the first. */
static int connect_to_any(const struct health_url *url, int64_t deadline, int *error)
{
    *error = 0;
    for (unsigned i = 0; i < url->count; i++) {
        const struct address *address = &url->addresses[i];
        int made = socket(address->socket.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        int failed = made < 0 ? errno : connect_to(made, address, deadline);
        if (!failed)
            return made;
        if (made >= 0)
            close(made);
        if (!*error)
            *error = failed;
    }
    return -1;
}

static void append_part(char **end, const char *text, size_t length)
{
    memcpy(*end, text, length);
    *end += length;
}

/* Returns the length of the request, 0 if the URL is too long for one. */
static size_t write_request(char request[REQUEST_SIZE], const struct health_url *url)
{
    static const char version[] = " HTTP/1.1\r\nHost: ";
    static const char rest[] =
        "\r\nUser-Agent: tinyinit/" TINYINIT_VERSION "\r\nAccept: */*\r\nConnection: close\r\n\r\n";
    const char *path = *url->path ? url->path : "/";
    size_t path_length = strlen(path), host_length = (size_t)url->host_length;
    char *end = request;
    if (path_length + host_length + sizeof version + sizeof rest + 4 > REQUEST_SIZE)
        return 0;
    append_part(&end, "GET ", 4);
    append_part(&end, path, path_length);
    append_part(&end, version, sizeof version - 1);
    append_part(&end, url->host, host_length);
    append_part(&end, rest, sizeof rest - 1);
    return (size_t)(end - request);
}

/* False at the deadline or on an error, which goes to `error`. */
static bool send_all(int socket, const char *text, size_t length, int64_t deadline, int *error)
{
    while (length) {
        ssize_t sent = sendto(socket, text, length, MSG_NOSIGNAL, NULL, 0);
        if (sent >= 0) {
            text += sent;
            length -= (size_t)sent;
        } else if (errno != EAGAIN && errno != EINTR) {
            *error = errno;
            return false;
        } else if (!wait_for(socket, POLLOUT, deadline)) {
            return false;
        }
    }
    return true;
}

/* Reads up to `size` bytes; fewer where the stream ends. -1 at the deadline or on an error, which
 * goes to `error`. */
static ssize_t receive(int socket, char *buffer, size_t size, int64_t deadline, int *error)
{
    size_t length = 0;
    while (length < size) {
        ssize_t got = recv(socket, buffer + length, size - length, 0);
        if (got == 0)
            break;
        if (got > 0) {
            length += (size_t)got;
        } else if (errno != EAGAIN && errno != EINTR) {
            *error = errno;
            return -1;
        } else if (!wait_for(socket, POLLIN, deadline)) {
            return -1;
        }
    }
    return (ssize_t)length;
}

/* A socket that is closed with bytes unread resets the connection, which servers log as an error
 * of theirs. So a short answer is read to its end; one without end is not waited for. */
static void receive_rest(int socket, int64_t deadline)
{
    char buffer[4096];
    int error;
    int64_t soon = clock_ms(CLOCK_MONOTONIC) + REST_MS_MAX;
    for (int left = REST_BYTES_MAX / (int)sizeof buffer; left > 0; left--)
        if (receive(socket, buffer, sizeof buffer, soon < deadline ? soon : deadline, &error) <
            (ssize_t)sizeof buffer)
            return;
}

/* The status of "HTTP/1.1 200", else -1. */
static int read_status(const char line[STATUS_LINE_SIZE])
{
    bool is_http =
        !strncmp(line, "HTTP/1.", 7) && line[7] >= '0' && line[7] <= '9' && line[8] == ' ';
    int64_t status = is_http ? parse_up_to(line + 9, STATUS_MAX) : -1;
    return status < STATUS_MIN ? -1 : (int)status;
}

static void ask_http(int socket, const struct health_url *url, int64_t deadline,
                     const uint64_t wanted[], struct answer *answer)
{
    char request[REQUEST_SIZE], line[STATUS_LINE_SIZE] = "";
    size_t length = write_request(request, url);
    answer->result = HEALTH_BROKEN;
    answer->error = length ? 0 : ENAMETOOLONG;
    if (!length)
        return;
    ssize_t got = -1;
    if (send_all(socket, request, length, deadline, &answer->error))
        got = receive(socket, line, sizeof line - 1, deadline, &answer->error);
    if (got < 0) {
        if (!answer->error)
            answer->result = HEALTH_SILENT;
        return;
    }
    if (got == 0) {
        answer->result = HEALTH_CLOSED;
        return;
    }
    answer->status = read_status(line);
    if (answer->status < 0) {
        answer->result = HEALTH_NOT_HTTP;
        memcpy(answer->seen, line, sizeof line);
        return;
    }
    int bit = answer->status - STATUS_MIN;
    answer->result = wanted[bit / 64] >> (bit % 64) & 1 ? HEALTH_GOOD : HEALTH_STATUS;
    receive_rest(socket, deadline);
}

struct answer health_ask(const struct health_url *url, int64_t timeout_ms, const uint64_t wanted[])
{
    struct answer answer = {.result = HEALTH_NOT_CONNECTED};
    int64_t deadline = clock_ms(CLOCK_MONOTONIC) + timeout_ms;
    int connected = connect_to_any(url, deadline, &answer.error);
    if (connected < 0)
        return answer;
    answer.result = HEALTH_GOOD;
    if (url->scheme == SCHEME_HTTP)
        ask_http(connected, url, deadline, wanted, &answer);
    close(connected);
    return answer;
}
