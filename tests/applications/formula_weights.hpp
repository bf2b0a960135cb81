// formula_weights: weights that golden/topics/applications.py computes too, so that none are
// stored.
#pragma once

#include <cmath>
#include <linnet/linnet.hpp>
#include <string>
#include <string_view>

namespace linnet::test {

/// FNV-1a, 32 bits.
inline std::uint32_t hash_of(std::string_view text) {
  std::uint32_t value = 2166136261u;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 16777619u;
  return value;
}

inline bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// Numbers that depend on the weight's path ("conv1_conv/kernel") and the place alone.
inline Tensor formula_weight(const std::string& path, const Shape& shape) {
  Tensor weight(DType::float32, shape);
  const bool kernel = ends_with(path, "kernel");
  const bool near_one = ends_with(path, "/gamma") || ends_with(path, "/moving_variance") ||
                        ends_with(path, "/variance");
  const double bound =
      kernel ? 2 * std::sqrt(3.0 / static_cast<double>(shape.elements(0, shape.rank() - 1))) : 0.2;
  std::uint32_t counter = hash_of(path);
  for (float& value : weight.data<float>()) {
    const std::uint32_t mixed = (counter ^ (counter >> 15)) * 2246822519u;
    const double unit = static_cast<double>(mixed) / 4294967296.0;
    value = static_cast<float>(near_one ? 0.5 + unit : (unit - 0.5) * bound);
    counter += 2654435761u;
  }
  return weight;
}

}  // namespace linnet::test
