// The HDF5 C library. Swift cannot import macros that expand to calls or casts, so each one
// that Reprise uses is wrapped here in a function that returns the macro's value.
#ifndef REPRISE_CHDF5_SHIM_H
#define REPRISE_CHDF5_SHIM_H

#include <hdf5.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

static inline unsigned rp_h5_read_only(void) { return H5F_ACC_RDONLY; }
static inline unsigned rp_h5_create_new(void) { return H5F_ACC_EXCL; }

static inline hid_t rp_h5_default(void) { return H5P_DEFAULT; }
static inline hid_t rp_h5_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t rp_h5_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t rp_h5_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t rp_h5_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t rp_h5_link_create(void) { return H5P_LINK_CREATE; }
static inline hid_t rp_h5_error_stack(void) { return H5E_DEFAULT; }

static inline hid_t rp_h5_whole_space(void) { return H5S_ALL; }
static inline hsize_t rp_h5_unlimited(void) { return H5S_UNLIMITED; }

static inline hid_t rp_h5_float(void) { return H5T_NATIVE_FLOAT; }
// The library has no type for float16 before 1.14.4; this is the one that h5py and NumPy write. Never closed.
static inline hid_t rp_h5_half(void) {
  static hid_t type = -1;
  if (type < 0) {
    type = H5Tcopy(H5T_IEEE_F32LE);
    H5Tset_fields(type, 15, 10, 5, 0, 10);
    H5Tset_size(type, 2);
    H5Tset_ebias(type, 15);
  }
  return type;
}
static inline hid_t rp_h5_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t rp_h5_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t rp_h5_int16(void) { return H5T_NATIVE_INT16; }
static inline hid_t rp_h5_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t rp_h5_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t rp_h5_uint8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t rp_h5_uint16(void) { return H5T_NATIVE_UINT16; }
static inline hid_t rp_h5_uint32(void) { return H5T_NATIVE_UINT32; }
static inline hid_t rp_h5_uint64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t rp_h5_object_reference(void) { return H5T_STD_REF_OBJ; }
static inline hid_t rp_h5_string(void) { return H5T_C_S1; }
static inline size_t rp_h5_variable_length(void) { return H5T_VARIABLE; }

// Locks protect a reader from a writer that changes the file under it. Reprise replaces files as a whole and
// never changes them in place, and locks fail on many network drives. Older libraries cannot switch them off.
static inline herr_t rp_h5_without_locks(hid_t access) {
#if H5_VERSION_GE(1, 10, 7)
  return H5Pset_file_locking(access, 0, 1);
#else
  (void)access;
  return 0;
#endif
}

#if defined(__linux__)
// An anonymous file in memory. The C library declares this call for GNU sources only, which Swift does not import as.
static inline int rp_memory_file(void) { return (int)syscall(SYS_memfd_create, "reprise", 0u); }
#endif

#endif
