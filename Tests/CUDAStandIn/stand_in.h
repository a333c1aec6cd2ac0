// What the stand-ins for the driver and for the compiler share: settings, the record, statuses. See stand_in.c.
#include <stddef.h>
#include <stdint.h>

enum {
  success = 0, invalid_value = 1, out_of_memory = 2, no_device = 100, invalid_device = 101, invalid_image = 200,
  invalid_context = 201, not_found = 500, launch_failed = 719
};

extern struct settings {
  int no_device, driver, count, generation, compiler, allocation, launch, synchronize, context;
} set __attribute__((visibility("hidden")));

/// Adds to the record.
__attribute__((visibility("hidden"))) void note(const char *format, ...);
