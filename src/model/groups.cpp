// Parameters with rates of their own, chosen by patterns for their paths.
#include "model/groups.hpp"

#include <algorithm>
#include <set>

#include "core/require.hpp"

namespace linnet::inline v0::detail {

namespace {

/// How many characters have to change for `path` to be one that the pattern stands for; 0: it is.
std::size_t distance(std::string_view pattern, std::string_view path) {
  std::vector<std::size_t> row(path.size() + 1);  // from the pattern so far to each part of `path`
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (const char c : pattern) {
    std::size_t diagonal = row[0];
    if (c != '*') ++row[0];
    for (std::size_t j = 1; j < row.size(); ++j) {
      const std::size_t above = row[j];
      if (c == '*') {
        row[j] = std::min(above, row[j - 1]);
      } else {
        const bool same = c == '?' || c == path[j - 1];
        row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (same ? 0 : 1)});
      }
      diagonal = above;
    }
  }
  return row.back();
}

/// "base/conv/kernel" -> "base", "base/conv", "base/conv/kernel"
std::vector<std::string_view> names_in(std::string_view path) {
  std::vector<std::string_view> names;
  for (std::size_t end = path.find('/'); end != path.npos; end = path.find('/', end + 1)) {
    names.push_back(path.substr(0, end));
  }
  names.push_back(path);
  return names;
}

bool holds(const ParameterGroup& group, std::string_view path) {
  const auto names = names_in(path);
  return std::ranges::any_of(
      names, [&](std::string_view name) { return distance(group.path, name) == 0; });
}

/// The names that come closest to a pattern that nothing has.
std::string nearest(std::string_view pattern, const std::vector<PathParameter>& parameters) {
  constexpr std::size_t kShown = 3;
  std::set<std::pair<std::size_t, std::string_view>> known;
  for (const PathParameter& p : parameters) {
    for (const std::string_view name : names_in(p.path))
      known.emplace(distance(pattern, name), name);
  }
  std::string list;
  std::size_t count = 0;
  for (const auto& [edits, name] : known) {
    if (count++ == kShown) break;
    list += cat(list.empty() ? "'" : ", '", name, "'");
  }
  return list;
}

}  // namespace

void check_groups(const ModelState& model, const std::vector<ParameterGroup>& groups) {
  const auto parameters = parameters_of(model);
  for (const ParameterGroup& group : groups) {
    const std::string where = cat("compile: parameter_groups: '", group.path, "'");
    require(where, "learning_rate_multiplier", group.learning_rate_multiplier, kNotNegative);
    require(where, "weight_decay_multiplier", group.weight_decay_multiplier, kNotNegative);
    if (!model.built) continue;
    if (std::ranges::any_of(parameters,
                            [&](const PathParameter& p) { return holds(group, p.path); })) {
      continue;
    }
    fail(ErrorCode::not_found,
         cat(where, ": no parameter has this path; closest: ", nearest(group.path, parameters)));
  }
}

void apply_groups(const ModelState& model) {
  for (const PathParameter& p : parameters_of(model)) {
    p.parameter->rate = p.parameter->decay = 1;
    for (const ParameterGroup& group : model.compiled->options.parameter_groups) {
      if (!holds(group, p.path)) continue;
      p.parameter->rate = group.learning_rate_multiplier.value_or(p.parameter->rate);
      p.parameter->decay = group.weight_decay_multiplier.value_or(p.parameter->decay);
    }
  }
}

Config groups_config(const std::vector<ParameterGroup>& groups) {
  const auto number = [](const std::optional<float>& x) { return x ? Config(*x) : Config(); };
  Config list = Config::list();
  for (const ParameterGroup& group : groups) {
    Config entry = Config::object();
    entry["path"] = Config(group.path);
    entry["learning_rate_multiplier"] = number(group.learning_rate_multiplier);
    entry["weight_decay_multiplier"] = number(group.weight_decay_multiplier);
    list.push_back(std::move(entry));
  }
  return list;
}

std::vector<ParameterGroup> groups_from(const Config& list) {
  const auto number = [](const Config& entry) {
    return entry.is_null() ? std::nullopt
                           : std::optional<float>(static_cast<float>(entry.as_number()));
  };
  std::vector<ParameterGroup> groups;
  for (const Config& entry : list.items()) {
    groups.push_back({entry.at("path").as_string(), number(entry.at("learning_rate_multiplier")),
                      number(entry.at("weight_decay_multiplier"))});
  }
  return groups;
}

}  // namespace linnet::inline v0::detail
