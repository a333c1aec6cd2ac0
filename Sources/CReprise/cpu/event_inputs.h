// What updates that are driven by spikes share between precisions. Included once per vector variant.

/* Inputs of one group: z in columns, and what was gained since the last update by the inputs that spiked. */
typedef struct {
  _Alignas(64) float z[RP_MAX_INPUTS];
  _Alignas(64) float gain[RP_MAX_INPUTS + 16];
  _Alignas(64) uint32_t input[RP_MAX_INPUTS + 16];
  size_t count;
} rp_event_inputs;

RP_FN size_t rp_column_of(const rp_rls_arguments *a, size_t input)
{
  return input < a->ragged ? input : input + 16 - a->ragged;
}

/* Takes the marks off 16 filtered spikes, and lists the inputs that had one. */
RP_FN void rp_event_split(const rp_rls_arguments *a, size_t column, rp_event_inputs *in)
{
  const rp_tile marked = rp_tile_load(in->z + column);
  rp_tile_store(in->z + column, __builtin_elementwise_abs(marked));
  const size_t first = column ? column - 16 + a->ragged : 0;
#if RP_WIDTH == 16
  const __mmask16 spiked = _mm512_movepi32_mask((__m512i)marked);
  const __m512i inputs = _mm512_add_epi32((__m512i)rp_lanes(), _mm512_set1_epi32((int)first));
  _mm512_storeu_si512(in->input + in->count, _mm512_maskz_compress_epi32(spiked, inputs));
  in->count += (size_t)__builtin_popcount(spiked);
#else
  uint32_t spiked = (uint32_t)_mm256_movemask_ps((__m256)marked.lo) | (uint32_t)_mm256_movemask_ps((__m256)marked.hi) << 8;
  for (; spiked; spiked &= spiked - 1) in->input[in->count++] = (uint32_t)(first + (size_t)__builtin_ctz(spiked));
#endif
}

static void rp_event_gather(const rp_rls_arguments *a, size_t group, rp_event_inputs *in)
{
  const size_t recurrent = a->inputs - a->feedforward;
  const uint32_t *source = a->presynaptic + a->members[a->member_offsets[group]] * recurrent;
  const float *marked = a->marked_spikes;
  for (size_t j = a->ragged; j < 16; j++) in->z[j] = 0;
  size_t i = 0;
  for (; i < a->feedforward; i++) in->z[rp_column_of(a, i)] = marked[a->neurons + i];
  for (; i < a->ragged; i++) in->z[i] = marked[source[i - a->feedforward]];
  float *place = in->z + 16 - a->ragged + i;
  const uint32_t *rest = source + i - a->feedforward;
  for (size_t j = 0; j < a->inputs - i; j++) place[j] = marked[rest[j]];
  in->count = 0;
  for (size_t column = 0; column < a->padded; column += 16) rp_event_split(a, column, in);
  for (size_t e = 0; e < in->count; e++) {
    const size_t input = in->input[e];
    in->gain[e] = a->gained[input < a->feedforward ? a->neurons + input : source[input - a->feedforward]];
  }
}

// Rows of P that are updated together: what fits the registers.
#if RP_WIDTH == 16
#define RP_EVENT_ROWS 16
#else
#define RP_EVENT_ROWS 4
#endif
