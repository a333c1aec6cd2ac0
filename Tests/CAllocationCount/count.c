// Counts what a program allocates, by standing in for the functions of the C library.
#include "count.h"
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>

static _Atomic long allocations;

long rp_allocation_count(void) { return atomic_load(&allocations); }

// Sanitizers stand in for the same functions.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RP_SANITIZED
#endif
#endif

#if defined(__GLIBC__) && !defined(RP_SANITIZED)
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

const int rp_counts_allocations = 1;

void *malloc(size_t size)
{
  atomic_fetch_add(&allocations, 1);
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
  atomic_fetch_add(&allocations, 1);
  return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
  atomic_fetch_add(&allocations, 1);
  return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
  atomic_fetch_add(&allocations, 1);
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
  atomic_fetch_add(&allocations, 1);
  *out = __libc_memalign(alignment, size);
  return *out ? 0 : ENOMEM;
}
#else
const int rp_counts_allocations = 0;
#endif
