// golden_classes: which classes a golden file has cases of.
#pragma once

#include <set>

#include "golden/golden.hpp"

namespace linnet::test {

/// By the class_name in each case's facts, or in this `part` of them.
inline std::set<std::string> golden_classes(const Golden& golden, const std::string& part = {}) {
  std::set<std::string> names;
  for (const GoldenCase& each : golden.cases()) {
    const Config* facts = part.empty() ? &each.facts : each.facts.find(part);
    const Config* name = facts == nullptr ? nullptr : facts->find("class_name");
    if (name != nullptr) names.insert(name->as_string());
  }
  return names;
}

}  // namespace linnet::test
