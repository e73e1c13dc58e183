#include "health/health.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/codes.h"
#include "base/error.h"
#include "base/expand.h"
#include "base/message.h"
#include "base/text.h"
#include "base/value.h"
#include "health/ask.h"

#include "base/startup_only.h"

enum { NOT_HEALTHY = 1, DEFAULT_TIMEOUT_MS = 2000, WANTED_WORDS = STATUS_MAX / 64 + 1 };

struct health_check {
    const char *url; /* NULL: none was given */
    const char *timeout_text; /* as it was written */
    int64_t timeout_ms;
    const char *status_text; /* NULL: any from 200 to 399 */
    uint64_t wanted[WANTED_WORDS]; /* one bit for each status from STATUS_MIN on */
};

static void want(struct health_check *check, int64_t status)
{
    check->wanted[(status - STATUS_MIN) / 64] |= UINT64_C(1) << ((status - STATUS_MIN) % 64);
}

/* "200" or "200,204". */
static bool read_statuses(struct health_check *check, const char *text)
{
    memset(check->wanted, 0, sizeof check->wanted);
    for (;;) {
        struct digits digits = parse_digits(text);
        if (!digits.end || digits.number < STATUS_MIN || digits.number > STATUS_MAX)
            return false;
        want(check, (int64_t)digits.number);
        if (!*digits.end)
            return true;
        if (*digits.end != ',')
            return false;
        text = digits.end + 1;
    }
}

static bool refuse_health(const char *what, const char *value, const char *expected)
{
    say(LEVEL_ERROR, "wrong_option", "{option} is {'value}, not {expected}", what, value, expected);
    return false;
}

static bool set_health_option(struct health_check *check, const char *option, const char *value)
{
    if (!strcmp(option, "--timeout")) {
        check->timeout_text = value;
        check->timeout_ms = parse_duration(value);
        return check->timeout_ms > 0 ||
               refuse_health(option, value, "a duration of more than 0 (250ms, 2s)");
    }
    check->status_text = value;
    return read_statuses(check, value) ||
           refuse_health(option, value, "a status from 100 to 599 (several: 200,204)");
}

/* The option that `word` is or begins with, before a "=", else NULL. */
static const char *option_of(const char *word)
{
    size_t length = (size_t)(text_find(word, '=') - word);
    if (length == sizeof "--timeout" - 1 && !strncmp(word, "--timeout", length))
        return "--timeout";
    if (length == sizeof "--status" - 1 && !strncmp(word, "--status", length))
        return "--status";
    return NULL;
}

static bool read_health_words(struct health_check *check, char *const *words)
{
    for (const char *word; (word = *words++);) {
        const char *option = option_of(word), *equals = text_find(word, '=');
        if (option) {
            const char *value = *equals ? equals + 1 : *words;
            if (!value) {
                say(LEVEL_ERROR, "wrong_option", "{option} needs a value", option);
                return false;
            }
            words += !*equals;
            if (!set_health_option(check, option, value))
                return false;
        } else if (word[0] == '-') {
            say(LEVEL_ERROR, "unknown_option",
                "unknown option {option} of health, which has --timeout and --status", word);
            return false;
        } else if (check->url) {
            say(LEVEL_ERROR, "wrong_option", "health takes one URL, not {url} as well", word);
            return false;
        } else {
            check->url = word;
        }
    }
    if (!check->url)
        say(LEVEL_ERROR, "no_url", "no URL to ask; {-usage}",
            "tinyinit health [--timeout 2s] [--status 200] http://127.0.0.1:8080/healthz");
    return check->url;
}

static void tell_health(const struct health_check *check, const struct answer *answer)
{
    static const char event[] = "not_healthy";
    const char *url = check->url;
    switch (answer->result) {
    case HEALTH_GOOD:
        return;
    case HEALTH_NOT_CONNECTED:
        if (answer->error == ETIMEDOUT)
            say(LEVEL_ERROR, event,
                "{url} cannot be connected to: no answer within {timeout} (--timeout)", url,
                check->timeout_text);
        else
            say(LEVEL_ERROR, event, "{url} cannot be connected to: {error}", url,
                error_text(answer->error));
        return;
    case HEALTH_BROKEN:
        say(LEVEL_ERROR, event, "{url} took the connection, which then failed: {error}", url,
            error_text(answer->error));
        return;
    case HEALTH_SILENT:
        say(LEVEL_ERROR, event,
            "{url} took the connection and did not answer within {timeout} (--timeout)", url,
            check->timeout_text);
        return;
    case HEALTH_CLOSED:
        say(LEVEL_ERROR, event, "{url} took the connection and closed it without an answer", url);
        return;
    case HEALTH_NOT_HTTP:
        say(LEVEL_ERROR, event, "{url} does not speak HTTP/1: its answer begins with {'answer}",
            url, answer->seen);
        return;
    case HEALTH_STATUS:
        say(LEVEL_ERROR, event, "{url} answers with status {#status}, expected {expected}", url,
            NUMBER(answer->status),
            check->status_text ? check->status_text : "200 to 399 (others: --status)");
        return;
    }
}

bool health_has_names(char *const *words)
{
    for (; *words; words++)
        if (expand_is_needed(*words))
            return true;
    return false;
}

int health_run(char *const *words, char *const *envp)
{
    struct health_check check = {.timeout_text = "2s", .timeout_ms = DEFAULT_TIMEOUT_MS};
    struct unknown_name unknown;
    struct health_url url;
    for (int status = 200; status < 400; status++)
        want(&check, status);
    if (!read_health_words(&check, words))
        return WRONG_USAGE;
    const char *text = expand(check.url, envp, &unknown);
    if (!text) {
        say(LEVEL_ERROR, "unknown_name", "{url} takes the value of {name}, which is not set",
            check.url, arena_copy(unknown.text, unknown.length));
        return WRONG_USAGE;
    }
    /* Messages show the URL as it was written: what was put in may be a secret. */
    const char *expected = health_url_read(&url, text);
    if (expected) {
        refuse_health("the URL", check.url, expected);
        return WRONG_USAGE;
    }
    struct answer answer = health_ask(&url, check.timeout_ms, check.wanted);
    tell_health(&check, &answer);
    return answer.result == HEALTH_GOOD ? 0 : NOT_HEALTHY;
}
