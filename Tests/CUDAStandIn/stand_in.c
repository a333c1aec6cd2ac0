// A stand-in for NVIDIA's driver and its compiler, for tests of the host's code on machines without a GPU. Memory of
// the "device" is memory of the host, launches are recorded and compute nothing, and failures come when told.
//
// Built by the tests as a shared library. Each copy of the file that a process opens has a state of its own.
// Settings, from the environment variable STAND_IN or stand_in_set, separated by blanks:
//
//   nodevice          cuInit finds none           driver=11040      the driver's version
//   count=0           the driver lists none       sm=90             generation of the devices
//   nvrtc=12090       the compiler's version      allocation=2      the second allocation from now fails
//   launch=2          the device is lost in the second launch from now; synchronize=1 likewise
//   instantiate=1     the next graph cannot be instantiated
//   graph=2           the device is lost in the second launch of a graph from now
//   cooperative=0     blocks cannot wait for one another
//   context=1         there is no memory for a context
//   mistake           the compiler finds one in every text
//   lostafter=FILE    the device is lost as soon as there is such a file; fullafter=FILE: its memory is full then
//   forget            the calling thread has no current context, as a new thread has none
//
// The code of its modules is text: "STAND-IN", then a line "kernel NAME SIZE ..." for each kernel with the sizes of its
// parameters. Its compiler takes these lines from comments. A line "any" has all kernels, of unknown parameters.
#define _GNU_SOURCE
#include "stand_in.h"
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { device_count = 2, multiprocessors = 4, resident_blocks = 2, largest_group = 1024 };
enum { ordinary_local = 48 * 1024, largest_local = 227 * 1024 };
static const size_t device_memory = (size_t)1 << 30;

struct memory {
  struct memory *next;
  size_t size;
  unsigned char *bytes;
};

struct kernel {
  char name[64];
  int sizes[32];
  int count;
  int local;
};

struct module {
  struct kernel kernels[64];
  int count, has_any;
  const char *elf;
  size_t elf_size;
};

// A graph, and what was instantiated of it, are the lines that its launches add to the record.
struct graph {
  char lines[1 << 16];
  int count;
};

struct settings set = {
  .driver = 12040, .count = device_count, .generation = 90, .compiler = 12040, .cooperative = 1
};

static int initialised, contexts, modules, graphs, waits, lost;
static struct graph *capture;
static int capture_failed;
static size_t used;
static struct memory *allocations;
static _Thread_local void *current;
static char record[1 << 20];
static size_t recorded;
static int context_object, stream_object;

// MARK: For tests

// While the stream captures, what it is asked for goes to the graph.
void note(const char *format, ...)
{
  char *text = capture ? capture->lines : record;
  const size_t used_here = capture ? strlen(text) : recorded, room = capture ? sizeof capture->lines : sizeof record;
  va_list arguments;
  va_start(arguments, format);
  const int count = vsnprintf(text + used_here, room - used_here, format, arguments);
  va_end(arguments);
  if (!capture && count > 0 && recorded + (size_t)count < sizeof record) recorded += (size_t)count;
}

static int number(const char *word, const char *key, int *value)
{
  const size_t length = strlen(key);
  if (strncmp(word, key, length) != 0 || word[length] != '=') return 0;
  *value = atoi(word + length + 1);
  return 1;
}

void stand_in_set(const char *settings)
{
  char *copy = strdup(settings), *rest = NULL;
  for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
    if (strcmp(word, "nodevice") == 0) set.no_device = 1;
    else if (strcmp(word, "forget") == 0) current = NULL;
    else if (strcmp(word, "mistake") == 0) set.mistake = 1;
    else if (strncmp(word, "lostafter=", 10) == 0) set.lost_after = strdup(word + 10);
    else if (strncmp(word, "fullafter=", 10) == 0) set.full_after = strdup(word + 10);
    else if (number(word, "driver", &set.driver) || number(word, "count", &set.count) ||
             number(word, "sm", &set.generation) || number(word, "nvrtc", &set.compiler) ||
             number(word, "allocation", &set.allocation) || number(word, "launch", &set.launch) ||
             number(word, "synchronize", &set.synchronize) || number(word, "context", &set.context) ||
             number(word, "instantiate", &set.instantiate) || number(word, "graph", &set.graph) ||
             number(word, "cooperative", &set.cooperative)) continue;
    else {
      fprintf(stderr, "the stand-in knows no setting '%s'\n", word);
      abort();
    }
  }
  free(copy);
}

__attribute__((constructor)) static void prepare(void)
{
  const char *settings = getenv("STAND_IN");
  if (settings) stand_in_set(settings);
}

// Launches, attributes and compilations so far, one in a line.
const char *stand_in_record(void) { return record; }
size_t stand_in_used(void) { return used; }
// How often the host has waited for the device.
int stand_in_waits(void) { return waits; }
int stand_in_objects(void) { return contexts + modules + graphs; }

// MARK: The driver

// Counts down to the call that fails.
static int is_due(int *countdown) { return *countdown > 0 && --*countdown == 0; }

static int exists(const char *file) { return file && access(file, F_OK) == 0; }

static int enter(void)
{
  if (exists(set.lost_after)) lost = launch_failed;
  if (lost) return lost;
  if (!initialised) return 3;
  return current ? success : invalid_context;
}

#define ENTER() do { const int status = enter(); if (status) return status; } while (0)
// For calls that a stream cannot capture.
#define ENTER_UNCAPTURED() \
  do { ENTER(); if (capture) { capture_failed = 1; return not_while_capturing; } } while (0)

CUresult cuDriverGetVersion(int *version)
{
  *version = set.driver;
  return success;
}

CUresult cuInit(unsigned flags)
{
  if (flags) return invalid_value;
  if (set.no_device) return no_device;
  initialised = 1;
  return success;
}

CUresult cuGetErrorName(CUresult status, const char **name)
{
  switch (status) {
  case invalid_value: *name = "CUDA_ERROR_INVALID_VALUE"; return success;
  case out_of_memory: *name = "CUDA_ERROR_OUT_OF_MEMORY"; return success;
  case no_device: *name = "CUDA_ERROR_NO_DEVICE"; return success;
  case invalid_image: *name = "CUDA_ERROR_INVALID_IMAGE"; return success;
  case invalid_context: *name = "CUDA_ERROR_INVALID_CONTEXT"; return success;
  case not_found: *name = "CUDA_ERROR_NOT_FOUND"; return success;
  case launch_failed: *name = "CUDA_ERROR_LAUNCH_FAILED"; return success;
  case too_many_blocks: *name = "CUDA_ERROR_COOPERATIVE_LAUNCH_TOO_LARGE"; return success;
  default: *name = NULL; return invalid_value;
  }
}

CUresult cuGetErrorString(CUresult status, const char **text)
{
  *text = status == launch_failed ? "unspecified launch failure" : NULL;
  return *text ? success : invalid_value;
}

CUresult cuDeviceGetCount(int *count)
{
  *count = set.count;
  return success;
}

CUresult cuDeviceGet(CUdevice *device, int index)
{
  if (index < 0 || index >= set.count) return invalid_device;
  *device = index;
  return success;
}

CUresult cuDeviceGetName(char *name, int size, CUdevice device)
{
  snprintf(name, (size_t)size, "Stand-in %d", device);
  return success;
}

CUresult cuDeviceTotalMem_v2(size_t *bytes, CUdevice device)
{
  (void)device;
  *bytes = device_memory;
  return success;
}

CUresult cuDeviceGetAttribute(int *value, CUdevice_attribute attribute, CUdevice device)
{
  (void)device;
  switch (attribute) {
  case 1: *value = largest_group; return success;
  case 16: *value = multiprocessors; return success;
  case 75: *value = set.generation / 10; return success;
  case 76: *value = set.generation % 10; return success;
  case 95: *value = set.cooperative; return success;
  case 97: *value = largest_local; return success;
  default: return invalid_value;
  }
}

CUresult cuDevicePrimaryCtxRetain(CUcontext *context, CUdevice device)
{
  (void)device;
  if (is_due(&set.context)) return out_of_memory;
  contexts++;
  *context = (CUcontext)&context_object;
  return success;
}

CUresult cuDevicePrimaryCtxRelease_v2(CUdevice device)
{
  (void)device;
  if (--contexts == 0) current = NULL;
  return success;
}

CUresult cuCtxSetCurrent(CUcontext context)
{
  if (context && context != (CUcontext)&context_object) return invalid_context;
  current = context;
  return success;
}

CUresult cuStreamCreate(CUstream *stream, unsigned flags)
{
  (void)flags;
  ENTER();
  *stream = (CUstream)&stream_object;
  return success;
}

CUresult cuStreamDestroy_v2(CUstream stream)
{
  ENTER();
  return stream == (CUstream)&stream_object ? success : invalid_value;
}

CUresult cuStreamSynchronize(CUstream stream)
{
  ENTER_UNCAPTURED();
  if (stream != (CUstream)&stream_object) return invalid_value;
  waits++;
  if (is_due(&set.synchronize)) lost = launch_failed;
  return lost;
}

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

// MARK: Modules and kernels

static void read_kernel(struct module *module, const char *line)
{
  struct kernel *kernel = &module->kernels[module->count++];
  int length = 0;
  sscanf(line, "kernel %63s%n", kernel->name, &length);
  for (int size = 0, step = 0; sscanf(line + length, " %d%n", &size, &step) == 1; length += step) {
    kernel->sizes[kernel->count++] = size;
    if (line[length + step] == '\n') break;
  }
  kernel->local = ordinary_local;
}

CUresult cuModuleLoadData(CUmodule *handle, const void *image)
{
  ENTER();
  const int is_elf = memcmp(image, "\177ELF", 4) == 0;
  if (!is_elf && memcmp(image, "STAND-IN\n", 9) != 0) return invalid_image;
  struct module *module = calloc(1, sizeof *module);
  if (is_elf) {
    // The section table ends the file: its offset at 40, size and number of entries at 58 and 60.
    const char *elf = image;
    uint64_t offset;
    uint16_t size, count;
    memcpy(&offset, elf + 40, sizeof offset);
    memcpy(&size, elf + 58, sizeof size);
    memcpy(&count, elf + 60, sizeof count);
    module->elf_size = offset + (size_t)size * count;
    char *copy = malloc(module->elf_size);
    memcpy(copy, elf, module->elf_size);
    module->elf = copy;
  } else {
    for (const char *line = strchr(image, '\n'); line && line[1]; line = strchr(line + 1, '\n'))
      if (strcmp(line + 1, "any\n") == 0) module->has_any = 1;
      else read_kernel(module, line + 1);
  }
  modules++;
  *handle = (CUmodule)module;
  return success;
}

CUresult cuModuleUnload(CUmodule handle)
{
  ENTER_UNCAPTURED();
  struct module *module = (struct module *)handle;
  free((char *)module->elf);
  free(module);
  modules--;
  return success;
}

CUresult cuModuleGetFunction(CUfunction *function, CUmodule handle, const char *name)
{
  ENTER();
  struct module *module = (struct module *)handle;
  for (int i = 0; i < module->count; i++) {
    if (strcmp(module->kernels[i].name, name) != 0) continue;
    *function = (CUfunction)&module->kernels[i];
    return success;
  }
  // Of real code, only the name is looked for. What it is launched with is not known, nor recorded.
  const int is_there = module->elf && memmem(module->elf, module->elf_size, name, strlen(name));
  if (is_there || module->has_any) {
    struct kernel *kernel = &module->kernels[module->count++];
    snprintf(kernel->name, sizeof kernel->name, "%s", name);
    kernel->local = ordinary_local;
    *function = (CUfunction)kernel;
    return success;
  }
  return not_found;
}

CUresult cuFuncSetAttribute(CUfunction function, CUfunction_attribute attribute, int value)
{
  ENTER();
  struct kernel *kernel = (struct kernel *)function;
  if (attribute != 8 || value > largest_local) return invalid_value;
  kernel->local = value;
  note("attribute %s %d\n", kernel->name, value);
  return success;
}

static void note_launch(const char *what, const struct kernel *kernel, unsigned groups, unsigned items, unsigned local,
                        void **parameters)
{
  note("%s%s %s %u %u %u", capture ? "  " : "", what, kernel->name, groups, items, local);
  for (int i = 0; i < kernel->count; i++) {
    note(" ");
    for (int byte = kernel->sizes[i] - 1; byte >= 0; byte--) note("%02x", ((unsigned char *)parameters[i])[byte]);
  }
  note("\n");
}

CUresult cuLaunchKernel(CUfunction function, unsigned x, unsigned y, unsigned z, unsigned size_x, unsigned size_y,
                        unsigned size_z, unsigned local, CUstream stream, void **parameters, void **extra)
{
  ENTER();
  struct kernel *kernel = (struct kernel *)function;
  if (!x || y != 1 || z != 1 || !size_x || size_x > largest_group || size_y != 1 || size_z != 1) return invalid_value;
  if (extra || stream != (CUstream)&stream_object || local > (unsigned)kernel->local) return invalid_value;
  note_launch("launch", kernel, x, size_x, local, parameters);
  if (capture) {
    capture->count++;
    return success;
  }
  if (is_due(&set.launch)) lost = launch_failed;
  return lost;
}

CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, CUfunction function, int size, size_t local)
{
  ENTER();
  if (!function || size > largest_group || local > (size_t)largest_local) return invalid_value;
  *blocks = resident_blocks;
  return success;
}

CUresult cuLaunchCooperativeKernel(CUfunction function, unsigned x, unsigned y, unsigned z, unsigned size_x,
                                   unsigned size_y, unsigned size_z, unsigned local, CUstream stream, void **parameters)
{
  ENTER_UNCAPTURED();
  if (!x || y != 1 || z != 1 || !size_x || size_x > largest_group || size_y != 1 || size_z != 1) return invalid_value;
  if (stream != (CUstream)&stream_object || !set.cooperative) return invalid_value;
  if (x > resident_blocks * multiprocessors) return too_many_blocks;
  note_launch("together", (struct kernel *)function, x, size_x, local, parameters);
  if (is_due(&set.launch)) lost = launch_failed;
  return lost;
}

// MARK: Graphs

CUresult cuStreamBeginCapture_v2(CUstream stream, CUstreamCaptureMode mode)
{
  ENTER();
  if (stream != (CUstream)&stream_object || mode != 1 || capture) return invalid_value;
  capture = calloc(1, sizeof *capture);
  capture_failed = 0;
  return success;
}

CUresult cuStreamEndCapture(CUstream stream, CUgraph *graph)
{
  ENTER();
  *graph = NULL;
  if (stream != (CUstream)&stream_object || !capture) return invalid_value;
  struct graph *captured = capture;
  capture = NULL;
  if (capture_failed) {
    free(captured);
    return capture_invalid;
  }
  graphs++;
  *graph = (CUgraph)captured;
  return success;
}

CUresult cuGraphInstantiateWithFlags(CUgraphExec *executable, CUgraph graph, unsigned long long flags)
{
  ENTER();
  if (flags) return invalid_value;
  if (is_due(&set.instantiate)) return out_of_memory;
  struct graph *copy = malloc(sizeof *copy);
  memcpy(copy, graph, sizeof *copy);
  graphs++;
  *executable = (CUgraphExec)copy;
  return success;
}

CUresult cuGraphDestroy(CUgraph graph)
{
  ENTER();
  free(graph);
  graphs--;
  return success;
}

CUresult cuGraphExecDestroy(CUgraphExec executable)
{
  ENTER();
  free(executable);
  graphs--;
  return success;
}

CUresult cuGraphLaunch(CUgraphExec executable, CUstream stream)
{
  ENTER_UNCAPTURED();
  const struct graph *graph = (const struct graph *)executable;
  if (stream != (CUstream)&stream_object) return invalid_value;
  note("graph %d\n", graph->count);
  // More would fill the record.
  if (graph->count <= 4) note("%s", graph->lines);
  if (is_due(&set.graph)) lost = launch_failed;
  return lost;
}
