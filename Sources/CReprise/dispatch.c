// Which kernels this processor can run.
#include "creprise.h"
#include <string.h>

extern const rp_kernels rp_kernels_scalar;
#if defined(__x86_64__)
extern const rp_kernels rp_kernels_avx2, rp_kernels_avx512;
#endif

static size_t supported(const rp_kernels *out[3])
{
  size_t count = 0;
#if defined(__x86_64__)
  __builtin_cpu_init();
  const int avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
  if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    out[count++] = &rp_kernels_avx512;
  if (avx2) out[count++] = &rp_kernels_avx2;
#endif
  out[count++] = &rp_kernels_scalar;
  return count;
}

const char *rp_kernel_name(size_t index)
{
  const rp_kernels *list[3];
  const size_t count = supported(list);
  return index < count ? list[index]->name : NULL;
}

const rp_kernels *rp_find_kernels(const char *name)
{
  const rp_kernels *list[3];
  const size_t count = supported(list);
  if (!name) return list[0];
  for (size_t i = 0; i < count; i++)
    if (strcmp(list[i]->name, name) == 0) return list[i];
  return NULL;
}

void rp_pause(void)
{
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}
