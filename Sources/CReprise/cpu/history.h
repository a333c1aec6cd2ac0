// y = P z where P is not stored but defined by the last h updates (E15). Included once per vector variant; the plain
// twin is history_scalar.h, where the method is easier to read.
//
// The regressors of the last h updates of one presynaptic set are gathered to Z in tiles of 16 inputs x 16 frames.
// Conjugate gradients with P_0 as the preconditioner then take 2 to 10 products with Z Z^T. Each iteration passes over
// Z twice, forwards for Z^T p and backwards for Z v. Elimination in h x h (the Woodbury identity) was tried for h up to
// 16: faster by up to a third for a small penalty, slower by as much for that of the defaults.

/* One presynaptic set. Vectors have 16 * blocks elements. */
typedef struct {
  size_t blocks, frame_blocks;
  float *rows;        // Z: tile (block, frame block), each with 16 inputs of 16 frames
  float *scale;       // 1 / penalty; 0 for unused inputs
  float *members[3];  // 1 in a group of recurrent inputs, else 0
  const float *coupling;
  float inverse_penalty;
} rp_history_set;

/* Sums over the inputs of each group, before their lanes are added. */
typedef struct {
  rp_tile groups[3];
} rp_group_sums;

RP_FN void rp_group_add(const rp_history_set *s, size_t i, rp_tile x, rp_group_sums *sums)
{
#pragma clang fp contract(fast)
  for (int g = 0; g < 3; g++) sums->groups[g] = sums->groups[g] + x * rp_tile_load(s->members[g] + i);
}

/* P_0 x = scale (x - share), where the share is the coupling times the sum of x over the group. */
RP_FN rp_tile rp_group_share(const rp_history_set *s, size_t i, const float shares[3])
{
#pragma clang fp contract(fast)
  return shares[0] * rp_tile_load(s->members[0] + i) + shares[1] * rp_tile_load(s->members[1] + i) +
         shares[2] * rp_tile_load(s->members[2] + i);
}

/* From the sums of x over groups, their shares of P_0 x; returns what these take from x P_0 x. */
RP_FN float rp_group_shares(const rp_history_set *s, const rp_group_sums *sums, float shares[3])
{
  float taken = 0;
  for (int g = 0; g < 3; g++) {
    const float sum = rp_sum(sums->groups[g]);
    shares[g] = s->coupling[g] * sum;
    taken += shares[g] * sum;
  }
  return taken * s->inverse_penalty;
}

/* v = Z^T p for `width` blocks of frames. Each sum is a chain of multiply-adds, so few blocks take two sums each. */
RP_FN void rp_history_project_blocks(const rp_history_set *s, size_t first, int width, const float *p, float *v)
{
#pragma clang fp contract(fast)
  const int chains = width * 16 / RP_WIDTH <= 4 ? 2 : 1;
  rp_tile sums[2][8];
  for (int c = 0; c < chains; c++)
    for (int b = 0; b < width; b++) sums[c][b] = (rp_tile)0.0f;
  const float *rows = s->rows + 256 * first;
  for (size_t i = 0; i < 16 * s->blocks; i += 16, rows += 256 * s->frame_blocks)
#pragma clang loop unroll(full)
    for (int j = 0; j < 16; j++)
#pragma clang loop unroll(full)
      for (int b = 0; b < width; b++)
        sums[j % chains][b] = sums[j % chains][b] + p[i + j] * rp_tile_load(rows + 256 * b + 16 * j);
  for (int b = 0; b < width; b++) rp_tile_store(v + 16 * b, chains == 2 ? sums[0][b] + sums[1][b] : sums[0][b]);
}

/* Blocks of frames whose sums fit the registers. */
#define RP_PROJECT_BLOCKS (RP_WIDTH == 16 ? 8 : 4)

/* v = Z^T p; returns v.v. */
RP_FN float rp_history_project(const rp_history_set *s, const float *p, float *v)
{
#pragma clang fp contract(fast)
  for (size_t b = 0; b < s->frame_blocks; b += RP_PROJECT_BLOCKS)
    switch (s->frame_blocks - b) {
#define RP_PROJECT(width) case width: rp_history_project_blocks(s, b, width, p, v + 16 * b); break;
      RP_PROJECT(1) RP_PROJECT(2) RP_PROJECT(3)
#if RP_WIDTH == 16
      RP_PROJECT(4) RP_PROJECT(5) RP_PROJECT(6) RP_PROJECT(7)
#endif
#undef RP_PROJECT
      default: rp_history_project_blocks(s, b, RP_PROJECT_BLOCKS, p, v + 16 * b);
    }
  rp_tile square = (rp_tile)0.0f;
  for (size_t b = 0; b < s->frame_blocks; b++) {
    const rp_tile x = rp_tile_load(v + 16 * b);
    square = square + x * x;
  }
  return rp_sum(square);
}

#define RP_EXPAND_ROWS (RP_WIDTH == 16 ? 8 : 4)

/* 16 elements of Z v. */
RP_FN rp_tile rp_history_expand(const rp_history_set *s, size_t block, const float *v)
{
#pragma clang fp contract(fast)
  rp_tile sums[16];
#pragma clang loop unroll(full)
  for (int j = 0; j < 16; j += RP_EXPAND_ROWS) {
    rp_tile part[RP_EXPAND_ROWS];
    const float *rows = s->rows + 256 * block * s->frame_blocks + 16 * j;
    for (int q = 0; q < RP_EXPAND_ROWS; q++) part[q] = (rp_tile)0.0f;
    for (size_t b = 0; b < s->frame_blocks; b++, rows += 256) {
      const rp_tile x = rp_tile_load(v + 16 * b);
#pragma clang loop unroll(full)
      for (int q = 0; q < RP_EXPAND_ROWS; q++) part[q] = part[q] + x * rp_tile_load(rows + 16 * q);
    }
#pragma clang loop unroll(full)
    for (int q = 0; q < RP_EXPAND_ROWS; q++) sums[j + q] = part[q];
  }
  return rp_sum_each(sums);
}

/* The state of the iteration. A direction p = P_0 s is kept with its s, so P_0^-1 p is at hand and P_0^-1 is not
   needed: P^-1 p = s + Z (Z^T p). The solution y = P_0 u is kept with its u. */
typedef struct {
  float *r, *s, *p, *u, *v;
  float shares[3];      // of P_0 r
  float residual;       // r P_0 r
  float solution;       // u P_0 u
  float direction;      // s P_0 s
} rp_conjugate;

/* u = 0, r = z / unit. */
RP_FN void rp_conjugate_start(const rp_history_set *set, rp_conjugate *c, const float *z, float unit, float *y)
{
#pragma clang fp contract(fast)
  rp_group_sums sums = {{(rp_tile)0.0f, (rp_tile)0.0f, (rp_tile)0.0f}};
  rp_tile square = (rp_tile)0.0f;
  for (size_t i = 0; i < 16 * set->blocks; i += 16) {
    const rp_tile r = rp_tile_load(z + i) / unit;
    rp_tile_store(c->r + i, r);
    rp_tile_store(c->s + i, (rp_tile)0.0f);
    rp_tile_store(c->p + i, (rp_tile)0.0f);
    rp_tile_store(c->u + i, (rp_tile)0.0f);
    rp_tile_store(y + i, (rp_tile)0.0f);
    rp_group_add(set, i, r, &sums);
    square = square + rp_tile_load(set->scale + i) * r * r;
  }
  const float taken = rp_group_shares(set, &sums, c->shares);
  c->residual = rp_sum(square) - taken;
}

/* The next direction: s <- r + beta s, p <- P_0 r + beta p. */
RP_FN void rp_conjugate_turn(const rp_history_set *set, rp_conjugate *c, float beta)
{
#pragma clang fp contract(fast)
  rp_tile product = (rp_tile)0.0f;
  for (size_t i = 0; i < 16 * set->blocks; i += 16) {
    const rp_tile r = rp_tile_load(c->r + i), scale = rp_tile_load(set->scale + i);
    const rp_tile s = r + beta * rp_tile_load(c->s + i);
    const rp_tile p = scale * (r - rp_group_share(set, i, c->shares)) + beta * rp_tile_load(c->p + i);
    rp_tile_store(c->s + i, s);
    rp_tile_store(c->p + i, p);
    product = product + s * p;
  }
  c->direction = rp_sum(product);
}

/* A step of length alpha: u <- u + alpha s, y <- y + alpha p, r <- r - alpha (s + Z v). It goes from the last block
   back, and so finds in the first cache what the projection has left there. */
RP_FN void rp_conjugate_step(const rp_history_set *set, rp_conjugate *c, float alpha, float *y)
{
#pragma clang fp contract(fast)
  rp_group_sums sums = {{(rp_tile)0.0f, (rp_tile)0.0f, (rp_tile)0.0f}};
  rp_tile square = (rp_tile)0.0f, product = (rp_tile)0.0f;
  for (size_t b = set->blocks; b-- > 0;) {
    const size_t i = 16 * b;
    const rp_tile s = rp_tile_load(c->s + i);
    const rp_tile r = rp_tile_load(c->r + i) - alpha * (s + rp_history_expand(set, b, c->v));
    const rp_tile u = rp_tile_load(c->u + i) + alpha * s, x = rp_tile_load(y + i) + alpha * rp_tile_load(c->p + i);
    rp_tile_store(c->r + i, r);
    rp_tile_store(c->u + i, u);
    rp_tile_store(y + i, x);
    rp_group_add(set, i, r, &sums);
    square = square + rp_tile_load(set->scale + i) * r * r;
    product = product + u * x;
  }
  const float taken = rp_group_shares(set, &sums, c->shares);
  c->residual = rp_sum(square) - taken;
  c->solution = rp_sum(product);
}

RP_FN rp_tile rp_larger(rp_tile a, rp_tile b) { return a > b ? a : b; }

/* The largest size of an element. */
RP_FN float rp_history_largest(const rp_history_set *s, const float *x)
{
  _Alignas(64) float lanes[16];
  rp_tile largest = (rp_tile)0.0f;
  for (size_t i = 0; i < 16 * s->blocks; i += 16)
    largest = rp_larger(rp_larger(rp_tile_load(x + i), -rp_tile_load(x + i)), largest);
  rp_tile_store(lanes, largest);
  for (int width = 8; width > 0; width /= 2)
    for (int i = 0; i < width; i++) lanes[i] = lanes[i] > lanes[i + width] ? lanes[i] : lanes[i + width];
  return lanes[0];
}

RP_FN void rp_history_solve(const rp_history_set *set, rp_conjugate *c, const float *z, float *y)
{
  // In units of the largest regressor no product of two overflows or vanishes.
  const float largest = rp_history_largest(set, z), unit = largest > 0 ? largest : 1;
  rp_conjugate_start(set, c, z, unit, y);
  rp_conjugate_turn(set, c, 0);
  for (int count = 0; count < RP_HISTORY_ITERATIONS; count++) {
    const float curvature = c->direction + rp_history_project(set, c->p, c->v);
    if (!(curvature > 0 && curvature <= FLT_MAX)) break;  // z is 0, or Z cannot be squared
    const float before = c->residual;
    rp_conjugate_step(set, c, before / curvature, y);
    // The residual bounds the error of y, both in the norm of P_0^-1. No comparison with a NaN is true.
    if (!(c->residual > RP_HISTORY_TOLERANCE * RP_HISTORY_TOLERANCE * c->solution)) break;
    rp_conjugate_turn(set, c, c->residual / before);
  }
  for (size_t i = 0; i < 16 * set->blocks; i += 16) rp_tile_store(y + i, unit * rp_tile_load(y + i));
}

typedef int8_t rp_bytes __attribute__((ext_vector_type(16), aligned(1)));
typedef int32_t rp_tile_int __attribute__((ext_vector_type(16)));

/* Penalties and groups of 16 inputs. */
RP_FN void rp_history_groups(const rp_history_arguments *a, const int8_t *group, size_t i, const rp_history_set *s)
{
  const rp_tile_int g = __builtin_convertvector(*(const rp_bytes *)(group + i), rp_tile_int);
  const rp_tile_int one = (rp_tile_int)(rp_tile)1.0f;
  for (int k = 0; k < 3; k++) rp_tile_store(s->members[k] + i, (rp_tile)((g == k + 1) & one));
  const rp_tile recurrent = (rp_tile)((g > 0) & one), feedforward = (rp_tile)((g == 0) & one);
  rp_tile_store(s->scale + i, a->inverse_penalty * recurrent + a->inverse_feedforward_penalty * feedforward);
}

/* Rows of the ring that are fetched ahead of the one that is copied. */
#define RP_HISTORY_AHEAD 8

RP_FN void rp_history_gather(const rp_history_arguments *a, const uint32_t *index, float *tiles)
{
  const size_t columns = a->padded_frames;
  for (size_t i = 0; i < a->padded; i++) {
    const float *row = a->ring + index[i] * columns;
    const float *ahead = a->ring + index[i + RP_HISTORY_AHEAD < a->padded ? i + RP_HISTORY_AHEAD : i] * columns;
    float *to = tiles + i / 16 * 16 * columns + i % 16 * 16;
    for (size_t f = 0; f < columns; f += 16) {
      __builtin_prefetch(ahead + f);
      rp_tile_store(to + 16 * f, rp_tile_load(row + f));
    }
  }
}

static void rp_history_gain_variant(const rp_history_arguments *a, const uint32_t *index, const int8_t *group,
                                    const float *z, float *y, float *scratch)
{
  float *vectors[8];
  for (size_t k = 0; k < 8; k++) vectors[k] = scratch + a->padded * (a->padded_frames + k);
  rp_history_set set = {.blocks = a->padded / 16, .frame_blocks = a->padded_frames / 16, .rows = scratch,
                        .scale = vectors[0], .members = {vectors[1], vectors[2], vectors[3]},
                        .coupling = a->coupling, .inverse_penalty = a->inverse_penalty};
  rp_conjugate c = {.r = vectors[4], .s = vectors[5], .p = vectors[6], .u = vectors[7],
                    .v = scratch + a->padded * (a->padded_frames + 8)};
  for (size_t i = 0; i < a->padded; i += 16) rp_history_groups(a, group, i, &set);
  rp_history_gather(a, index, scratch);
  rp_history_solve(&set, &c, z, y);
}
