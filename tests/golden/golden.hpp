// Golden: one file that Keras wrote, case by case.
#pragma once

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

}  // namespace linnet::test
