// Applies pending rank-1 terms to P. Included once per variant: each uses the same multiply-add as its update, so
// flushing changes no later bit.

static void rp_rls_flush_variant(const rp_rls_arguments *a)
{
  for (size_t neuron = a->begin; neuron < a->end; neuron++) {
#ifdef RP_FUSED
#pragma clang fp contract(fast)
#endif
    float *g = a->pending + neuron * a->padded;
    float *p = a->correlation + neuron * a->correlation_size;
    for (size_t first = 0; first < a->padded; first += 16)
      for (size_t row = first; row < a->padded; row += 16) {
        const size_t columns = first ? 16 : a->ragged;
        for (size_t j = 0; j < columns; j++, p += 16)
          for (size_t i = 0; i < 16; i++) p[i] = p[i] - g[first + j] * g[row + i];
      }
    for (size_t i = 0; i < a->padded; i++) g[i] = 0;
  }
}
