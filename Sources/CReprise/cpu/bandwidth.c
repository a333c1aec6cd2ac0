// Memory bandwidth: what kernels can be measured against. Plain loops with as many independent loads as a core can
// have on the way, compiled for each width of vector.
#include "creprise.h"

#define RP_LINE 16  // floats of a cache line
typedef float rp_line __attribute__((ext_vector_type(RP_LINE)));

static inline __attribute__((always_inline)) float read_lines(const float *data, size_t count)
{
  const rp_line *lines = (const rp_line *)data;
  rp_line a = 0, b = 0, c = 0, d = 0;
  for (size_t i = 0; i < count / RP_LINE; i += 4) {
    a += lines[i];
    b += lines[i + 1];
    c += lines[i + 2];
    d += lines[i + 3];
  }
  a = (a + b) + (c + d);
  float sum = 0;
  for (int i = 0; i < RP_LINE; i++) sum += a[i];
  return sum;
}

/// Stores go past the caches: otherwise each line written would be read first, and not be counted.
static inline __attribute__((always_inline)) void copy_lines(const float *from, float *to, size_t count)
{
  const rp_line *source = (const rp_line *)from;
  rp_line *target = (rp_line *)to;
  for (size_t i = 0; i < count / RP_LINE; i++) __builtin_nontemporal_store(source[i], &target[i]);
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static inline __attribute__((always_inline)) void update_lines(float *data, size_t count)
{
  rp_line *lines = (rp_line *)data;
  const rp_line scale = 0.999999f;
  for (size_t i = 0; i < count / RP_LINE; i += 4) {
    lines[i] *= scale;
    lines[i + 1] *= scale;
    lines[i + 2] *= scale;
    lines[i + 3] *= scale;
  }
}

#define RP_PROBES(suffix, attributes)                                                                     \
  attributes static float read_##suffix(const float *data, size_t count) { return read_lines(data, count); } \
  attributes static void copy_##suffix(const float *from, float *to, size_t count) { copy_lines(from, to, count); } \
  attributes static void update_##suffix(float *data, size_t count) { update_lines(data, count); }

RP_PROBES(plain, )
#if defined(__x86_64__)
RP_PROBES(avx2, __attribute__((target("avx2"))))
RP_PROBES(avx512, __attribute__((target("avx512f,avx512vl,avx2"), min_vector_width(512))))
#define RP_BEST(name, ...)                                                             \
  (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") ? name##_avx512(__VA_ARGS__) \
   : __builtin_cpu_supports("avx2")                                        ? name##_avx2(__VA_ARGS__)   \
                                                                           : name##_plain(__VA_ARGS__))
#else
#define RP_BEST(name, ...) name##_plain(__VA_ARGS__)
#endif

float rp_bandwidth_read(const float *data, size_t count) { return RP_BEST(read, data, count); }

void rp_bandwidth_copy(const float *from, float *to, size_t count) { RP_BEST(copy, from, to, count); }

void rp_bandwidth_update(float *data, size_t count) { RP_BEST(update, data, count); }
