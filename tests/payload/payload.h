/* What the parts of the payload share: one line to standard output in one write, and signals by
 * raw system calls, because the C library keeps 32 to 34 to itself. */
#ifndef PAYLOAD_H
#define PAYLOAD_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define EVERY_SIGNAL UINT64_MAX

void say(const char *format, ...);
_Noreturn void broken(const char *what);

uint64_t set_mask(uint64_t blocked);
uint64_t one_signal(int number);
int next_signal(uint64_t set, siginfo_t *info);
void set_disposition(int number, void (*handler)(int));
void say_state(void);
void say_masks(void);

void orphans(const char *count);
void wave(const char *waves_and_count);
void zombies(const char *count);
void leave(const char *manner);
void bomb(const char *count);
void orphan(char *end);

void obey(char *word);

#endif
