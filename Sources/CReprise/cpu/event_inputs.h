// What updates that are driven by spikes share between precisions. Included once per vector variant.

/* Inputs of one group: z in columns, and what was gained since the last update by the inputs that spiked. */
typedef struct {
  _Alignas(64) float z[RP_MAX_INPUTS];
  _Alignas(64) float gain[RP_MAX_INPUTS + 16];
  _Alignas(64) uint32_t input[RP_MAX_INPUTS + 16];
  size_t count;
  _Alignas(64) float gains[RP_MAX_INPUTS];  // in columns
} rp_event_inputs;

/* Splits 16 pairs into z and the gains that are not 0. */
RP_FN void rp_event_split(const float *pairs, size_t first, rp_event_inputs *in)
{
  const rp_tile low = *(const rp_tile *)pairs, high = *(const rp_tile *)(pairs + 16);
  rp_tile_store(
      in->z + first, __builtin_shufflevector(low, high, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30));
  const rp_tile gain = __builtin_shufflevector(low, high, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  rp_tile_store(in->gains + first, gain);
#if RP_WIDTH == 16
  const __mmask16 spiked = _mm512_cmp_ps_mask((__m512)gain, _mm512_setzero_ps(), _CMP_NEQ_OQ);
  const __m512i places = _mm512_add_epi32((__m512i)rp_lanes(), _mm512_set1_epi32((int)first));
  _mm512_storeu_ps(in->gain + in->count, _mm512_maskz_compress_ps(spiked, (__m512)gain));
  _mm512_storeu_si512(in->input + in->count, _mm512_maskz_compress_epi32(spiked, places));
  in->count += (size_t)__builtin_popcount(spiked);
#else
  for (size_t lane = 0; lane < 16; lane++) {
    in->gain[in->count] = gain[lane];
    in->input[in->count] = (uint32_t)(first + lane);
    in->count += gain[lane] != 0;
  }
#endif
}

static void rp_event_gather(const rp_rls_arguments *a, size_t group, rp_event_inputs *in)
{
  _Alignas(64) float pairs[2 * RP_MAX_INPUTS];
  const size_t recurrent = a->inputs - a->feedforward;
  const uint32_t *source = a->presynaptic + a->members[a->member_offsets[group]] * recurrent;
  const float *filtered = a->filtered_and_gained;
  // The first block is ragged: its unused places have no z and no gain.
  size_t i = 0;
  for (; i < a->feedforward; i++)
    memcpy(pairs + 2 * (i < a->ragged ? i : i + 16 - a->ragged), filtered + 2 * (a->neurons + i), 8);
  for (; i < a->ragged; i++) memcpy(pairs + 2 * i, filtered + 2 * source[i - a->feedforward], 8);
  for (size_t j = a->ragged; j < 16; j++) pairs[2 * j] = pairs[2 * j + 1] = 0;
  float *place = pairs + 2 * (16 - a->ragged + i);
  source += i - a->feedforward;
  for (size_t j = 0; j < a->inputs - i; j++) memcpy(place + 2 * j, filtered + 2 * source[j], 8);
  in->count = 0;
  for (size_t column = 0; column < a->padded; column += 16)
    rp_event_split(pairs + 2 * column, column, in);
  const uint32_t gap = (uint32_t)(16 - a->ragged);
  for (size_t e = 0; e < in->count; e++) in->input[e] -= in->input[e] >= 16 ? gap : 0;
}

/* g z for each pending term. */
static void rp_event_shares(const float *g, size_t count, size_t padded, const float *z, float shares[RP_EVENT_RANK])
{
#pragma clang fp contract(fast)
  rp_tile dots[16];
  for (size_t k = count; k < 16; k++) dots[k] = (rp_tile)0.0f;
  for (size_t k = 0; k < count; k++) {
    rp_tile even = (rp_tile)0.0f, odd = (rp_tile)0.0f;
    size_t b = 0;
    for (; b + 32 <= padded; b += 32) {
      even = even + rp_tile_load(g + k * padded + b) * rp_tile_load(z + b);
      odd = odd + rp_tile_load(g + k * padded + b + 16) * rp_tile_load(z + b + 16);
    }
    if (b < padded) even = even + rp_tile_load(g + k * padded + b) * rp_tile_load(z + b);
    dots[k] = even + odd;
  }
  rp_tile_store(shares, rp_sum_each(dots));
}

// Rows and blocks of columns of P that are updated together: what fits the registers.
#define RP_EVENT_ROWS 4
#if RP_WIDTH == 16
#define RP_EVENT_BLOCKS 4
#else
#define RP_EVENT_BLOCKS 1
#endif
