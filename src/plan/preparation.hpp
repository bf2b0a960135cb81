// Preparation: what a plan computes from parameters alone, before it runs and whenever they change.
#pragma once

#include <functional>
#include <linnet/core/tensor.hpp>
#include <memory>
#include <unordered_map>
#include <vector>

#include "kernels/kernel.hpp"

namespace linnet::inline v0 {

struct PlanOptions;

/// The results, shared by all sessions of a plan.
struct Prepared {
  std::uint64_t version = 0;                       ///< of the parameters, when they were read
  std::vector<Tensor> values;                      ///< of constant nodes, read by steps
  std::vector<std::shared_ptr<std::byte>> packed;  ///< by step: for Run::prepared, or null
  std::size_t bytes = 0;
};

class Preparation {
 public:
  explicit Preparation(const PlanOptions& options) : options_(&options) {}

  /// Step number `step` (from 0 on, in order) reads `node`'s inputs, of which `constants` marks
  /// those to prepare.
  void add_step(std::shared_ptr<const Node> node, const Kernel& kernel,
                std::vector<bool> constants);
  /// The place among Prepared::values of a constant node's value.
  std::size_t keep(const Value& value);
  bool empty() const { return values_.empty() && !packs_; }

  /// Where a source's data lies.
  using Address = std::function<const void*(const Node& source)>;
  std::shared_ptr<const Prepared> make(std::uint64_t version, const Address& address) const;

 private:
  struct Step {
    std::shared_ptr<const Node> node;
    const Kernel* kernel;
    std::vector<bool> constants;
  };

  const PlanOptions* options_;
  std::vector<Step> steps_;
  std::vector<Value> values_;
  std::unordered_map<const Node*, std::vector<std::size_t>> kept_;
  bool packs_ = false;
};

}  // namespace linnet::inline v0
