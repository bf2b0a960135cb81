// HashMask: what is not hashed.
#pragma once

#include <linnet/core/config.hpp>
#include <linnet/core/shape.hpp>
#include <string>
#include <variant>

namespace linnet::inline v0 {

/// A text or an integer that stands for nothing, or none.
class HashMask {
 public:
  HashMask() = default;
  HashMask(const char* text) : value_(std::string(text)) {}
  HashMask(std::string text) : value_(std::move(text)) {}
  HashMask(Index number) : value_(number) {}

  bool given() const { return value_.index() != 0; }
  const std::string* text() const { return std::get_if<std::string>(&value_); }
  const Index* number() const { return std::get_if<Index>(&value_); }

  LINNET_API Config to_config() const;
  LINNET_API static HashMask from_config(const Config& config);

 private:
  std::variant<std::monostate, std::string, Index> value_;
};

}  // namespace linnet::inline v0
