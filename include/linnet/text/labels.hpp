// LabelIndex: the class names of a classifier in the order of its outputs.
#pragma once

#include <linnet/core/config.hpp>
#include <linnet/core/tensor.hpp>
#include <linnet/text/vocabulary.hpp>

namespace linnet::inline v0 {

/// Class names and their numbers 0, 1, ...
class LINNET_API LabelIndex {
 public:
  LabelIndex() = default;
  /// Names in this order. Error: invalid_argument: a name occurs twice, or is not UTF-8.
  explicit LabelIndex(std::span<const std::string> names);
  /// The distinct labels of a data set, sorted by code point (as Python sorts strings).
  /// Error: invalid_argument: no labels, or a label that is not UTF-8 (names the row).
  static LabelIndex of(std::span<const std::string> labels);

  Index size() const { return names_.size(); }
  /// The name of a class. Error: out of range.
  std::string name(Index id) const;
  std::vector<std::string> names() const { return names_.tokens(); }

  /// The number of a label, or -1.
  Index find(std::string_view label) const { return names_.find(label); }
  /// The number of a label. Error: not_found, naming the label and the classes.
  Index id(std::string_view label) const;
  /// The numbers of labels: int32 (n). Error: not_found, naming row, label and the classes.
  Tensor ids(std::span<const std::string> labels) const;

  /// The list of names.
  Config to_config() const;
  static LabelIndex from_config(const Config& config);

  friend bool operator==(const LabelIndex& a, const LabelIndex& b) = default;

 private:
  [[noreturn]] void unknown(std::string_view label, Index row) const;

  Vocabulary names_;
};

}  // namespace linnet::inline v0
