// Sixteen numbers at a time, whatever the width of the instructions, for the kernels of learning. Included once per
// vector variant.

typedef float rp_tile __attribute__((ext_vector_type(16), aligned(64)));

RP_FN rp_tile rp_tile_load(const float *p) { return *(const rp_tile *)p; }
RP_FN void rp_tile_store(float *p, rp_tile x) { *(rp_tile *)p = x; }

RP_FN rp_tile rp_pairs(rp_tile a, rp_tile b)
{
  return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30) +
         __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

/* Lane j of the result is the sum of the lanes of x[j]. */
RP_FN rp_tile rp_sum_each(const rp_tile x[16])
{
  rp_tile a[8], b[4];
  for (int i = 0; i < 8; i++) a[i] = rp_pairs(x[2 * i], x[2 * i + 1]);
  for (int i = 0; i < 4; i++) b[i] = rp_pairs(a[2 * i], a[2 * i + 1]);
  return rp_pairs(rp_pairs(b[0], b[1]), rp_pairs(b[2], b[3]));
}

RP_FN float rp_sum(rp_tile x)
{
  rp_tile y = rp_pairs(x, x);
  y = rp_pairs(y, y);
  y = rp_pairs(y, y);
  return y[0] + y[1];
}
