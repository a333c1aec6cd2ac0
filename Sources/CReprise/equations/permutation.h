// A keyed permutation of a grid of rows x columns numbers: a Feistel network of mixed radix (Black and Rogaway 2002,
// CT-RSA, LNCS 2271), in which row and column take turns to be moved by a hash of the other. It yields the k-th of
// distinct random numbers without any memory (C1 of docs/equations.md). Integer operations only.

// Needs: rp_uint, RP_MIN(a, b) of unsigned numbers.

#define RP_PERMUTATION_KEYS 12

/* A hash of x in 0 ..< size, where size < 2^16. */
#define RP_HASH_BELOW(type, name)                \
  RP_FN type name(uint32_t size, type x)         \
  {                                              \
    x = x * 0x9E3779B1u;                         \
    x = x ^ (x >> 15);                           \
    x = x * 0x85EBCA77u;                         \
    return ((x >> 16) * size) >> 16;             \
  }
RP_HASH_BELOW(uint32_t, rp_hash_below)
RP_HASH_BELOW(rp_uint, rp_hash_each_below)

/* x + a hash of `other`, modulo `size`. */
RP_FN rp_uint rp_rotate_within(rp_uint x, rp_uint other, uint32_t key, uint32_t size)
{
  x = x + rp_hash_each_below(size, other ^ key);
  return RP_MIN(x, x - size);
}

RP_FN void rp_permute(
    rp_uint *row, rp_uint *column, uint32_t rows, uint32_t columns, const uint32_t *keys, uint32_t rounds)
{
  for (uint32_t round = 0; round < rounds; round += 2) {
    *row = rp_rotate_within(*row, *column, keys[round], rows);
    *column = rp_rotate_within(*column, *row, keys[round + 1], columns);
  }
}
