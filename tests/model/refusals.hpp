// Models that are asked for what they refuse, and what must stay as it was.
#pragma once

#include <limits>
#include <linnet/linnet.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

/// Three classes from rows of five ids below 10.
struct Classifier {
  explicit Classifier(const LossList& loss = "sparse_categorical_crossentropy",
                      bool mask_zero = false) {
    model.add(Embedding{.input_dim = 10, .output_dim = 4, .mask_zero = mask_zero});
    model.add(GlobalAveragePooling1D{});
    model.add(Dense{.units = 3, .activation = "softmax"});
    model.build({any, any});
    model.compile({.loss = loss, .metrics = {"accuracy"}});
    model.train_on_batch(x, one_step_target(loss));
  }

  /// The step before which a call is refused leaves rows of the table that wait for updates.
  Tensor one_step_target(const LossList& loss) const {
    const bool one_hot = loss.for_outputs(1)[0].class_name() != "SparseCategoricalCrossentropy";
    return one_hot ? to_categorical(y, 3) : y;
  }

  /// The error of `f`, which must leave weights, optimizer and counters as they were.
  template <class F>
  Caught refused(F&& f) {
    const auto weights = model.get_weights();
    const Index iterations = model.iterations();
    const auto slots = slots_now();
    const Caught caught = error_of([&] { f(model); });
    INFO(caught.message);
    CHECK(model.iterations() == iterations);
    const auto after = model.get_weights();
    for (std::size_t i = 0; i < weights.size(); ++i) CHECK(same_bits(after[i], weights[i]));
    const auto now = slots_now();
    REQUIRE(now.size() == slots.size());
    for (std::size_t i = 0; i < now.size(); ++i) CHECK(same_bits(now[i], slots[i]));
    return caught;
  }
  /// Copies of what the optimizer keeps of all parameters.
  std::vector<Tensor> slots_now() const {
    std::vector<Tensor> slots;
    for (const auto& [path, parameter] : model.parameters()) {
      for (const Slot& slot : parameter->slots) slots.push_back(slot.value.clone());
    }
    return slots;
  }
  Caught fit_error(const Inputs& new_x, const Inputs& new_y, const FitOptions& options = {}) {
    return refused([&](Model& m) { m.fit(new_x, new_y, options); });
  }

  Sequential model;
  Tensor x = Tensor::of<std::int32_t>({4, 5}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 0,  //
                                               1, 1, 2, 2, 3, 9, 8, 7, 6, 5});
  Tensor y = Tensor::of<std::int32_t>({4}, {0, 1, 2, 0});
};

/// Two classes from two numbers.
struct Numbers {
  explicit Numbers(const LossList& loss = "mse") {
    model.build({any, 2});
    model.compile({.loss = loss});
  }
  Sequential model{Dense{.units = 1}};
  Tensor x = Tensor::of<float>({3, 2}, {1, 2, 3, 4, 5, 6});
  Tensor y = Tensor::of<float>({3, 1}, {1, 2, 3});
};

inline bool names_all(const Caught& caught, std::initializer_list<const char*> parts) {
  INFO(caught.message);
  for (const char* part : parts) {
    UNSCOPED_INFO("wanted: " << part << " in: " << caught.message);
    if (caught.message.find(part) == std::string::npos) return false;
  }
  return caught.code.has_value();
}

}  // namespace linnet::test
