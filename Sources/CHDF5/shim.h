// The HDF5 C library. Swift cannot import macros that expand to calls, so each one
// that Reprise uses is wrapped here in a function of the same meaning.
#ifndef REPRISE_CHDF5_SHIM_H
#define REPRISE_CHDF5_SHIM_H

#include <hdf5.h>

#endif
