// Rescaling: numbers of one range as numbers of another.
#pragma once

#include <linnet/graph/layer.hpp>

namespace linnet::inline v0 {

/// One number for all channels, or a list with one for each.
class PerChannel {
 public:
  PerChannel(double number) : numbers_{static_cast<float>(number)} {}
  PerChannel(std::initializer_list<float> numbers) : numbers_(numbers), list_(true) {}
  PerChannel(std::vector<float> numbers) : numbers_(std::move(numbers)), list_(true) {}

  bool is_list() const { return list_; }
  const std::vector<float>& numbers() const { return numbers_; }

  LINNET_API Config to_config() const;
  LINNET_API static PerChannel from_config(const Config& config);

 private:
  std::vector<float> numbers_;
  bool list_ = false;
};

/// y = x scale + offset, along the last axis where they are lists.
///   Rescaling{.scale = 1.0 / 255}               0..255 to 0..1
///   Rescaling{.scale = 1 / 127.5, .offset = -1}  0..255 to -1..1
struct Rescaling {
  static constexpr const char* kName = "Rescaling";
  static constexpr MaskRule kMask = MaskRule::pass;

  PerChannel scale = 1;
  PerChannel offset = 0;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("scale", self.scale);
    field("offset", self.offset);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  LINNET_API Value emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
