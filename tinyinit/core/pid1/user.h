/* The user that main runs as: found in /etc/passwd and /etc/group, and become in the child. */
#ifndef TINYINIT_USER_H
#define TINYINIT_USER_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

enum { USER_GROUPS_MAX = 256, USER_NAME_SIZE = 256 };

struct user {
    uid_t uid;
    gid_t gid;
    bool sets_home; /* HOME was root's, or none */
    unsigned group_count;
    char name[USER_NAME_SIZE]; /* "" for a number that /etc/passwd does not have */
    gid_t groups[USER_GROUPS_MAX]; /* the supplementary ones; gid is the first of them */
    char home[PATH_MAX]; /* "HOME=…" */
};

/* Whether `text` may be NAME|UID[:GROUP|GID]. */
bool user_is_valid(const char *text);

/* Finds `text`; `home` is the HOME there is now, or NULL. Returns 0, or the exit code after saying
 * who is unknown. */
int user_find(const char *text, const char *home, struct user *user);

/* Becomes this user; `text` is how it was written. Returns 0, or the exit code after saying why
 * not. Safe after vfork. */
int user_become(const struct user *user, const char *text);

/* Gives up every capability but the one to signal main, once that runs as `user`. */
void user_keep_kill(const struct user *user);

#endif
