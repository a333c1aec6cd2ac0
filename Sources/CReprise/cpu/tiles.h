// Layout of P: column blocks of 16 inputs (block 0 has only `ragged` columns), each as tiles of 16 rows from the
// diagonal down, each tile column by column. Shared by all precisions and variants.
#include <stddef.h>

/// Largest number of plastic inputs of a neuron, padding included.
#define RP_MAX_INPUTS 8192

#define RP_PASTE(a, b) a##_##b
#define RP_EXPAND(a, b) RP_PASTE(a, b)
/// The name of a function or type for the precision that is being compiled.
#define RP_NAME(x) RP_EXPAND(x, RP_SUFFIX)

/* The presynaptic filtered spikes of a group, z, in columns; columns without an input stay as they are, 0. */
RP_FN void rp_gather_regressors(const rp_rls_arguments *a, size_t group, float *z)
{
  const size_t recurrent = a->inputs - a->feedforward, gap = 16 - a->ragged;
  const uint32_t *source = a->presynaptic + a->members[a->member_offsets[group]] * recurrent;
  for (size_t i = 0; i < a->feedforward; i++)
    z[i < a->ragged ? i : i + gap] = a->filtered_spikes[a->neurons + i];
  size_t i = 0;
  for (; i < recurrent && a->feedforward + i < a->ragged; i++) z[a->feedforward + i] = a->filtered_spikes[source[i]];
  float *rest = z + a->feedforward + gap;
  for (; i < recurrent; i++) rest[i] = a->filtered_spikes[source[i]];
}

/* Recurrent weights whose sign is not that of the sender's class become 0 (E16). */
RP_FN void rp_keep_signs(const rp_rls_arguments *a, size_t row, float *w)
{
  const size_t recurrent = a->inputs - a->feedforward, gap = 16 - a->ragged;
  const uint32_t *source = a->presynaptic + row * recurrent;
  for (size_t i = 0; i < recurrent; i++) {
    const size_t input = a->feedforward + i, column = input < a->ragged ? input : input + gap;
    const int is_wrong = source[i] < a->excitatory ? w[column] < 0 : w[column] > 0;
    if (is_wrong) w[column] = 0;
  }
}
