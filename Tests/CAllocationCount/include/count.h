#ifndef REPRISE_ALLOCATION_COUNT_H
#define REPRISE_ALLOCATION_COUNT_H
#include <stddef.h>

/// Allocations of all threads since the program began; always 0 where `rp_counts_allocations` is 0.
long rp_allocation_count(void);
extern const int rp_counts_allocations;

#endif
