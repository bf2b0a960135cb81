// A small text model, rows to train it with, and the comparison that tests of its files need.
#pragma once

#include <linnet/linnet.hpp>

namespace linnet::test {

inline Tensor ids(Index rows, Index length, Index table, std::uint64_t key) {
  Tensor t(DType::int32, {rows, length});
  const RandomStream random(key);
  std::uint64_t n = 0;
  for (auto& id : t.data<std::int32_t>()) {
    id = static_cast<std::int32_t>(random.below(static_cast<std::uint64_t>(table), n++));
  }
  return t;
}

inline Tensor floats(const Shape& shape, std::uint64_t key) {
  Tensor t(DType::float32, shape);
  const RandomStream random(key);
  std::uint64_t n = 0;
  for (float& x : t.data<float>()) x = random.normal(n++);
  return t;
}

inline constexpr Index kTable = 500;
inline constexpr Index kBatch = 8;

inline Sequential text_model(Optimizer optimizer = Adam{.learning_rate = 0.01f}) {
  set_random_seed(7);
  Sequential model{Embedding{.input_dim = kTable, .output_dim = 6}, GlobalAveragePooling1D{},
                   Dropout{.rate = 0.3f}, Dense{.units = 3, .activation = "softmax"}};
  model.compile({.optimizer = std::move(optimizer),
                 .loss = "sparse_categorical_crossentropy",
                 .metrics = {"accuracy"}});
  return model;
}

inline void train(Model& model, int first, int last) {
  for (int step = first; step < last; ++step) {
    const auto key = static_cast<std::uint64_t>(step);
    model.train_on_batch(ids(kBatch, 5, kTable, key), ids(kBatch, 1, 3, 1000 + key).reshaped({8}));
  }
}

inline bool same_weights(const Model& a, const Model& b) {
  return a.get_weights() == b.get_weights();
}

}  // namespace linnet::test
