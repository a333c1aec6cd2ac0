// Where threads wait for one another: first in a short loop, then asleep. A thread that sleeps is scheduled at once
// when it is woken, while one that only yields waits its turn behind whatever else keeps the processor busy.
#include "creprise.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#if defined(__linux__)
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#else
#include <sched.h>
#endif

struct rp_barrier {
  _Alignas(64) _Atomic uint32_t arrived;
  _Alignas(64) _Atomic uint32_t generation;
  _Alignas(64) _Atomic uint32_t sleepers;
  _Alignas(64) _Atomic int32_t turns;
  _Alignas(64) _Atomic uint64_t lost;
  uint32_t count;
};

/* How long to look before sleeping, in turns of about 13 ns. A sleep and waking up cost some 10 microseconds, so where
   threads run undisturbed it pays to look for longer than they usually differ. Where a thread has lost its processor,
   looking only keeps that one busy: every sleep halves the time, every meeting without one lengthens it again. */
enum { fewest_turns = 100, most_turns = 6000 };

/* What a thread loses by a sleep beside the time it sleeps, in nanoseconds: looking, falling asleep and waking up. */
enum { cost_of_a_sleep = 50000 };

static void sleep_while(_Atomic uint32_t *word, uint32_t value)
{
#if defined(__linux__)
  syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
#else
  (void)word, (void)value;
  sched_yield();
#endif
}

static void wake_all(_Atomic uint32_t *word)
{
#if defined(__linux__)
  syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
#else
  (void)word;
#endif
}

rp_barrier *rp_barrier_create(uint32_t count)
{
  rp_barrier *barrier = aligned_alloc(64, sizeof(rp_barrier));
  if (!barrier) return NULL;
  atomic_init(&barrier->arrived, 0);
  atomic_init(&barrier->generation, 0);
  atomic_init(&barrier->sleepers, 0);
  atomic_init(&barrier->turns, most_turns);
  atomic_init(&barrier->lost, 0);
  barrier->count = count;
  return barrier;
}

void rp_barrier_destroy(rp_barrier *barrier) { free(barrier); }

void rp_barrier_set_count(rp_barrier *barrier, uint32_t count)
{
  barrier->count = count;
  // Others may meet sooner.
  atomic_store_explicit(&barrier->turns, most_turns, memory_order_relaxed);
}

double rp_barrier_lost(const rp_barrier *barrier)
{
  return 1e-9 * (double)atomic_load_explicit(&barrier->lost, memory_order_relaxed);
}

static uint64_t nanoseconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void rp_barrier_wait(rp_barrier *barrier)
{
  const uint32_t generation = atomic_load_explicit(&barrier->generation, memory_order_relaxed);
  // Once this thread has arrived the others may leave, and the count change.
  const uint32_t count = barrier->count;
  if (atomic_fetch_add_explicit(&barrier->arrived, 1, memory_order_acq_rel) + 1 == count) {
    atomic_store_explicit(&barrier->arrived, 0, memory_order_relaxed);
    atomic_fetch_add(&barrier->generation, 1);
    if (atomic_load(&barrier->sleepers) > 0) wake_all(&barrier->generation);
    return;
  }
  // Threads may overwrite one another's value: it is a guess.
  const int32_t turns = atomic_load_explicit(&barrier->turns, memory_order_relaxed);
  for (int32_t turn = 0; turn < turns; turn++) {
    if (atomic_load_explicit(&barrier->generation, memory_order_acquire) != generation) {
      if (turns < most_turns) atomic_store_explicit(&barrier->turns, turns + 1 + turns / 64, memory_order_relaxed);
      return;
    }
    rp_pause();
  }
  if (turns > fewest_turns) atomic_store_explicit(&barrier->turns, turns / 2, memory_order_relaxed);
  const uint64_t started = nanoseconds();
  atomic_fetch_add(&barrier->sleepers, 1);
  while (atomic_load(&barrier->generation) == generation) sleep_while(&barrier->generation, generation);
  atomic_fetch_sub(&barrier->sleepers, 1);
  atomic_fetch_add_explicit(&barrier->lost, nanoseconds() - started + cost_of_a_sleep, memory_order_relaxed);
}

size_t rp_claim(size_t *next) { return __atomic_fetch_add(next, 1, __ATOMIC_RELAXED); }
