// ClassNames: what Keras calls the layers of a model in a file, by class and number.
#pragma once

#include <linnet/core/error.hpp>
#include <linnet/core/shape.hpp>
#include <map>
#include <string>

#include "core/snake_case.hpp"
#include "model/state.hpp"

namespace linnet::inline v0::detail::keras {

/// Names of classes as a file has them, of layers whose class has another name here.
using ClassesInFile = std::map<const LayerInstance*, std::string>;

class ClassNames {
 public:
  /// Of the next layer, which has this class: "dense", then "dense_1".
  std::string next(std::string_view class_name) {
    // Keras writes another name of this class into configs.
    if (class_name == "GroupQueryAttention") class_name = "GroupedQueryAttention";
    const std::string name = snake_case(class_name);
    const Index number = used_[name]++;
    return number == 0 ? name : cat(name, "_", number);
  }

 private:
  std::map<std::string, Index> used_;
};

}  // namespace linnet::inline v0::detail::keras
