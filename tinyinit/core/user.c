#include "user.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "lines.h"
#include "message.h"
#include "text.h"
#include "value.h"

#include "startup_only.h"

enum { CANNOT_RUN = 126, USAGE = 64 };

/* The numbers of 16 bits came first on some machines. */
#ifdef SYS_setresuid32
enum { SET_USER = SYS_setresuid32, SET_GROUP = SYS_setresgid32, SET_GROUPS = SYS_setgroups32 };
#else
enum { SET_USER = SYS_setresuid, SET_GROUP = SYS_setresgid, SET_GROUPS = SYS_setgroups };
#endif

static const char passwd[] = "/etc/passwd", group_file[] = "/etc/group";

/* The last one is the kernel's "leave it as it is". */
static bool read_id(const char *text, uint32_t *id)
{
    struct digits number = parse_number(text);
    if (!number.end || number.number >= UINT32_MAX)
        return false;
    *id = (uint32_t)number.number;
    return true;
}

bool user_is_valid(const char *text)
{
    const char *colon = text_find(text, ':');
    return colon > text && (!*colon || (colon[1] && !*text_find(colon + 1, ':')));
}

static int refuse_unknown(const char *what, const char *name, const char *file, int error)
{
    say(LEVEL_ERROR, "unknown_user", "cannot run main as {kind} {'name}: {file} {problem}", what,
        name, file,
        error == 0        ? "has no such name; add it in the image, or give its number"
        : error == ENOENT ? "is not in this image; give a number"
                          : error_text(error));
    return USAGE;
}

/* ---- /etc/passwd and /etc/group ---- */

struct account {
    const char *name;
    uint32_t uid;
    uint32_t gid;
    const char *home;
};

/* The text up to the next colon, behind which *line moves; NULL behind the last. */
static char *next_field(char **line)
{
    char *field = *line;
    if (!field)
        return NULL;
    char *end = text_find(field, ':');
    *line = *end ? end + 1 : NULL;
    *end = '\0';
    return field;
}

/* A line that is none (a comment, NIS, damage) is passed over. */
static bool read_account(char *line, struct account *account)
{
    account->name = next_field(&line);
    next_field(&line);
    const char *uid = next_field(&line), *gid = next_field(&line);
    next_field(&line);
    account->home = next_field(&line);
    return *account->name && strlen(account->name) < USER_NAME_SIZE && account->home &&
           read_id(uid, &account->uid) && read_id(gid, &account->gid);
}

static bool set_home(struct user *user, const char *home)
{
    static const char name[] = "HOME=";
    if (strlen(home) + sizeof name > sizeof user->home)
        return false;
    strcpy(stpcpy(user->home, name), *home ? home : "/");
    return true;
}

/* The first line of the name or number `who`. All are read: root's says which HOME is root's. */
static int find_account(const char *who, const char *home, struct user *user)
{
    struct lines lines;
    struct account account;
    bool is_number = read_id(who, &user->uid), found = false;
    int error = lines_open(&lines, passwd) ? 0 : errno;
    for (char *line; !error && (line = lines_next(&lines));) {
        if (!read_account(line, &account))
            continue;
        if (home && account.uid == 0 && !strcmp(account.home, home))
            user->sets_home = true;
        if (found || (is_number ? account.uid != user->uid : strcmp(account.name, who) != 0) ||
            !set_home(user, account.home))
            continue;
        found = true;
        user->uid = account.uid;
        user->gid = account.gid;
        strcpy(user->name, account.name);
    }
    return found || is_number ? 0 : refuse_unknown("user", who, passwd, error);
}

/* Whether the comma separated list has `name`. */
static bool has_member(const char *members, const char *name)
{
    size_t length = strlen(name);
    for (;;) {
        size_t item = (size_t)(text_find(members, ',') - members);
        if (item == length && !memcmp(members, name, length))
            return true;
        if (!members[item])
            return false;
        members += item + 1;
    }
}

static bool read_group(char *line, const char **name, uint32_t *gid, const char **members)
{
    *name = next_field(&line);
    next_field(&line);
    const char *number = next_field(&line);
    *members = line ? line : "";
    return **name && number && read_id(number, gid);
}

static int find_group(const char *who, struct user *user)
{
    struct lines lines;
    const char *name, *members;
    uint32_t gid;
    bool found = read_id(who, &user->gid);
    int error = found ? 0 : lines_open(&lines, group_file) ? 0 : errno;
    if (found || error)
        return found ? 0 : refuse_unknown("group", who, group_file, error);
    for (char *line; (line = lines_next(&lines));)
        if (!found && read_group(line, &name, &gid, &members) && !strcmp(name, who)) {
            found = true;
            user->gid = gid;
        }
    return found ? 0 : refuse_unknown("group", who, group_file, 0);
}

static int add_groups(struct user *user)
{
    struct lines lines;
    const char *name, *members;
    uint32_t gid;
    bool too_many = false;
    if (!*user->name || !lines_open(&lines, group_file))
        return 0;
    for (char *line; (line = lines_next(&lines));) {
        if (!read_group(line, &name, &gid, &members) || gid == user->gid ||
            !has_member(members, user->name))
            continue;
        if (user->group_count == USER_GROUPS_MAX)
            too_many = true;
        else
            user->groups[user->group_count++] = gid;
    }
    if (!too_many)
        return 0;
    say(LEVEL_ERROR, "too_many_groups",
        "cannot run main as user {'name}: {file} has it in more than {#most} groups", user->name,
        group_file, NUMBER(USER_GROUPS_MAX));
    return CANNOT_RUN;
}

int user_find(const char *text, const char *home, struct user *user)
{
    char who[USER_NAME_SIZE];
    size_t length = (size_t)(text_find(text, ':') - text);
    const char *group = text[length] ? text + length + 1 : NULL;
    if (length >= sizeof who)
        return refuse_unknown("user", text, passwd, 0);
    memcpy(who, text, length);
    who[length] = '\0';
    /* Root's group for a number that has none, as docker, gosu and su-exec have it: images are made
     * for that. */
    user->gid = getgid();
    *user->name = '\0';
    user->sets_home = !home || !*home || !strcmp(home, "/") || !strcmp(home, "/root");
    set_home(user, "/");
    int code = find_account(who, home, user);
    if (code == 0 && group)
        code = find_group(group, user);
    if (code)
        return code;
    user->groups[0] = user->gid;
    user->group_count = 1;
    /* A group that is named stands for all, as with docker. */
    return group ? 0 : add_groups(user);
}

/* ---- becoming it ---- */

/* Raw calls: the C library would change every thread, and under vfork it would take the parent for
 * one. Who is that user already (Kubernetes' runAsUser) needs no right to stay it, and keeps the
 * groups that the platform gave. */
int user_become(const struct user *user)
{
    bool already = getuid() == user->uid && geteuid() == user->uid && getgid() == user->gid &&
                   getegid() == user->gid;
    if (syscall(SET_GROUPS, user->group_count, user->groups) != 0)
        return already && errno == EPERM ? 0 : errno;
    if (syscall(SET_GROUP, user->gid, user->gid, user->gid) != 0 ||
        syscall(SET_USER, user->uid, user->uid, user->uid) != 0)
        return errno;
    return 0;
}

static const char *problem_text(int error)
{
    switch (error) {
    case EPERM:
        return "tinyinit has no right to become it; start the container as root with the "
               "capabilities SETUID, SETGID and KILL, or as that user without --user";
    case EINVAL:
        return "this container's user namespace does not have that number";
    default:
        return error_text(error);
    }
}

int user_explain(const char *text, int error)
{
    say(LEVEL_ERROR, "user_refused", "cannot run main as {user}: {problem}", text,
        problem_text(error));
    return CANNOT_RUN;
}

/* Better than making PID 1 that user as well: main could then stop, trace or kill it. */
void user_keep_kill(const struct user *user)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    const struct __user_cap_data_struct kept[2] = {
        {.effective = 1U << CAP_KILL, .permitted = 1U << CAP_KILL}};
    if (syscall(SYS_capset, &header, kept) != 0 && errno == EPERM && user->uid != geteuid())
        say(LEVEL_WARNING, "cannot_signal",
            "tinyinit has no right to signal main, which runs as uid {#uid}; give the container "
            "the capability KILL (docker run --cap-add KILL)",
            NUMBER(user->uid));
}
