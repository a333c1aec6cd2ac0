// What kernels need, in CUDA C++ as NVRTC compiles it, without any header. Compile with -fmad=false: no product and sum
// may be fused.
#ifdef __CUDACC_RTC__
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;

#define RP_FN static __device__ __forceinline__
#define RP_TABLE static __device__ const
#define RP_TABLE_POINTER const float *
#define RP_DOUBLES
#define RP_KERNEL extern "C" __global__ void
// For kernels whose groups have no more work items than that: they may have more registers.
#define RP_KERNEL_UP_TO(items) extern "C" __global__ void __launch_bounds__(items)
// The same where each multiprocessor shall have that many groups at a time: as many registers as that leaves.
#define RP_KERNEL_SHARED(items, groups) extern "C" __global__ void __launch_bounds__(items, groups)
#define RP_ALIGNED(bytes) __align__(bytes)
#define RP_GLOBAL
#define RP_LOCAL
#define RP_LOCAL_VARIABLE __shared__
extern __shared__ __align__(16) float rp_dynamic_local[];
// Local memory whose size the host gives needs no parameter.
#define RP_DYNAMIC_LOCAL
#define RP_DYNAMIC_LOCAL_POINTER rp_dynamic_local
#define RP_ITEM ((uint32_t)threadIdx.x)
#define RP_ITEMS ((uint32_t)blockDim.x)
#define RP_GROUP ((uint32_t)blockIdx.x)
#define RP_GROUPS ((uint32_t)gridDim.x)
#define RP_BARRIER() __syncthreads()
// What the group wrote to global memory is visible to all of it afterwards too.
#define RP_BARRIER_ALL() __syncthreads()
// For groups that wait for one another. Whoever finds an arrival also finds all that the arriving group, after a
// barrier, had written: the release and the acquire order it, and the acquire drops what the first cache had of it.
RP_FN void rp_cuda_arrive(uint32_t *p)
{
  asm volatile("red.release.gpu.add.u32 [%0], 1;" : : "l"(p) : "memory");
}
RP_FN uint32_t rp_cuda_arrived(const uint32_t *p)
{
  uint32_t count;
  asm volatile("ld.acquire.gpu.u32 %0, [%1];" : "=r"(count) : "l"(p) : "memory");
  return count;
}
#define RP_ARRIVE(p) rp_cuda_arrive(p)
#define RP_ARRIVED(p) rp_cuda_arrived(p)
#define RP_LEADING_ZEROS(x) ((uint32_t)__clz((int)(x)))
#define RP_MULHI(a, b) __umulhi((a), (b))
#define RP_INT_TO_REAL(x) __int2float_rn(x)
#define RP_LONG_TO_REAL(x) __ll2float_rn(x)
#define RP_REAL_BITS(x) __float_as_uint(x)
#define RP_BITS_REAL(x) __uint_as_float(x)
// Elements of small arrays stay in registers where the loops over them are unrolled.
#define RP_UNROLL _Pragma("unroll")
RP_FN float rp_cuda_sqrt(float x) { return __fsqrt_rn(x); }
RP_FN double rp_cuda_sqrt(double x) { return __dsqrt_rn(x); }
#define RP_SQRT(x) rp_cuda_sqrt(x)
// Rounded correctly, as are those of processors.
#define RP_DIVIDE(a, b) __fdiv_rn((a), (b))
#define RP_ROOT(a) __fsqrt_rn(a)
// a b + c, in learning alone.
RP_FN float rp_cuda_fma(float a, float b, float c) { return __fmaf_rn(a, b, c); }
RP_FN double rp_cuda_fma(double a, double b, double c) { return __fma_rn(a, b, c); }
#define RP_MULTIPLY_ADD(a, b, c) rp_cuda_fma(a, b, c)
// Return what was there before.
#define RP_ATOMIC_ADD(p, x) atomicAdd((p), (x))
#define RP_ATOMIC_ADD_LOCAL(p, x) atomicAdd((p), (x))
#define RP_ATOMIC_ADD_LONG(p, x) atomicAdd((uint64_t *)(p), (uint64_t)(x))

#define RP_NATIVE_HALVES
RP_FN float rp_half_value(uint32_t half)
{
  float x;
  asm("cvt.f32.f16 %0, %1;" : "=f"(x) : "h"((uint16_t)half));
  return x;
}
RP_FN uint32_t rp_half_truncate(uint32_t bits)
{
  uint16_t half;
  asm("cvt.rz.f16.f32 %0, %1;" : "=h"(half) : "f"(__uint_as_float(bits)));
  return half;
}
#endif
