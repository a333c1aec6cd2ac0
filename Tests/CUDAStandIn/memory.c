// The memory of the stand-in for a device.
#include "state.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct memory {
  struct memory *next;
  size_t size;
  unsigned char *bytes;
};

static struct memory *allocations;

CUresult cuMemGetInfo_v2(size_t *free_bytes, size_t *total)
{
  ENTER();
  *free_bytes = device_memory - used;
  *total = device_memory;
  return success;
}

CUresult cuMemAlloc_v2(CUdeviceptr *address, size_t size)
{
  ENTER_UNCAPTURED();
  if (size == 0) return invalid_value;
  if (is_due(&set.allocation) || exists(set.full_after) || size > device_memory - used) return out_of_memory;
  struct memory *memory = malloc(sizeof *memory);
  *memory = (struct memory){.next = allocations, .size = size, .bytes = malloc(size)};
  memset(memory->bytes, 0xA5, size); // what earlier programs left
  allocations = memory;
  used += size;
  *address = (CUdeviceptr)(uintptr_t)memory->bytes;
  return success;
}

CUresult cuMemFree_v2(CUdeviceptr address)
{
  ENTER_UNCAPTURED();
  for (struct memory **link = &allocations; *link; link = &(*link)->next) {
    struct memory *memory = *link;
    if ((uint64_t)(uintptr_t)memory->bytes != address) continue;
    *link = memory->next;
    used -= memory->size;
    free(memory->bytes);
    free(memory);
    return success;
  }
  return invalid_value;
}

// The bytes at an address of the device; NULL if they are not all of one allocation.
static unsigned char *device_bytes(uint64_t address, size_t size)
{
  for (struct memory *memory = allocations; memory; memory = memory->next) {
    const uint64_t start = (uint64_t)(uintptr_t)memory->bytes;
    if (address >= start && address - start <= memory->size && size <= memory->size - (address - start))
      return memory->bytes + (address - start);
  }
  return NULL;
}

CUresult cuMemsetD8Async(CUdeviceptr address, unsigned char value, size_t size, CUstream stream)
{
  ENTER_UNCAPTURED();
  unsigned char *bytes = device_bytes(address, size);
  if (!bytes || stream != (CUstream)&stream_object) return invalid_value;
  memset(bytes, value, size);
  return success;
}

CUresult cuMemcpyHtoDAsync_v2(CUdeviceptr address, const void *source, size_t size, CUstream stream)
{
  ENTER_UNCAPTURED();
  unsigned char *bytes = device_bytes(address, size);
  if (!bytes || stream != (CUstream)&stream_object) return invalid_value;
  memcpy(bytes, source, size);
  return success;
}

CUresult cuMemcpyDtoHAsync_v2(void *target, CUdeviceptr address, size_t size, CUstream stream)
{
  ENTER_UNCAPTURED();
  const unsigned char *bytes = device_bytes(address, size);
  if (!bytes || stream != (CUstream)&stream_object) return invalid_value;
  memcpy(target, bytes, size);
  return success;
}
