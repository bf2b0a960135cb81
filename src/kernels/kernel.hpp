// Kernel: one way to compute one op for given types.
#pragma once

#include <cstddef>
#include <linnet/graph/op.hpp>
#include <memory>
#include <span>

namespace linnet::inline v0 {

/// What a kernel is made for.
struct KernelRequest {
  const Op& op;
  std::span<const TensorType> inputs;  ///< all sizes known
  std::span<const TensorType> outputs;
  int threads = 1;             ///< the most threads that the kernel may use
  bool deterministic = false;  ///< the result must not depend on `threads`
  /// By input: computed from parameters alone, so that it is the same in most runs. May be empty.
  std::span<const bool> constants = {};

  const Shape& x(int i = 0) const { return inputs[static_cast<std::size_t>(i)].shape; }
  const Shape& y(int i = 0) const { return outputs[static_cast<std::size_t>(i)].shape; }
  bool constant(int i) const {
    return static_cast<std::size_t>(i) < constants.size() && constants[static_cast<std::size_t>(i)];
  }
  bool all_float() const;  ///< every input and output is float32
};

/// The memory of one run: inputs in the op's order, then outputs.
struct Run {
  void* const* operands;
  int input_count;
  std::byte* scratch;
  const std::byte* prepared = nullptr;  ///< what Kernel::prepare() wrote

  template <class T>
  const T* x(int i = 0) const {
    return static_cast<const T*>(operands[i]);
  }
  template <class T>
  T* y(int i = 0) const {
    return static_cast<T*>(operands[input_count + i]);
  }
  /// An input that the op updates.
  template <class T>
  T* state(int i) const {
    return static_cast<T*>(operands[i]);
  }
};

/// Holds everything that can be decided before data is there. run() is const, may be called from
/// several threads at once with different memory, and allocates nothing.
class Kernel {
 public:
  virtual ~Kernel() = default;
  /// Memory that run() needs for itself, aligned to 64 bytes.
  virtual std::size_t scratch_bytes() const { return 0; }
  /// True if run() does not read input i, a constant one, but what prepare() made of it.
  virtual bool packs(int) const { return false; }
  /// Memory that prepare() fills, aligned to 64 bytes.
  virtual std::size_t prepared_bytes() const { return 0; }
  /// Called before run() whenever constant inputs have changed; `run` has these alone.
  virtual void prepare(const Run&, std::byte*) const {}
  virtual void run(const Run& run) const = 0;
};

/// A kernel for the request, or null if this factory does not serve it.
using KernelFactory = std::unique_ptr<Kernel> (*)(const KernelRequest& request);

/// A kernel that is a function of the run; for small kernels without a class of their own.
template <class F>
std::unique_ptr<Kernel> make_kernel(F function, std::size_t scratch = 0) {
  struct Function final : Kernel {
    Function(F f, std::size_t bytes) : call(std::move(f)), scratch_size(bytes) {}
    std::size_t scratch_bytes() const override { return scratch_size; }
    void run(const Run& run) const override { call(run); }
    F call;
    std::size_t scratch_size;
  };
  return std::make_unique<Function>(std::move(function), scratch);
}

}  // namespace linnet::inline v0
