/* What the parts of the stage share: the scene an init under test is started in, and how to
 * report. Every function here ends the process with an "error" line if it cannot do its work. */
#ifndef STAGE_H
#define STAGE_H

#include <stdbool.h>
#include <stdint.h>

struct scene {
    bool pid1; /* the init is PID 1, else a child of the stage's own */
    bool parent; /* one more process between the stage and the init */
    bool no_proc; /* /proc is an empty directory */
    bool read_only; /* nothing can be written below / */
    bool terminal; /* standard input becomes the controlling terminal */
    uint64_t blocked; /* signals, bit n - 1 for signal n */
    uint64_t ignored; /* the same */
    uint64_t pending; /* blocked ones sent to itself before exec */
    const char *pid_max; /* highest PID of the namespace */
    const char *last_pid; /* the PID given last */
    const char *cgroup; /* directory of the control group to enter */
    const char *directory; /* working directory */
    char *binds[8]; /* SOURCE:TARGET, mounted over */
    int binds_count;
    int opened[16]; /* descriptors to have open on /dev/null */
    int opened_count;
    int closed[16]; /* descriptors to have closed */
    int closed_count;
    int refused[16]; /* system calls that fail */
    int refused_with[16]; /* the errno of each */
    int refused_count;
    int held; /* system call to hold until told, 0: none */
    int held_nth; /* which one of them, from 1 */
    int channel[2]; /* carries the seccomp listener out of the namespace */
    char **argv; /* the init and its arguments */
};

void report(const char *format, ...);
_Noreturn void fail(const char *what);

void read_scene(struct scene *scene, char **options);
void set_scene(const struct scene *scene);

void prepare_hold(struct scene *scene);
void install_filter(const struct scene *scene);
int take_listener(const struct scene *scene);
void receive_held(int listener);
void release_held(int listener);

#endif
