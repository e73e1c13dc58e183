#include "pid1/rlimits.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/error.h"
#include "base/message.h"
#include "base/text.h"
#include "base/value.h"

#include "base/startup_only.h"

/* In the order of their numbers. One string, not pointers: nothing to relocate; and no array, which
 * would be aligned to 16 bytes. */
static const char *const limit_names =
    "cpu\0fsize\0data\0stack\0core\0rss\0nproc\0nofile\0memlock\0as\0locks\0"
    "sigpending\0msgqueue\0nice\0rtprio\0rttime\0";

static const unsigned in_bytes = 1U << RLIMIT_FSIZE | 1U << RLIMIT_DATA | 1U << RLIMIT_STACK |
                                 1U << RLIMIT_CORE | 1U << RLIMIT_RSS | 1U << RLIMIT_MEMLOCK |
                                 1U << RLIMIT_AS | 1U << RLIMIT_MSGQUEUE;

/* For both, the limit and the raw call: the C library's setrlimit() may stop all threads, and its
 * rlim_t is 32 bits wide on some. */
static long limit_call(int which, const struct limit *set, struct limit *before)
{
    return syscall(SYS_prlimit64, 0, which, set, before);
}

static bool read_amount(const char *text, unsigned bit, uint64_t *amount)
{
    struct digits number = parse_number(text);
    *amount = number.number;
    if (number.end)
        return true;
    *amount = UINT64_MAX;
    if (parse_choice(text, "unlimited\0-1\0") >= 0)
        return true;
    *amount = (uint64_t)parse_size(text);
    return bit & in_bytes && *amount <= INT64_MAX;
}

const char *limits_add(struct limits *limits, char *text)
{
    char *soft = text_find(text, '=');
    if (!*soft)
        return "NAME=SOFT[:HARD] (nofile=1024:65536, core=unlimited)";
    *soft = '\0';
    int which = parse_choice(text, limit_names);
    *soft++ = '=';
    if (which < 0)
        return "a limit (core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio "
               "rttime sigpending stack as)";
    unsigned bit = 1U << which;
    if (limits->set & bit)
        return "a limit that is set once";
    struct limit *limit = &limits->by_number[which];
    char *end = text_find(soft, ':'), colon = *end;
    *end = '\0';
    bool valid = read_amount(soft, bit, &limit->soft) &&
                 read_amount(colon ? end + 1 : soft, bit, &limit->hard);
    *end = colon;
    if (!valid)
        return bit & in_bytes ? "a limit in bytes (8388608, 8M) or unlimited"
                              : "a limit as a number or unlimited";
    if (limit->soft > limit->hard)
        return "a soft limit that is at most the hard one";
    limits->set |= bit;
    return NULL;
}

void limits_set_stack(struct limits *limits, uint64_t size)
{
    char wanted[NUMBER_SIZE], most[NUMBER_SIZE];
    struct limit *stack = &limits->by_number[RLIMIT_STACK];
    if (!(limits->set >> RLIMIT_STACK & 1) && limit_call(RLIMIT_STACK, NULL, stack) != 0)
        return;
    limits->set |= 1U << RLIMIT_STACK;
    stack->soft = size;
    if (size <= stack->hard)
        return;
    stack->soft = stack->hard;
    const char *digits = number_text(size, wanted);
    say(LEVEL_WARNING, "small_stack",
        "--stack asks for {wanted} bytes, main gets {most}: its hard limit is that low; give "
        "the container a higher one (docker run --ulimit stack={-wanted})",
        digits, number_text(stack->hard, most), digits);
}

static const char *amount_text(uint64_t amount, char text[NUMBER_SIZE])
{
    return amount == UINT64_MAX ? "unlimited" : number_text(amount, text);
}

static int refuse_limit(int which, uint64_t hard, int error)
{
    char wanted[NUMBER_SIZE], most[NUMBER_SIZE];
    struct limit now = {0, 0};
    limit_call(which, NULL, &now);
    const char *name = choice_text(limit_names, (unsigned)which),
               *amount = amount_text(hard, wanted);
    if (error == EPERM)
        say(LEVEL_ERROR, "limit_refused",
            "cannot set the limit {limit} to {wanted}: the hard limit is {most}, and more takes "
            "the capability SYS_RESOURCE{-kernel}; raise it with docker run --ulimit "
            "{-limit}={-wanted}, in compose under ulimits, in Kubernetes with capabilities: add: "
            "[SYS_RESOURCE]",
            name, amount, amount_text(now.hard, most),
            which == RLIMIT_NOFILE ? " and is up to the machine's fs.nr_open" : "", name, amount);
    else
        say(LEVEL_ERROR, "limit_refused", "cannot set the limit {limit} to {wanted}: {error}", name,
            amount, error_text(error));
    return CANNOT_RUN;
}

int limits_apply(const struct limits *limits)
{
    for (int which = 0; which < LIMIT_COUNT; which++) {
        const struct limit *limit = &limits->by_number[which];
        if (limits->set >> which & 1 && limit_call(which, limit, NULL) != 0)
            return refuse_limit(which, limit->hard, errno);
    }
    return 0;
}
