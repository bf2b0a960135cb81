// Golden: one file that Keras wrote, case by case.
#pragma once

#include <algorithm>
#include <cmath>
#include <linnet/io/json.hpp>
#include <linnet/io/safetensors.hpp>
#include <string>
#include <vector>

namespace linnet::test {

/// A case of a golden file; see README.md for the roles of its tensors.
struct GoldenCase {
  const SafetensorsFile& file;
  std::string name;
  Config facts;

  const Tensor* find(const std::string& role) const { return file.find(name + "/" + role); }
  /// A copy; own memory, so that it may be changed.
  Tensor at(const std::string& role) const {
    const Tensor* tensor = find(role);
    if (tensor == nullptr) detail::fail(ErrorCode::not_found, name + "/" + role);
    return tensor->clone();
  }
  /// All of role/0, role/1, ...
  std::vector<Tensor> numbered(const std::string& role) const {
    std::vector<Tensor> tensors;
    while (find(role + "/" + std::to_string(tensors.size())) != nullptr) {
      tensors.push_back(at(role + "/" + std::to_string(tensors.size())));
    }
    return tensors;
  }
};

/// All cases of tests/golden/<topic>.safetensors.
class Golden {
 public:
  explicit Golden(const std::string& topic)
      : file_(
            read_safetensors(std::string(LINNET_TEST_DATA) + "/golden/" + topic + ".safetensors")) {
    for (const auto& [key, text] : file_.metadata) {
      if (key != "versions") cases_.push_back({file_, key, parse_json(text)});
    }
  }
  Golden(const Golden&) = delete;
  Golden& operator=(const Golden&) = delete;
  const std::vector<GoldenCase>& cases() const { return cases_; }

 private:
  SafetensorsFile file_;
  std::vector<GoldenCase> cases_;
};

/// The first number that is further from the expected one than `part` of the largest of these (of
/// `least`, if all are smaller), in words; empty: none is. Only NaN is like NaN; numbers as large
/// as those that stand for infinity have to be the same, and do not count as the largest.
inline std::string first_apart(const Tensor& got, const Tensor& expected, double part,
                               double least) {
  if (got.shape() != expected.shape()) return got.shape().str() + ", not " + expected.shape().str();
  const Tensor a = got.cast(DType::float64), b = expected.cast(DType::float64);
  const auto x = a.data<double>(), y = b.data<double>();
  double largest = least;
  for (const double number : y) {
    if (std::abs(number) < 1e30) largest = std::max(largest, std::abs(number));
  }
  for (std::size_t i = 0; i < y.size(); ++i) {
    const bool same = x[i] == y[i] || (std::isnan(x[i]) && std::isnan(y[i]));
    if (same || std::abs(x[i] - y[i]) <= part * largest) continue;
    return "element " + std::to_string(i) + ": " + std::to_string(x[i]) + ", not " +
           std::to_string(y[i]);
  }
  return {};
}

}  // namespace linnet::test
