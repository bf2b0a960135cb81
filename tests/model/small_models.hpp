// Small models and data that the tests of models share.
#pragma once

#include <linnet/linnet.hpp>

#include "core/error_of.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

#if __has_include(<catch2/catch_all.hpp>)
using Catch::Approx;  // version 2 of Catch has it in the global namespace
#endif

/// Rows of numbers, and the class of each: which of three sums is the largest.
struct NumberRows {
  explicit NumberRows(Index rows, std::uint64_t seed = 1)
      : x(random_floats({rows, 6}, seed)), y(DType::int32, {rows}) {
    for (Index r = 0; r < rows; ++r) {
      const auto row = x.data<float>().subspan(static_cast<std::size_t>(r) * 6, 6);
      const float sums[] = {row[0] + row[1], row[2] + row[3], row[4] + row[5]};
      y.data<std::int32_t>()[static_cast<std::size_t>(r)] =
          static_cast<std::int32_t>(std::max_element(sums, sums + 3) - sums);
    }
  }
  Tensor x, y;
};

inline Sequential perceptron(const Optimizer& optimizer = "adam") {
  set_random_seed(3);
  Sequential model{Dense{.units = 16, .activation = "relu"},
                   Dense{.units = 3, .activation = "softmax"}};
  model.build({any, 6});
  model.compile(
      {.optimizer = optimizer, .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

inline Sequential text_model(Index vocabulary, const Optimizer& optimizer, bool mask_zero = false,
                             float dropout = 0) {
  set_random_seed(5);
  Sequential model{Embedding{.input_dim = vocabulary, .output_dim = 4, .mask_zero = mask_zero},
                   GlobalAveragePooling1D{}, Dropout{.rate = dropout},
                   Dense{.units = 3, .activation = "softmax"}};
  model.build({any, any});
  model.compile({.optimizer = optimizer, .loss = "sparse_categorical_crossentropy"});
  return model;
}

inline void check_same_weights(const Model& a, const Model& b) {
  const auto wa = a.get_weights(), wb = b.get_weights();
  REQUIRE(wa.size() == wb.size());
  for (std::size_t i = 0; i < wa.size(); ++i) CHECK(same_bits(wa[i], wb[i]));
}

inline void check_close_weights(const Model& a, const Model& b, double tolerance) {
  const auto wa = a.get_weights(), wb = b.get_weights();
  REQUIRE(wa.size() == wb.size());
  for (std::size_t i = 0; i < wa.size(); ++i) CHECK(close(wa[i], wb[i], tolerance));
}

}  // namespace linnet::test
