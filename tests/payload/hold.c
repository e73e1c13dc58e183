/* Refuses system calls to the init under test, or holds the nth of one kind until the test says go
 * (a seccomp filter whose listener stays with the stage): a race is made to happen, not waited for.
 */
#include "stage.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static int seen;
static int wanted;
static uint64_t held_id;

void prepare_hold(struct scene *scene)
{
    wanted = scene->held_nth;
    if (scene->held && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, scene->channel) != 0)
        fail("socketpair");
}

union descriptor_message {
    struct cmsghdr header;
    char bytes[CMSG_SPACE(sizeof(int))];
};

static void send_descriptor(int channel, int fd)
{
    char byte = 0;
    union descriptor_message control = {0};
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(header), &fd, sizeof fd);
    if (sendmsg(channel, &message, 0) != 1)
        fail("sendmsg");
}

int take_listener(const struct scene *scene)
{
    if (!scene->held)
        return -1;
    close(scene->channel[1]);
    char byte;
    union descriptor_message control = {0};
    struct iovec data = {&byte, 1};
    struct msghdr message = {.msg_iov = &data,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};
    int fd = -1;
    if (recvmsg(scene->channel[0], &message, 0) != 1)
        return fd;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header)
        memcpy(&fd, CMSG_DATA(header), sizeof fd);
    return fd;
}

void install_filter(const struct scene *scene)
{
    struct sock_filter code[2 * 17 + 2];
    unsigned short length = 0;
    code[length++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (int i = 0; i < scene->refused_count; i++) {
        code[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
                                                      (unsigned)scene->refused[i], 0, 1);
        code[length++] = (struct sock_filter)BPF_STMT(
            BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (unsigned)scene->refused_with[i]);
    }
    if (scene->held) {
        code[length++] =
            (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)scene->held, 0, 1);
        code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF);
    }
    code[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    struct sock_fprog program = {length, code};
    unsigned long flags = scene->held ? SECCOMP_FILTER_FLAG_NEW_LISTENER : 0;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        fail("no_new_privs");
    long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
    if (listener < 0)
        fail("seccomp");
    if (scene->held) {
        send_descriptor(scene->channel[1], (int)listener);
        close((int)listener);
    }
}

static void let_go(int listener, uint64_t id)
{
    struct seccomp_notif_resp answer = {.id = id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) != 0 && errno != ENOENT)
        fail("let go");
}

void receive_held(int listener)
{
    struct seccomp_notif notice = {0};
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &notice) != 0)
        return;
    if (++seen != wanted) {
        let_go(listener, notice.id);
        return;
    }
    held_id = notice.id;
    report("held %u", notice.pid);
}

void release_held(int listener)
{
    let_go(listener, held_id);
}
