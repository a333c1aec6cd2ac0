// Updates by recursive least squares on OpenBLAS, one neuron after another, as programs do that call BLAS for each:
// symv + syr on the full matrix, and spmv + spr on the packed one. A yardstick, no part of Reprise.
//
//   peer_kernels --inputs N --neurons M [--threads T] [--repeats R]
//
// Prints one line: inputs, neurons, then ns per update (wall clock / neurons, median) full and packed.
#include <algorithm>
#include <cblas.h>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <omp.h>
#include <vector>

namespace {

struct Options {
  int inputs = 0, neurons = 0, threads = 1, repeats = 5;
};

/// What each neuron has, and what an update of it needs.
struct Neurons {
  bool isPacked;
  int inputs;
  std::vector<std::vector<float>> P, weights;
  std::vector<std::vector<unsigned>> presynaptic;
  std::vector<float> filteredSpikes;

  Neurons(const Options &options, bool isPacked)
      : isPacked(isPacked), inputs(options.inputs), P(options.neurons), weights(options.neurons),
        presynaptic(options.neurons), filteredSpikes(options.neurons)
  {
    unsigned state = 1;
    auto next = [&] { return (state = state * 1664525u + 1013904223u) >> 8; };
    for (auto &r : filteredSpikes) r = next() / 16777216.0f * 0.01f;
    const std::vector<float> start = unit();
    for (int i = 0; i < options.neurons; i++) {
      P[i] = start;
      weights[i].assign(inputs, 0.0f);
      presynaptic[i].resize(inputs);
      for (auto &source : presynaptic[i]) source = next() % options.neurons;
    }
  }

  std::vector<float> unit() const
  {
    const size_t n = inputs;
    std::vector<float> matrix(isPacked ? n * (n + 1) / 2 : n * n, 0.0f);
    for (size_t i = 0; i < n; i++) matrix[isPacked ? i * (i + 1) / 2 + i : i * n + i] = 1.0f;
    return matrix;
  }

  void update(int neuron, float *r, float *k)
  {
    for (int j = 0; j < inputs; j++) r[j] = filteredSpikes[presynaptic[neuron][j]];
    float *p = P[neuron].data();
    if (isPacked)
      cblas_sspmv(CblasColMajor, CblasUpper, inputs, 1.0f, p, r, 1, 0.0f, k, 1);
    else
      cblas_ssymv(CblasColMajor, CblasUpper, inputs, 1.0f, p, inputs, r, 1, 0.0f, k, 1);
    const float gain = 1.0f / (1.0f + cblas_sdot(inputs, r, 1, k, 1));
    if (isPacked)
      cblas_sspr(CblasColMajor, CblasUpper, inputs, -gain, k, 1, p);
    else
      cblas_ssyr(CblasColMajor, CblasUpper, inputs, -gain, k, 1, p, inputs);
    const float error = cblas_sdot(inputs, weights[neuron].data(), 1, r, 1) - 0.1f;
    cblas_saxpy(inputs, -error * gain, k, 1, weights[neuron].data(), 1);
  }
};

/// ns per update, median over repeats; the first pass is not counted.
double measure(const Options &options, bool isPacked)
{
  Neurons all(options, isPacked);
  std::vector<double> times;
  for (int repeat = 0; repeat <= options.repeats; repeat++) {
    const auto start = std::chrono::steady_clock::now();
#pragma omp parallel num_threads(options.threads)
    {
      std::vector<float> r(options.inputs), k(options.inputs);
#pragma omp for schedule(static)
      for (int i = 0; i < options.neurons; i++) all.update(i, r.data(), k.data());
    }
    const std::chrono::duration<double, std::nano> elapsed = std::chrono::steady_clock::now() - start;
    if (repeat > 0) times.push_back(elapsed.count() / options.neurons);
  }
  std::sort(times.begin(), times.end());
  const size_t middle = times.size() / 2;
  return times.size() % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
}

}  // namespace

int main(int count, char **arguments)
{
  Options options;
  for (int i = 1; i + 1 < count; i += 2) {
    const int value = std::atoi(arguments[i + 1]);
    if (!std::strcmp(arguments[i], "--inputs")) options.inputs = value;
    if (!std::strcmp(arguments[i], "--neurons")) options.neurons = value;
    if (!std::strcmp(arguments[i], "--threads")) options.threads = value;
    if (!std::strcmp(arguments[i], "--repeats")) options.repeats = value;
  }
  if (options.inputs < 1 || options.neurons < 1 || options.threads < 1 || options.repeats < 1) {
    std::fprintf(stderr, "usage: peer_kernels --inputs N --neurons M [--threads T] [--repeats R]\n");
    return 64;
  }
  openblas_set_num_threads(1);
  const double full = measure(options, false), packed = measure(options, true);
  std::printf("%d %d %.2f %.2f\n", options.inputs, options.neurons, full, packed);
}
