// What the parts of the stand-in for the driver share: the state of the driver and of the device. See stand_in.c.
#include "stand_in.h"
#include <stddef.h>
#include <unistd.h>

#pragma GCC visibility push(hidden)

enum { device_count = 2, multiprocessors = 4, resident_blocks = 2, largest_group = 1024 };
enum { ordinary_local = 48 * 1024, largest_local = 227 * 1024 };
static const size_t device_memory = (size_t)1 << 30;

// A graph, and what was instantiated of it, are the lines that its launches add to the record.
struct graph {
  char lines[1 << 16];
  int count;
};

/// Of the driver: calls so far, objects that exist, and what has gone wrong.
extern int initialised, contexts, modules, graphs, waits, lost;
/// The graph that the stream captures; NULL while it does not.
extern struct graph *capture;
extern int capture_failed;
/// Its address is the only stream.
extern int stream_object;
/// Bytes that are allocated.
extern size_t used;
extern _Thread_local void *current;

/// Counts down to the call that fails.
static inline int is_due(int *countdown) { return *countdown > 0 && --*countdown == 0; }

static inline int exists(const char *file) { return file && access(file, F_OK) == 0; }

/// What every call begins with: a status.
int enter(void);

#pragma GCC visibility pop

#define ENTER() do { const int status = enter(); if (status) return status; } while (0)
// For calls that a stream cannot capture.
#define ENTER_UNCAPTURED() \
  do { ENTER(); if (capture) { capture_failed = 1; return not_while_capturing; } } while (0)
