#include "Seam.hpp"

#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>
#include <thread>

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#pragma clang diagnostic pop

namespace {

thread_local std::string last_error;
std::atomic<int64_t> live_tensors{0};

// LibTorch's CUDA library registers itself when it is opened. The path is resolved first, so that the libraries
// it needs are looked for beside the real file and not beside a link to it.
bool open_cuda() {
  static const bool opened = [] {
    Dl_info info;
    if (!dladdr(reinterpret_cast<const void *>(&at::get_num_threads), &info) || !info.dli_fname) return false;
    char *path = realpath(info.dli_fname, nullptr);
    if (!path) return false;
    std::string folder(path);
    free(path);
    folder.resize(folder.rfind('/') + 1);
    return dlopen((folder + "libtorch_cuda.so").c_str(), RTLD_NOW | RTLD_GLOBAL) != nullptr;
  }();
  return opened;
}

}  // namespace

namespace seam {

void set_last_error(const char *message) noexcept {
  try {
    last_error = message;
  } catch (...) {
    last_error.clear();
  }
}

ct_tensor *wrap(at::Tensor value) {
  ct_tensor *handle = new ct_tensor{std::move(value)};
  live_tensors.fetch_add(1, std::memory_order_relaxed);
  return handle;
}

at::ScalarType scalar_type(int dtype) {
  switch (dtype) {
    case CT_FLOAT32: return at::kFloat;
    case CT_FLOAT64: return at::kDouble;
    case CT_BFLOAT16: return at::kBFloat16;
    case CT_FLOAT16: return at::kHalf;
    case CT_INT32: return at::kInt;
    case CT_INT64: return at::kLong;
    case CT_UINT8: return at::kByte;
  }
  TORCH_CHECK(false, "no element type has the number ", dtype);
}

at::Device device(int kind, int index) {
  TORCH_CHECK(ct_device_available(kind, index), "the device is not available (kind ", kind, ", index ", index, ")");
  switch (kind) {
    case CT_CUDA: return at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(index));
    case CT_MPS: return at::Device(at::kMPS);
    default: return at::Device(at::kCPU);
  }
}

}  // namespace seam

const char *ct_last_error(void) { return last_error.c_str(); }

int64_t ct_live_tensors(void) { return live_tensors.load(std::memory_order_relaxed); }

void ct_free(ct_tensor *t) {
  if (!t) return;
  delete t;
  live_tensors.fetch_sub(1, std::memory_order_relaxed);
}

int ct_device_available(int kind, int index) {
  CT_GUARD(0, switch (kind) {
    case CT_CPU: return 1;
    case CT_CUDA: return open_cuda() && index >= 0 && at::hasCUDA() && index < at::detail::getCUDAHooks().deviceCount();
    case CT_MPS: return at::hasMPS();
    default: return 0;
  })
}

int ct_fast_bfloat16(int kind) {
  if (kind == CT_CUDA) return 1;
#if defined(__x86_64__)
  if (kind == CT_CPU) return __builtin_cpu_supports("avx512bf16") != 0;
#endif
  return 0;
}

int ct_tune_convolutions(void) {
  const bool before = at::globalContext().benchmarkCuDNN();
  at::globalContext().setBenchmarkCuDNN(true);
  return before;
}

int ct_threads(void) { CT_GUARD(0, return at::get_num_threads();) }

int ct_set_threads(int count) { CT_GUARD(1, at::set_num_threads(count); return 0;) }

int ct_wait_asleep(void) {
  using Parallel = void (*)(void (*)(void *), void *, unsigned, unsigned);
  if (getenv("OMP_WAIT_POLICY") || getenv("GOMP_SPINCOUNT")) return 0;
  const auto parallel = reinterpret_cast<Parallel>(dlsym(RTLD_DEFAULT, "GOMP_parallel"));
  if (!parallel) return 0;
  // GNU's OpenMP reads its environment before any code of a program, but waits briefly where its threads are more than the processors. A team
  // of two that never does anything makes them so; it lasts as long as the thread that made it.
  CT_GUARD(0, std::thread([parallel] {
    parallel([](void *) {}, nullptr, 2, 0);
    while (true) pause();
  }).detach(); return 1;)
}
