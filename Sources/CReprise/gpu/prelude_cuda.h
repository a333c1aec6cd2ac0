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
#define RP_KERNEL extern "C" __global__ void
#define RP_GLOBAL
#define RP_LOCAL
#define RP_LOCAL_VARIABLE __shared__
extern __shared__ float rp_dynamic_local[];
// Local memory whose size the host gives needs no parameter.
#define RP_DYNAMIC_LOCAL
#define RP_DYNAMIC_LOCAL_POINTER rp_dynamic_local
#define RP_ITEM ((uint32_t)threadIdx.x)
#define RP_ITEMS ((uint32_t)blockDim.x)
#define RP_GROUP ((uint32_t)blockIdx.x)
#define RP_BARRIER() __syncthreads()
#define RP_MULHI(a, b) __umulhi((a), (b))
#define RP_INT_TO_REAL(x) __int2float_rn(x)
#define RP_LONG_TO_REAL(x) __ll2float_rn(x)
#define RP_REAL_BITS(x) __float_as_uint(x)
#define RP_BITS_REAL(x) __uint_as_float(x)
// Elements of small arrays stay in registers where the loops over them are unrolled.
#define RP_UNROLL _Pragma("unroll")
#define RP_SQRT(x) __fsqrt_rn(x)
// Return what was there before.
#define RP_ATOMIC_ADD(p, x) atomicAdd((p), (x))
#define RP_ATOMIC_ADD_LOCAL(p, x) atomicAdd((p), (x))
#define RP_ATOMIC_ADD_LONG(p, x) atomicAdd((uint64_t *)(p), (uint64_t)(x))
#endif
