// Which values of a graph come from parameters and constants alone.
#pragma once

#include <linnet/graph/parameter.hpp>
#include <memory>
#include <unordered_map>

namespace linnet::inline v0 {

/// Answers for nodes of one or several graphs; keeps those that it was asked about.
class Constants {
 public:
  bool holds(const Value& value) { return !value || holds(value.node_handle()); }
  bool holds(const std::shared_ptr<const Node>& node);

 private:
  bool constant(const Node& node) const;

  std::unordered_map<std::shared_ptr<const Node>, bool> known_;
};

}  // namespace linnet::inline v0
