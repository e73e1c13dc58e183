#include "pid1/user.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/codes.h"
#include "base/error.h"
#include "base/lines.h"
#include "base/message.h"
#include "base/text.h"
#include "base/value.h"

#include "base/startup_only.h"

/* The numbers of 16 bits came first on some machines. */
#ifdef SYS_setresuid32
enum { SET_USER = SYS_setresuid32, SET_GROUP = SYS_setresgid32, SET_GROUPS = SYS_setgroups32 };
#else
enum { SET_USER = SYS_setresuid, SET_GROUP = SYS_setresgid, SET_GROUPS = SYS_setgroups };
#endif

static const char passwd[] = "/etc/passwd", group_file[] = "/etc/group";

/* No id: to the kernel it means "leave it as it is". */
static const uint32_t NO_ID = UINT32_MAX;

static uint32_t read_id(const char *text)
{
    return (uint32_t)parse_up_to(text, NO_ID - 1); /* of -1 that is NO_ID */
}

bool user_is_valid(const char *text)
{
    const char *colon = text_find(text, ':');
    return colon > text && (!*colon || (colon[1] && !*text_find(colon + 1, ':')));
}

static int refuse_unknown_name(const char *what, const char *name, const char *file, int error)
{
    say(LEVEL_ERROR, "unknown_user", "cannot run main as {kind} {'name}: {file} {problem}", what,
        name, file,
        error == 0        ? "has no such name; add it in the image, or give its number"
        : error == ENOENT ? "is not in this image; give a number"
                          : error_text(error));
    return WRONG_USAGE;
}

/* ---- /etc/passwd and /etc/group ---- */

/* A line of either is NAME:PASSWORD:ID: and what only that file has. */
struct table {
    int error; /* an errno, if it cannot be read */
    uint32_t id;
    const char *name;
    char *rest; /* what no field of the line has been taken of yet */
    struct lines lines;
};

static void open_table(struct table *table, const char *file)
{
    table->error = lines_open(&table->lines, file) ? 0 : errno;
}

/* The text up to the next separator or the end; "" if nothing is left. */
static char *next_field(struct table *table, char separator)
{
    char *field = table->rest, *end = text_find(field, separator);
    table->rest = end + (*end != '\0');
    *end = '\0';
    return field;
}

/* A line that is none (a comment, NIS, damage) is passed over. */
static bool next_entry(struct table *table)
{
    while (!table->error && (table->rest = lines_next(&table->lines))) {
        table->name = next_field(table, ':');
        next_field(table, ':');
        table->id = read_id(next_field(table, ':'));
        if (*table->name && table->id != NO_ID)
            return true;
    }
    return false;
}

static bool set_home(struct user *user, const char *home)
{
    static const char name[] = "HOME=";
    if (strlen(home) + sizeof name > sizeof user->home)
        return false;
    strcpy(stpcpy(user->home, name), *home ? home : "/");
    return true;
}

/* The first line of user->name, which may be a number. All are read: root's says which HOME is
 * root's. */
static bool find_account(struct table *table, struct user *user, const char *home_now)
{
    uint32_t number = user->uid = read_id(user->name);
    bool found = false;
    open_table(table, passwd);
    while (next_entry(table)) {
        uint32_t gid = read_id(next_field(table, ':'));
        bool has_home = *text_find(table->rest, ':');
        next_field(table, ':');
        const char *home = next_field(table, ':');
        if (gid == NO_ID || !has_home || strlen(table->name) >= USER_NAME_SIZE)
            continue;
        user->sets_home |= table->id == 0 && !strcmp(home, home_now);
        if (found ||
            (number != NO_ID ? table->id != number : strcmp(table->name, user->name) != 0) ||
            !set_home(user, home))
            continue;
        found = true;
        user->uid = table->id;
        user->gid = gid;
        strcpy(user->name, table->name);
    }
    if (!found && number != NO_ID)
        *user->name = '\0';
    return user->uid != NO_ID;
}

static bool find_group(struct table *table, struct user *user, const char *who)
{
    user->gid = read_id(who);
    if (user->gid != NO_ID)
        return true;
    open_table(table, group_file);
    while (next_entry(table))
        if (user->gid == NO_ID && !strcmp(table->name, who))
            user->gid = table->id;
    return user->gid != NO_ID;
}

/* Whether the members that the line ends with have this name. */
static bool has_member(struct table *table, const char *name)
{
    while (*table->rest)
        if (!strcmp(next_field(table, ','), name))
            return true;
    return false;
}

static bool add_groups(struct table *table, struct user *user)
{
    bool fits = true;
    open_table(table, group_file);
    while (next_entry(table)) {
        if (table->id == user->gid || !has_member(table, user->name))
            continue;
        fits = user->group_count < USER_GROUPS_MAX;
        if (fits)
            user->groups[user->group_count++] = table->id;
    }
    return fits;
}

int user_find(const char *text, const char *home, struct user *user)
{
    struct table table;
    const char *colon = text_find(text, ':'), *group = colon + (*colon != '\0');
    size_t length = (size_t)(colon - text);
    if (!home || !*home)
        home = "/";
    if (length >= sizeof user->name)
        return refuse_unknown_name("user", text, passwd, 0);
    memcpy(user->name, text, length);
    user->name[length] = '\0';
    /* Root's group for a number that has none, as docker, gosu and su-exec have it: images are made
     * for that. */
    user->gid = getgid();
    user->sets_home = parse_choice(home, "/\0/root\0") >= 0;
    set_home(user, "/");
    if (!find_account(&table, user, home))
        return refuse_unknown_name("user", user->name, passwd, table.error);
    if (*group && !find_group(&table, user, group))
        return refuse_unknown_name("group", group, group_file, table.error);
    user->groups[0] = user->gid;
    user->group_count = 1;
    /* A group that is named stands for all, as with docker. */
    if (*group || !*user->name || add_groups(&table, user))
        return 0;
    say(LEVEL_ERROR, "too_many_groups",
        "cannot run main as user {'name}: {file} has it in more than {#most} groups", user->name,
        group_file, NUMBER(USER_GROUPS_MAX));
    return CANNOT_RUN;
}

/* ---- becoming it ---- */

static bool is_already(const struct user *user)
{
    return getuid() == user->uid && geteuid() == user->uid && getgid() == user->gid &&
           getegid() == user->gid;
}

/* Raw calls: the C library would change every thread, and under vfork it would take the parent for
 * one. Who is that user already (Kubernetes' runAsUser) needs no right to stay it, and keeps the
 * groups that the platform gave. */
int user_become(const struct user *user, const char *text)
{
    bool done = syscall(SET_GROUPS, user->group_count, user->groups) == 0;
    if (!done && errno == EPERM && is_already(user))
        return 0;
    if (done && syscall(SET_GROUP, user->gid, user->gid, user->gid) == 0 &&
        syscall(SET_USER, user->uid, user->uid, user->uid) == 0)
        return 0;
    say(LEVEL_ERROR, "user_refused", "cannot run main as {user}: {problem}", text,
        errno == EPERM    ? "tinyinit has no right to become it; start the container as root with "
                            "the capabilities SETUID, SETGID and KILL, or as that user without "
                            "--user"
        : errno == EINVAL ? "this container's user namespace does not have that number"
                          : error_text(errno));
    return CANNOT_RUN;
}

/* Better than making PID 1 that user as well: main could then stop, trace or kill it. */
void user_keep_kill(const struct user *user)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    static const struct __user_cap_data_struct kept[2] = {
        {.effective = 1U << CAP_KILL, .permitted = 1U << CAP_KILL}};
    if (syscall(SYS_capset, &header, kept) != 0 && errno == EPERM && user->uid != geteuid())
        say(LEVEL_WARNING, "cannot_signal",
            "tinyinit has no right to signal main, which runs as uid {#uid}; give the container "
            "the capability KILL (docker run --cap-add KILL)",
            NUMBER(user->uid));
}
