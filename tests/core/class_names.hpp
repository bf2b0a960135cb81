// class_names: the built-in losses, optimizers, metrics, ... by the names of their classes.
#pragma once

#include <linnet/core/named.hpp>
#include <set>
#include <string>

namespace linnet::test {

/// Of a list like detail::Losses, all but those in `without`.
template <class Model, template <class> class Holder, class... Ts>
std::set<std::string> class_names(detail::BuiltIn<Model, Holder, Ts...>,
                                  const std::set<std::string>& without = {}) {
  std::set<std::string> names{std::string(Ts::kName)...};
  for (const std::string& name : without) names.erase(name);
  return names;
}

}  // namespace linnet::test
