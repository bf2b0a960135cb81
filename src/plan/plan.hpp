// Plan: a graph made ready to run: a list of kernels over one block of memory.
#pragma once

#include <linnet/graph/parameter.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/kernel.hpp"
#include "plan/graph.hpp"

namespace linnet::inline v0 {

class Preparation;
struct Prepared;

struct PlanOptions {
  int threads = 1;
  bool deterministic = false;
  /// Read parameters through their caught-up copies (every plan but the training ones).
  bool reads_only = true;
};

/// Where an operand of a step lies.
struct Place {
  enum class Kind : std::uint8_t { arena, input, parameter, fixed, prepared, nothing };
  Kind kind = Kind::arena;
  std::size_t at = 0;  ///< arena: byte offset; else an index into the plan's list
};

/// The memory layout of a graph: a place for every value, chosen from lifetimes.
struct Placement {
  std::vector<std::shared_ptr<const Node>> order;  ///< the nodes that run
  std::vector<std::vector<Place>> outputs;         ///< by node in `order`
  std::vector<std::size_t> scratch;                ///< by node: offset of its scratch
  std::size_t arena_bytes = 0;
};

/// A plan is immutable and may be run by several threads at once, each with memory of its own.
class Plan {
 public:
  Plan(const Graph& graph, const PlanOptions& options);
  ~Plan();
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  const PlanOptions& options() const { return options_; }
  /// The position of a named input in the list given to run(), or -1 if the plan does not read it.
  int input_index(std::string_view name) const;
  const std::vector<std::string>& input_names() const { return input_names_; }
  const TensorType& input_type(int index) const {
    return input_types_[static_cast<std::size_t>(index)];
  }
  std::size_t output_count() const { return outputs_.size(); }
  const TensorType& output_type(std::size_t index) const { return outputs_[index].type; }

  /// Memory for one run at a time. Taken from the plan's idle ones, given back when it goes.
  class Session {
   public:
    explicit Session(const Plan& plan);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Where run() reads input `index`; the caller keeps it alive. At least as many bytes as
    /// input_type(index) has.
    void bind(int index, const void* data);
    /// Runs all steps. Error: an input not bound; whatever a kernel refuses (data outside its
    /// range), with the layer's path in front.
    void run();
    /// Output `index` of the last run; valid until the next one.
    const void* output(std::size_t index) const;

   private:
    struct Memory;
    const Plan& plan_;
    std::unique_ptr<Memory> memory_;
    friend class Plan;
  };

  /// Fills the slots that begin as their parameters' values with what these are now.
  void begin_slots() const;

  /// Bytes of one session's arena, and of all idle and running sessions together.
  std::size_t arena_bytes() const { return arena_bytes_; }
  std::size_t resident_bytes() const;

 private:
  struct Step {
    std::unique_ptr<Kernel> kernel;
    std::size_t first = 0;  ///< of its operands
    int inputs = 0;
    std::size_t scratch = 0;
    std::string where;
  };
  struct Output {
    Place place;
    TensorType type;
  };
  struct Source {
    std::shared_ptr<Parameter> parameter;
    std::string slot;
    bool follows = false;  ///< the slot begins as the parameter's value
  };

  void add_steps(const Placement& placement, std::vector<std::unique_ptr<Kernel>> kernels,
                 const Graph& graph);
  std::shared_ptr<const Prepared> prepared() const;
  void* address(const Place& place, const Session::Memory& memory) const;
  void* source_address(const Source& source) const;

  PlanOptions options_;
  std::unique_ptr<Preparation> preparation_;
  std::vector<Step> steps_;
  std::vector<Place> operands_;
  std::vector<Output> outputs_;
  std::vector<std::string> input_names_;
  std::vector<TensorType> input_types_;
  std::vector<Source> sources_;
  std::vector<std::shared_ptr<Parameter>> parameters_;  ///< read, or changed by a training plan
  std::vector<Tensor> constants_;
  std::size_t arena_bytes_ = 0;

  mutable std::mutex mutex_;
  mutable std::shared_ptr<const Prepared> prepared_;
  mutable std::vector<std::unique_ptr<Session::Memory>> idle_;
  mutable std::size_t sessions_ = 0;
};

/// Chooses where every value of the graph lives. `scratch_bytes` is by node in running order.
Placement place(const Graph& graph, std::span<const std::shared_ptr<const Node>> order,
                std::span<const std::size_t> scratch_bytes);

}  // namespace linnet::inline v0
