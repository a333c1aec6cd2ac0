// Transposes tiles of 16 x 16 numbers. Included once per vector variant.
#define RP_SHUFFLE __builtin_shufflevector

// Pairs of words, and pairs of pairs, from the two operands in turn, within each quarter of the lanes.
#define RP_LOW_WORDS(a, b) RP_SHUFFLE(a, b, 0, 16, 1, 17, 4, 20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29)
#define RP_HIGH_WORDS(a, b) RP_SHUFFLE(a, b, 2, 18, 3, 19, 6, 22, 7, 23, 10, 26, 11, 27, 14, 30, 15, 31)
#define RP_LOW_PAIRS(a, b) RP_SHUFFLE(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define RP_HIGH_PAIRS(a, b) RP_SHUFFLE(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
// Quarters of the lanes of both operands: the even ones, and the odd ones.
#define RP_EVEN_QUARTERS(a, b) RP_SHUFFLE(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27)
#define RP_ODD_QUARTERS(a, b) RP_SHUFFLE(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31)

/* Quarter q of y[4 i + c] has what lane 4 q + c of x[4 i] to x[4 i + 3] has, for `count` rows. */
RP_FN void rp_transpose_quarters(const rp_words *x, rp_words *y, int count)
{
  for (int i = 0; i < count; i += 4) {
    const rp_words a = RP_LOW_WORDS(x[i], x[i + 1]), b = RP_HIGH_WORDS(x[i], x[i + 1]);
    const rp_words c = RP_LOW_WORDS(x[i + 2], x[i + 3]), d = RP_HIGH_WORDS(x[i + 2], x[i + 3]);
    y[i] = RP_LOW_PAIRS(a, c);
    y[i + 1] = RP_HIGH_PAIRS(a, c);
    y[i + 2] = RP_LOW_PAIRS(b, d);
    y[i + 3] = RP_HIGH_PAIRS(b, d);
  }
}

/* The first `rows` rows of `to` <- the first columns of 16 rows of `from`; rows follow one another after `stride`. */
RP_FN void rp_transpose_f32(const float *from, float *to, size_t stride, size_t rows)
{
  rp_words x[16], y[16];
  for (size_t r = 0; r < 16; r++) x[r] = *(const rp_words *)(from + r * stride);
  rp_transpose_quarters(x, y, 16);
  for (int c = 0; c < 4; c++) {
    const rp_words a = RP_EVEN_QUARTERS(y[c], y[4 + c]), b = RP_EVEN_QUARTERS(y[8 + c], y[12 + c]);
    const rp_words d = RP_ODD_QUARTERS(y[c], y[4 + c]), e = RP_ODD_QUARTERS(y[8 + c], y[12 + c]);
    x[c] = RP_EVEN_QUARTERS(a, b);
    x[4 + c] = RP_EVEN_QUARTERS(d, e);
    x[8 + c] = RP_ODD_QUARTERS(a, b);
    x[12 + c] = RP_ODD_QUARTERS(d, e);
  }
  if (rows == 16)
    for (size_t r = 0; r < 16; r++) *(rp_words *)(to + r * stride) = x[r];
  else
    for (size_t r = 0; r < rows; r++) *(rp_words *)(to + r * stride) = x[r];
}

typedef uint16_t rp_halves __attribute__((ext_vector_type(16), aligned(32)));
typedef uint32_t rp_half_words __attribute__((ext_vector_type(8), aligned(32)));

/* The same for numbers of 16 bits: two rows travel as one row of words. */
RP_FN void rp_transpose_f16(const uint16_t *from, uint16_t *to, size_t stride, size_t rows)
{
  rp_words x[8], y[8];
  rp_half_words z[16];
  for (size_t k = 0; k < 8; k++) {
    const rp_halves *even = (const rp_halves *)(from + 2 * k * stride);
    const rp_halves *odd = (const rp_halves *)(from + (2 * k + 1) * stride);
    x[k] = __builtin_convertvector(*even, rp_words) | __builtin_convertvector(*odd, rp_words) << 16;
  }
  rp_transpose_quarters(x, y, 8);
  for (int c = 0; c < 4; c++) {
    z[c] = RP_SHUFFLE(y[c], y[4 + c], 0, 1, 2, 3, 16, 17, 18, 19);
    z[4 + c] = RP_SHUFFLE(y[c], y[4 + c], 4, 5, 6, 7, 20, 21, 22, 23);
    z[8 + c] = RP_SHUFFLE(y[c], y[4 + c], 8, 9, 10, 11, 24, 25, 26, 27);
    z[12 + c] = RP_SHUFFLE(y[c], y[4 + c], 12, 13, 14, 15, 28, 29, 30, 31);
  }
  if (rows == 16)
    for (size_t r = 0; r < 16; r++) *(rp_half_words *)(to + r * stride) = z[r];
  else
    for (size_t r = 0; r < rows; r++) *(rp_half_words *)(to + r * stride) = z[r];
}
