// The stand-in for the compiler: it takes "// kernel NAME SIZE ..." for code, and the word "mistake" for one.
#include "stand_in.h"
#include <stdlib.h>
#include <string.h>

struct program {
  char *text, *code;
  const char *log;
};

enum { compilation_failed = 6 };

const char *nvrtcGetErrorString(int status)
{
  return status == compilation_failed ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR_INVALID_INPUT";
}

int nvrtcVersion(int *major, int *minor)
{
  *major = set.compiler / 1000;
  *minor = set.compiler % 1000 / 10;
  return success;
}

int nvrtcGetNumSupportedArchs(int *count)
{
  *count = 3;
  return success;
}

int nvrtcGetSupportedArchs(int *numbers)
{
  memcpy(numbers, (int[]){80, 90, 100}, 3 * sizeof(int));
  return success;
}

int nvrtcCreateProgram(void **handle, const char *text, const char *name, int headers, const char **sources,
                       const char **names)
{
  (void)name, (void)sources, (void)names;
  if (headers) return invalid_value;
  struct program *program = calloc(1, sizeof *program);
  program->text = strdup(text);
  program->log = "";
  *handle = program;
  return success;
}

int nvrtcCompileProgram(void *handle, int count, const char **options)
{
  struct program *program = handle;
  note("compile");
  for (int i = 0; i < count; i++) note(" %s", options[i]);
  note("\n");
  if (strstr(program->text, "mistake")) {
    program->log = "something before\nkernels.cu(1): error: there is a mistake\n1 error detected\n";
    return compilation_failed;
  }
  program->code = calloc(1, strlen(program->text) + 16);
  strcpy(program->code, "STAND-IN\n");
  for (const char *line = strstr(program->text, "// kernel "); line; line = strstr(line + 1, "// kernel ")) {
    const char *end = strchr(line, '\n');
    strncat(program->code, line + 3, end ? (size_t)(end - line - 2) : strlen(line + 3));
  }
  return success;
}

int nvrtcGetProgramLogSize(void *handle, size_t *size)
{
  *size = strlen(((struct program *)handle)->log) + 1;
  return success;
}

int nvrtcGetProgramLog(void *handle, char *log)
{
  strcpy(log, ((struct program *)handle)->log);
  return success;
}

int nvrtcGetCUBINSize(void *handle, size_t *size)
{
  *size = strlen(((struct program *)handle)->code) + 1;
  return success;
}

int nvrtcGetCUBIN(void *handle, char *code)
{
  strcpy(code, ((struct program *)handle)->code);
  return success;
}

int nvrtcDestroyProgram(void **handle)
{
  struct program *program = *handle;
  free(program->text);
  free(program->code);
  free(program);
  *handle = NULL;
  return success;
}
