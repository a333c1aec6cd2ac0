// Layout of P: column blocks of 16 inputs (block 0 has only `ragged` columns), each as tiles of 16 rows from the
// diagonal down, each tile column by column.
#include <stddef.h>

/// Largest number of plastic inputs of a neuron, padding included.
#define RP_MAX_INPUTS 8192

static inline __attribute__((unused)) size_t rp_tile_offset(const rp_rls_arguments *a, size_t column_block)
{
  const size_t blocks = a->padded / 16;
  size_t offset = 0;
  for (size_t b = 0; b < column_block; b++) offset += 16 * (b ? 16 : a->ragged) * (blocks - b);
  return offset;
}
