// Op: what a node of the graph computes, and the concept that a struct fulfils to be one.
#pragma once

#include <concepts>
#include <linnet/core/fields.hpp>
#include <linnet/graph/value.hpp>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace linnet::inline v0 {

/// What an op's gradient rule is given.
struct GradCall {
  std::span<const Value> inputs;
  std::span<const Value> outputs;
  std::span<const Value> output_gradients;  ///< empty Values where nothing flows back

  const Value& x(int i = 0) const { return inputs[static_cast<std::size_t>(i)]; }
  const Value& y(int i = 0) const { return outputs[static_cast<std::size_t>(i)]; }
  const Value& dy(int i = 0) const { return output_gradients[static_cast<std::size_t>(i)]; }
};

using Types = std::vector<TensorType>;

/// An op is an aggregate of attributes that knows the types of its outputs. Optional members:
///   std::vector<Gradient> grad(const GradCall&) const;  one gradient for each input (may be empty)
///   static constexpr bool kUpdates = true;  writes into inputs (parameters, slots); never removed,
///                                           never moved past another update
///   static constexpr int kInPlace = i;      output 0 may take the memory of input i
template <class O>
concept OpType = requires(const O& op, O& fresh, std::span<const TensorType> inputs,
                          FieldVisitor& field) {
  { O::kName } -> std::convertible_to<std::string_view>;
  { op.infer(inputs) } -> std::same_as<Types>;
  O::fields(fresh, field);
};

namespace detail {

struct OpModel {
  virtual ~OpModel() = default;
  virtual std::string_view name() const = 0;
  virtual Types infer(std::span<const TensorType> inputs) const = 0;
  virtual bool differentiable() const = 0;
  virtual std::vector<Gradient> grad(const GradCall& call) const = 0;
  virtual Config config() const = 0;
  virtual bool updates() const = 0;
  virtual int in_place() const = 0;
  virtual const void* address() const = 0;
};

template <OpType O>
struct OpHolder final : OpModel {
  explicit OpHolder(O op) : held(std::move(op)) {}
  std::string_view name() const override { return O::kName; }
  Types infer(std::span<const TensorType> inputs) const override { return held.infer(inputs); }
  bool differentiable() const override {
    return requires(const O& op, const GradCall& call) { op.grad(call); };
  }
  std::vector<Gradient> grad(const GradCall& call) const override {
    if constexpr (requires(const O& op) { op.grad(call); }) {
      return held.grad(call);
    } else {
      return std::vector<Gradient>(call.inputs.size());
    }
  }
  Config config() const override { return config_of(held); }
  bool updates() const override {
    if constexpr (requires { O::kUpdates; }) return O::kUpdates;
    return false;
  }
  int in_place() const override {
    if constexpr (requires { O::kInPlace; }) return O::kInPlace;
    return -1;
  }
  const void* address() const override { return &held; }
  O held;
};

}  // namespace detail

/// Any op; immutable and cheap to copy.
class Op {
 public:
  template <OpType O>
  Op(O op) : model_(std::make_shared<detail::OpHolder<O>>(std::move(op))) {}

  std::string_view name() const { return model_->name(); }
  Types infer(std::span<const TensorType> inputs) const { return model_->infer(inputs); }
  bool differentiable() const { return model_->differentiable(); }
  std::vector<Gradient> grad(const GradCall& call) const { return model_->grad(call); }
  Config config() const { return model_->config(); }
  bool updates() const { return model_->updates(); }
  int in_place() const { return model_->in_place(); }

  /// The op's attributes if it is an O, else null.
  template <OpType O>
  const O* as() const {
    return name() == O::kName ? static_cast<const O*>(model_->address()) : nullptr;
  }

 private:
  std::shared_ptr<const detail::OpModel> model_;
};

/// One use of an op.
struct Node {
  Op op;
  Values inputs;
  Types types;               ///< of the outputs
  mutable std::string path;  ///< the layer call that made it ("dense_1"); for messages

  /// Without recursion, however long the chain of nodes that ends here.
  LINNET_API ~Node();
};

/// Makes a node; its output types come from the op's infer(). Error: whatever infer() refuses.
LINNET_API Values apply_all(Op op, Values inputs);
/// The same for an op with one output.
LINNET_API Value apply(Op op, Values inputs);

/// Every node that the roots need, each after its inputs; roots are visited in order.
LINNET_API std::vector<std::shared_ptr<const Node>> topological_order(std::span<const Value> roots);

}  // namespace linnet::inline v0
