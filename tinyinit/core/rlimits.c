#include "rlimits.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "message.h"
#include "text.h"
#include "value.h"

#include "startup_only.h"

enum { CANNOT_RUN = 126 };

/* In the order of their numbers. One string, not pointers: nothing to relocate. */
static const char names[] =
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

static bool read_amount(const char *text, int which, uint64_t *amount)
{
    if (!strcmp(text, "unlimited") || !strcmp(text, "-1")) {
        *amount = UINT64_MAX;
        return true;
    }
    struct digits number = parse_number(text);
    *amount = number.number;
    if (number.end || !(in_bytes >> which & 1))
        return number.end;
    int64_t size = parse_size(text);
    *amount = (uint64_t)size;
    return size >= 0;
}

const char *limits_add(struct limits *limits, char *text)
{
    char *soft = text_find(text, '=');
    if (!*soft)
        return "NAME=SOFT[:HARD] (nofile=1024:65536, core=unlimited)";
    *soft = '\0';
    int which = parse_word(text, names);
    *soft++ = '=';
    if (which < 0)
        return "a limit (core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio "
               "rttime sigpending stack as)";
    if (limits->set >> which & 1)
        return "a limit that is set once";
    struct limit *limit = &limits->by_number[which];
    char *hard = text_find(soft, ':');
    bool has_hard = *hard;
    *hard = '\0';
    bool valid = read_amount(soft, which, &limit->soft) &&
                 read_amount(has_hard ? hard + 1 : soft, which, &limit->hard);
    if (has_hard)
        *hard = ':';
    if (!valid)
        return in_bytes >> which & 1 ? "a limit in bytes (8388608, 8M) or unlimited"
                                     : "a limit as a number or unlimited";
    if (limit->soft > limit->hard)
        return "a soft limit that is at most the hard one";
    limits->set |= 1U << which;
    return NULL;
}

static const char *amount_text(uint64_t amount, char text[NUMBER_SIZE])
{
    return amount == UINT64_MAX ? "unlimited" : number_text(amount, text);
}

void limits_set_stack(struct limits *limits, uint64_t size)
{
    char wanted[NUMBER_SIZE], most[NUMBER_SIZE];
    struct limit *stack = &limits->by_number[RLIMIT_STACK];
    if (!(limits->set >> RLIMIT_STACK & 1) && limit_call(RLIMIT_STACK, NULL, stack) != 0)
        return;
    limits->set |= 1U << RLIMIT_STACK;
    stack->soft = size < stack->hard ? size : stack->hard;
    if (stack->soft < size)
        say(LEVEL_WARNING, "small_stack",
            "--stack asks for {wanted} bytes, main gets {most}: its hard limit is that low; give "
            "the container a higher one (docker run --ulimit stack={-wanted})",
            amount_text(size, wanted), amount_text(stack->hard, most), amount_text(size, wanted));
}

int limits_apply(const struct limits *limits, int *which)
{
    for (*which = 0; *which < LIMIT_COUNT; ++*which)
        if (limits->set >> *which & 1 && limit_call(*which, &limits->by_number[*which], NULL) != 0)
            return errno;
    return 0;
}

int limits_explain(const struct limits *limits, int which, int error)
{
    char wanted[NUMBER_SIZE], most[NUMBER_SIZE];
    struct limit now = {0, 0};
    limit_call(which, NULL, &now);
    const char *name = word_of(names, which);
    const char *hard = amount_text(limits->by_number[which].hard, wanted);
    if (error == EPERM)
        say(LEVEL_ERROR, "limit_refused",
            "cannot set the limit {limit} to {wanted}: the hard limit is {most}, and more takes "
            "the capability SYS_RESOURCE{-kernel}; raise it with docker run --ulimit "
            "{-limit}={-wanted}, in compose under ulimits, in Kubernetes with capabilities: add: "
            "[SYS_RESOURCE]",
            name, hard, amount_text(now.hard, most),
            which == RLIMIT_NOFILE ? " and is up to the machine's fs.nr_open" : "", name, hard);
    else
        say(LEVEL_ERROR, "limit_refused", "cannot set the limit {limit} to {wanted}: {error}", name,
            hard, error_text(error));
    return CANNOT_RUN;
}
