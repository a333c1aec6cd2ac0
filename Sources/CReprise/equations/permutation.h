// A keyed permutation of a grid of rows x columns numbers: a Feistel network of mixed radix (Black and Rogaway 2002,
// CT-RSA, LNCS 2271), in which row and column take turns to be moved by a hash of the other. It yields the k-th of
// distinct random numbers without any memory (C1 of docs/equations.md). Integer operations only.

// Needs: types.h; rp_uint, RP_MIN(a, b) of unsigned numbers, rp_random_words.

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

/* Numbers of the grid beyond the last one are permuted again until they are within ("cycle walking"). */
RP_FN uint32_t rp_permute_number(const rp_target_rule *rule, const uint32_t *keys, uint32_t number)
{
  do {
    uint32_t row = number / rule->columns, column = number % rule->columns;
    for (uint32_t round = 0; round < rule->rounds; round += 2) {
      row += rp_hash_below(rule->rows, column ^ keys[round]);
      row = row < rule->rows ? row : row - rule->rows;
      column += rp_hash_below(rule->columns, row ^ keys[round + 1]);
      column = column < rule->columns ? column : column - rule->columns;
    }
    number = row * rule->columns + column;
  } while (number >= rule->neurons - 1);
  return number;
}

RP_FN void rp_permutation_keys(const rp_target_rule *rule, uint32_t sender, uint32_t keys[RP_PERMUTATION_KEYS])
{
  for (uint32_t block = 0; 4 * block < rule->rounds; block++)
    rp_random_words(rule->key, sender, block, keys + 4 * block);
}

/* The slot, or neuron, that a number stands for among the others of a sender. */
RP_FN uint32_t rp_target_of_number(const rp_target_rule *rule, uint32_t sender, uint32_t number)
{
  const uint32_t target = number + (number >= sender ? 1 : 0);
  return target + (target >= rule->excitatory ? rule->slot_gap : 0);
}
