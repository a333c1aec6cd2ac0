// Modules of the stand-in for a device, and launches of their kernels, which are recorded.
#define _GNU_SOURCE
#include "state.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
