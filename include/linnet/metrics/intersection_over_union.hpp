// Intersection over union: how well areas of classes cover one another.
#pragma once

#include <linnet/graph/op.hpp>
#include <optional>
#include <span>
#include <vector>

namespace linnet::inline v0::metrics {

// Of each class true positives / (true positives + false positives + false negatives), all elements
// together; the mean over the target classes that occur. Labels are classes, or with sparse_...
// false scores whose largest along `axis` is the class; labels that are not below num_classes, and
// ignore_class, do not count. Error: num_classes not from 1 to 4096, targets not below it.

/// Of the classes target_class_ids.
struct IoU {
  static constexpr const char* kName = "IoU";
  static constexpr bool kLargerIsBetter = true;
  Index num_classes = 0;                     ///< must be given
  std::vector<Index> target_class_ids = {};  ///< must be given
  std::optional<Index> ignore_class = {};
  bool sparse_y_true = true;
  bool sparse_y_pred = true;
  Index axis = -1;
  std::string name = "io_u";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("num_classes", self.num_classes);
    field("target_class_ids", self.target_class_ids);
    field("ignore_class", self.ignore_class);
    field("sparse_y_true", self.sparse_y_true);
    field("sparse_y_pred", self.sparse_y_pred);
    field("axis", self.axis);
  }
  LINNET_API void check() const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API double result(std::span<const double> sums) const;
};

/// y_true 0 or 1, y_pred probabilities: class 1 where they are at least threshold.
struct BinaryIoU {
  static constexpr const char* kName = "BinaryIoU";
  static constexpr bool kLargerIsBetter = true;
  std::vector<Index> target_class_ids = {0, 1};
  float threshold = 0.5f;
  std::string name = "binary_io_u";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("target_class_ids", self.target_class_ids);
    field("threshold", self.threshold);
  }
  LINNET_API void check() const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API double result(std::span<const double> sums) const;
};

/// Of all classes.
struct MeanIoU {
  static constexpr const char* kName = "MeanIoU";
  static constexpr bool kLargerIsBetter = true;
  Index num_classes = 0;  ///< must be given
  std::optional<Index> ignore_class = {};
  bool sparse_y_true = true;
  bool sparse_y_pred = true;
  Index axis = -1;
  std::string name = "mean_io_u";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("num_classes", self.num_classes);
    field("ignore_class", self.ignore_class);
    field("sparse_y_true", self.sparse_y_true);
    field("sparse_y_pred", self.sparse_y_pred);
    field("axis", self.axis);
  }
  LINNET_API void check() const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API double result(std::span<const double> sums) const;
};

/// IoU with one-hot y_true.
struct OneHotIoU {
  static constexpr const char* kName = "OneHotIoU";
  static constexpr bool kLargerIsBetter = true;
  Index num_classes = 0;                     ///< must be given
  std::vector<Index> target_class_ids = {};  ///< must be given
  std::optional<Index> ignore_class = {};
  bool sparse_y_pred = false;
  Index axis = -1;
  std::string name = "one_hot_io_u";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("num_classes", self.num_classes);
    field("target_class_ids", self.target_class_ids);
    field("ignore_class", self.ignore_class);
    field("sparse_y_pred", self.sparse_y_pred);
    field("axis", self.axis);
  }
  LINNET_API void check() const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API double result(std::span<const double> sums) const;
};

/// MeanIoU with one-hot y_true.
struct OneHotMeanIoU {
  static constexpr const char* kName = "OneHotMeanIoU";
  static constexpr bool kLargerIsBetter = true;
  Index num_classes = 0;  ///< must be given
  std::optional<Index> ignore_class = {};
  bool sparse_y_pred = false;
  Index axis = -1;
  std::string name = "one_hot_mean_io_u";
  static void fields(auto& self, FieldVisitor& field) {
    field("name", self.name);
    field("num_classes", self.num_classes);
    field("ignore_class", self.ignore_class);
    field("sparse_y_pred", self.sparse_y_pred);
    field("axis", self.axis);
  }
  LINNET_API void check() const;
  LINNET_API Values sums(const Value& y_true, const Value& y_pred, const Value& weight) const;
  LINNET_API double result(std::span<const double> sums) const;
};

}  // namespace linnet::inline v0::metrics
