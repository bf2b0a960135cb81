// The text workload: rows of word ids like text, and the classifier of the README over them.
#pragma once

#include <algorithm>
#include <cmath>
#include <linnet/core/random.hpp>
#include <linnet/linnet.hpp>
#include <vector>

namespace bench {

inline constexpr linnet::Index kVocabulary = 20000, kLength = 200, kWidth = 64, kClasses = 4;

struct TextRows {
  linnet::Tensor x;  ///< int32 (rows, kLength), 0 as padding on the right
  linnet::Tensor y;  ///< float32 (rows, kClasses), one-hot
};

/// Row lengths are log-normal (median 100, 15 to 200); words are Zipf; one word in eight comes
/// from the row's class, which has an order of the vocabulary of its own; 5 % of the labels are
/// drawn anew.
inline TextRows text_rows(linnet::Index rows) {
  using linnet::Index;
  TextRows data{linnet::Tensor(linnet::DType::int32, {rows, kLength}),
                linnet::Tensor(linnet::DType::float32, {rows, kClasses})};
  std::vector<double> cumulative;
  double total = 0;
  for (Index word = 1; word < kVocabulary; ++word) {
    total += 1 / std::pow(static_cast<double>(word) + 2.7, 1.05);
    cumulative.push_back(total);
  }
  const linnet::RandomStream words(1, "words"), lengths(1, "lengths"), labels(1, "labels");
  for (Index row = 0; row < rows; ++row) {
    const auto r = static_cast<std::uint64_t>(row);
    const auto label = static_cast<Index>(labels.below(kClasses, r));
    const double drawn = std::exp(4.6 + 0.5 * static_cast<double>(lengths.normal(r)));
    const Index length = std::clamp<Index>(static_cast<Index>(drawn), 15, kLength);
    for (Index t = 0; t < length; ++t) {
      const auto at = static_cast<std::uint64_t>(t);
      const double u = total * static_cast<double>(words.uniform(at, 3 * r));
      Index word =
          std::lower_bound(cumulative.begin(), cumulative.end(), u) - cumulative.begin() + 1;
      if (words.below(8, at, 3 * r + 1) == 0)
        word = (word * 7919 + label * 4999) % (kVocabulary - 1) + 1;
      data.x.data<std::int32_t>()[static_cast<std::size_t>(row * kLength + t)] =
          static_cast<std::int32_t>(std::min(word, kVocabulary - 1));
    }
    const bool flipped = labels.below(20, r, 1) == 0;
    const Index shown = flipped ? static_cast<Index>(labels.below(kClasses, r, 2)) : label;
    data.y.data<float>()[static_cast<std::size_t>(row * kClasses + shown)] = 1;
  }
  return data;
}

inline linnet::Sequential text_model(const linnet::Optimizer& optimizer = "adam") {
  linnet::Sequential model{
      linnet::Embedding{.input_dim = kVocabulary, .output_dim = kWidth},
      linnet::GlobalAveragePooling1D{},
      linnet::Dense{.units = kClasses, .activation = "softmax"},
  };
  model.compile(
      {.optimizer = optimizer, .loss = "categorical_crossentropy", .metrics = {"accuracy"}});
  return model;
}

}  // namespace bench
