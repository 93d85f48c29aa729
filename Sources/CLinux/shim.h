#pragma once
/* What Swift cannot call by itself: a variadic function, and glibc's additions that its module
   hides. Each line is one call. */
#include <spawn.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/types.h>

/* Orphaned descendants become children of the calling process instead of process 1. */
static inline int linux_become_subreaper(void) {
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

/* POSIX_SPAWN_SETSID. */
static inline short linux_spawn_setsid(void) { return 0x80; }

extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);

/* Closes every descriptor from the given one on, in the child. */
static inline int linux_spawn_close_from(posix_spawn_file_actions_t *actions, int first) {
    return posix_spawn_file_actions_addclosefrom_np(actions, first);
}
