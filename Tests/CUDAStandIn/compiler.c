// The stand-in for the compiler: it takes "// kernel NAME SIZE ..." for code, and the word "mistake" for one. Of
// Reprise's own text it takes every kernel for granted, and knows no parameters.
#include "stand_in.h"
#include <stdlib.h>
#include <string.h>

struct program {
  char *text, *code;
  const char *log;
};

enum { compilation_failed = 6 };

const char *nvrtcGetErrorString(nvrtcResult status)
{
  return status == compilation_failed ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR_INVALID_INPUT";
}

nvrtcResult nvrtcVersion(int *major, int *minor)
{
  *major = set.compiler / 1000;
  *minor = set.compiler % 1000 / 10;
  return success;
}

nvrtcResult nvrtcGetNumSupportedArchs(int *count)
{
  *count = 3;
  return success;
}

nvrtcResult nvrtcGetSupportedArchs(int *numbers)
{
  memcpy(numbers, (int[]){80, 90, 100}, 3 * sizeof(int));
  return success;
}

nvrtcResult nvrtcCreateProgram(nvrtcProgram *handle, const char *text, const char *name, int headers,
                               const char *const *sources, const char *const *names)
{
  (void)name, (void)sources, (void)names;
  if (headers) return invalid_value;
  struct program *program = calloc(1, sizeof *program);
  program->text = strdup(text);
  program->log = "";
  *handle = (nvrtcProgram)program;
  return success;
}

nvrtcResult nvrtcCompileProgram(nvrtcProgram handle, int count, const char *const *options)
{
  struct program *program = (struct program *)handle;
  note("compile");
  for (int i = 0; i < count; i++) note(" %s", options[i]);
  note("\n");
  if (set.mistake || strstr(program->text, "mistake")) {
    program->log = "something before\nkernels.cu(1): error: there is a mistake\n1 error detected\n";
    return compilation_failed;
  }
  program->code = calloc(1, strlen(program->text) + 16);
  strcpy(program->code, "STAND-IN\n");
  for (const char *line = strstr(program->text, "// kernel "); line; line = strstr(line + 1, "// kernel ")) {
    const char *end = strchr(line, '\n');
    strncat(program->code, line + 3, end ? (size_t)(end - line - 2) : strlen(line + 3));
  }
  if (strstr(program->text, "\nRP_KERNEL ")) strcat(program->code, "any\n");
  return success;
}

nvrtcResult nvrtcGetProgramLogSize(nvrtcProgram handle, size_t *size)
{
  *size = strlen(((struct program *)handle)->log) + 1;
  return success;
}

nvrtcResult nvrtcGetProgramLog(nvrtcProgram handle, char *log)
{
  strcpy(log, ((struct program *)handle)->log);
  return success;
}

nvrtcResult nvrtcGetCUBINSize(nvrtcProgram handle, size_t *size)
{
  *size = strlen(((struct program *)handle)->code) + 1;
  return success;
}

nvrtcResult nvrtcGetCUBIN(nvrtcProgram handle, char *code)
{
  strcpy(code, ((struct program *)handle)->code);
  return success;
}

nvrtcResult nvrtcDestroyProgram(nvrtcProgram *handle)
{
  struct program *program = (struct program *)*handle;
  free(program->text);
  free(program->code);
  free(program);
  *handle = NULL;
  return success;
}
