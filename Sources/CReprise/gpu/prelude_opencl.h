// What kernels need, in OpenCL C 1.2.
#if defined(__OPENCL_VERSION__) || defined(__OPENCL_C_VERSION__)
#pragma OPENCL FP_CONTRACT OFF
#if defined(cl_khr_int64_base_atomics) && !defined(RP_EMULATED_ATOMICS)
#pragma OPENCL EXTENSION cl_khr_int64_base_atomics : enable
#define RP_WIDE_ATOMICS
#endif

#ifdef cl_khr_fp64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#define RP_DOUBLES
#endif

typedef ushort uint16_t;
typedef int int32_t;
typedef uint uint32_t;
typedef long int64_t;
typedef ulong uint64_t;

#define RP_FN static inline
#define RP_TABLE __constant
#define RP_TABLE_POINTER __constant float *
#define RP_KERNEL __kernel void
// For kernels whose groups have no more work items than that.
#define RP_KERNEL_UP_TO(items) __kernel void
#define RP_KERNEL_SHARED(items, groups) __kernel void
#define RP_ALIGNED(bytes) __attribute__((aligned(bytes)))
#define RP_GLOBAL __global
#define RP_LOCAL __local
#define RP_LOCAL_VARIABLE __local
// Local memory whose size the host gives: the last parameter of a kernel, and how the kernel gets at it.
#define RP_DYNAMIC_LOCAL , __local float *rp_dynamic_local
#define RP_DYNAMIC_LOCAL_POINTER rp_dynamic_local
#define RP_ITEM ((uint32_t)get_local_id(0))
#define RP_ITEMS ((uint32_t)get_local_size(0))
#define RP_GROUP ((uint32_t)get_group_id(0))
#define RP_GROUPS ((uint32_t)get_num_groups(0))
#define RP_BARRIER() barrier(CLK_LOCAL_MEM_FENCE)
// What the group wrote to global memory is visible to all of it afterwards too.
#define RP_BARRIER_ALL() barrier(CLK_LOCAL_MEM_FENCE | CLK_GLOBAL_MEM_FENCE)
// For groups that wait for one another: here there is one group only.
#define RP_ARRIVE(p) atomic_inc(p)
#define RP_ARRIVED(p) atomic_add((p), 0u)
#define RP_LEADING_ZEROS(x) ((uint32_t)clz(x))
#define RP_MULHI(a, b) mul_hi((uint32_t)(a), (uint32_t)(b))
#define RP_INT_TO_REAL(x) convert_float_rte(x)
#define RP_LONG_TO_REAL(x) convert_float_rte(x)
#define RP_REAL_BITS(x) as_uint(x)
#define RP_BITS_REAL(x) as_float(x)
// Left to the compiler: on processors an unrolled loop takes long to compile.
#define RP_UNROLL
#define RP_SQRT(x) sqrt(x)
// OpenCL promises correct rounding of quotients and roots in double precision alone; with so many bits more, rounding to
// single precision afterwards gives what rounding once would give.
#ifdef RP_DOUBLES
#define RP_DIVIDE(a, b) ((float)((double)(a) / (double)(b)))
#define RP_ROOT(a) ((float)sqrt((double)(a)))
#else
#define RP_DIVIDE(a, b) ((a) / (b))
#define RP_ROOT(a) sqrt(a)
#endif
// a b + c, in learning alone: devices may round once or twice.
#ifdef FP_FAST_FMAF
#define RP_MULTIPLY_ADD(a, b, c) fma(a, b, c)
#else
#define RP_MULTIPLY_ADD(a, b, c) ((a) * (b) + (c))
#endif
// Return what was there before.
#define RP_ATOMIC_ADD(p, x) atomic_add(p, x)
#define RP_ATOMIC_ADD_LOCAL(p, x) atomic_add(p, x)
#ifdef RP_WIDE_ATOMICS
#define RP_ATOMIC_ADD_LONG(p, x) atom_add(p, x)
#endif
#endif
