// Recursive least squares on packed tiles in plain loops: the twin of rls.h, with the same storage and the sums in
// the order of the inputs.

static void rp_rls_neuron_scalar(const rp_rls_arguments *a, size_t neuron, float *z, float *y)
{
  const size_t padded = a->padded;
  const uint32_t *index = a->input_index + neuron * padded;
  float *w = a->weights + neuron * padded, *g = a->pending + neuron * padded;
  float *p = a->correlation + neuron * a->correlation_size;
  float output = 0, quadratic = 0;
  for (size_t i = 0; i < padded; i++) {
    z[i] = a->filtered_spikes[index[i]];
    y[i] = 0;
    output += z[i] * w[i];
  }
  for (size_t column = 0; column < padded; column++) {
    if (column >= a->ragged && column < 16) continue;
    const size_t diagonal = column / 16 * 16;
    const size_t width = column < 16 ? a->ragged : 16;
    float *tile = p + rp_tile_offset(a, column / 16) + (column % 16) * 16;
    for (size_t block = diagonal; block < padded; block += 16, tile += 16 * width)
      for (size_t i = 0; i < 16; i++) {
        tile[i] -= g[column] * g[block + i];
        y[block + i] += tile[i] * z[column];
        if (block > diagonal) y[column] += tile[i] * z[block + i];
      }
  }
  for (size_t i = 0; i < padded; i++) quadratic += z[i] * y[i];
  const float error = output + a->static_current[neuron] - a->target[neuron];
  const float denominator = 1.0f / (1.0f + quadratic);
  const float scale = a->frozen ? 0.0f : a->prior_gain ? error : error * denominator;
  const float root = __builtin_sqrtf(denominator);
  for (size_t i = 0; i < padded; i++) {
    w[i] -= scale * y[i];
    g[i] = root * y[i];
  }
}

static void rp_rls_update_variant(const rp_rls_arguments *a)
{
  float z[RP_MAX_INPUTS], y[RP_MAX_INPUTS];
  for (size_t neuron = a->begin; neuron < a->end; neuron++) rp_rls_neuron_scalar(a, neuron, z, y);
}
