/* One health check: connect, and for HTTP ask and read the status, all before one deadline. */
#ifndef TINYINIT_ASK_H
#define TINYINIT_ASK_H

#include <stdint.h>

#include "health/address.h"

enum { STATUS_MIN = 100, STATUS_MAX = 599 };

enum health_result {
    HEALTH_GOOD,
    HEALTH_NOT_CONNECTED, /* `error` says why */
    HEALTH_BROKEN, /* the connection failed later; `error` says how */
    HEALTH_SILENT, /* it took the connection and did not answer before the deadline */
    HEALTH_CLOSED, /* it ended the connection before there was a status */
    HEALTH_NOT_HTTP, /* `seen` is how its answer begins */
    HEALTH_STATUS, /* `status` is none that is wanted */
};

struct answer {
    enum health_result result;
    int error; /* an errno */
    int status;
    char seen[32];
};

/* `wanted` has one bit for each status from STATUS_MIN on. Leaves no descriptor open. */
struct answer health_ask(const struct health_url *url, int64_t timeout_ms, const uint64_t wanted[]);

#endif
