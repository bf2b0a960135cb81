#include "arguments.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <linnet/io/json.hpp>
#include <set>

namespace linnet::cli {

namespace {

const Option& option_named(std::span<const Option> options, const std::string& name) {
  const auto found = std::ranges::find(options, name, &Option::name);
  if (found == options.end()) throw UsageError("unknown option " + name);
  return *found;
}

/// False if it lacks its value: only a text may be empty, a name that is has been forgotten.
bool may_be(const Option& option, const std::string& value) {
  return !value.empty() || option.value.empty() || option.value == "TEXT";
}

[[noreturn]] void refuse(std::string_view option, const std::string& value,
                         const std::string& wanted) {
  throw UsageError(std::string(option) + " must be " + wanted + ", got '" + value + "'");
}

}  // namespace

Arguments::Arguments(std::span<const Option> options, std::span<const std::string> given) {
  bool only_names = false;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string& word = given[i];
    if (only_names || !word.starts_with("-") || word == "-") {
      names_.push_back(word);
      continue;
    }
    if (word == "--") {
      only_names = true;
      continue;
    }
    if (word == "--help" || word == "-h") {
      help_ = true;
      return;
    }
    const std::size_t equals = std::min(word.find('='), word.size());
    const Option& option = option_named(options, word.substr(0, equals));
    if (!option.repeats && has(option.name)) {
      throw UsageError(std::string(option.name) + " is given twice");
    }
    std::string value;
    if (equals < word.size()) {
      if (option.value.empty()) throw UsageError(std::string(option.name) + " takes no value");
      value = word.substr(equals + 1);
    } else if (!option.value.empty()) {
      if (++i == given.size()) throw UsageError(std::string(option.name) + " needs a value");
      value = given[i];
    }
    if (!may_be(option, value)) {
      throw UsageError(std::string(option.name) + " needs a value");
    }
    given_.push_back({option.name, std::move(value)});
  }
  check_modes(options);
}

void Arguments::check_modes(std::span<const Option> options) const {
  for (const Option& option : options) {
    if (option.mode.empty() || !has(option.name)) continue;
    const bool excluded = option.mode.starts_with('!');
    const std::string other(option.mode.substr(excluded ? 1 : 0));
    if (has(other) != excluded) continue;
    throw UsageError(std::string(option.name) + (excluded ? " does not go with " : " needs ") +
                     other);
  }
}

void Arguments::add(std::span<const Option> options, const Config& object,
                    const std::string& where) {
  const auto refuse_key = [&](const std::string& key, const char* why) {
    throw UsageError(where + ": '" + key + "' " + why);
  };
  std::vector<Given> added;
  std::vector<std::string_view> seen;
  for (const auto& [key, value] : object.members()) {
    std::string name = "--" + key;
    std::ranges::replace(name, '_', '-');
    const auto option = std::ranges::find(options, name, &Option::name);
    if (option == options.end()) refuse_key(key, "is no option");
    const bool flag = option->value.empty();
    if (flag ? !value.is_bool() : !(value.is_string() || value.is_number())) {
      refuse_key(key, flag ? "must be true or false" : "must be a number or a string");
    }
    if (std::ranges::find(seen, option->name) != seen.end()) refuse_key(key, "is given twice");
    seen.push_back(option->name);
    if (has(option->name) || (flag && !value.as_bool())) continue;
    const std::string text = value.is_string() ? value.as_string() : flag ? "" : to_json(value);
    if (!may_be(*option, text)) refuse_key(key, "needs a value");
    added.push_back({option->name, text});
  }
  given_.insert(given_.end(), added.begin(), added.end());
}

const std::string* Arguments::find(std::string_view option) const {
  const auto found = std::ranges::find(given_, option, &Given::option);
  return found == given_.end() ? nullptr : &found->value;
}

std::string Arguments::text(std::string_view option, std::string fallback) const {
  const std::string* value = find(option);
  return value == nullptr ? std::move(fallback) : *value;
}

std::vector<std::string> Arguments::all(std::string_view option) const {
  std::vector<std::string> values;
  for (const Given& given : given_) {
    if (given.option == option) values.push_back(given.value);
  }
  return values;
}

std::int64_t Arguments::integer(std::string_view option, std::int64_t fallback, std::int64_t least,
                                std::int64_t most) const {
  const std::string* text = find(option);
  if (text == nullptr) return fallback;
  std::int64_t value = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || stop != end || value < least || value > most) {
    refuse(option, *text,
           "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  }
  return value;
}

double Arguments::number(std::string_view option, double fallback, double least,
                         double most) const {
  const std::string* text = find(option);
  if (text == nullptr) return fallback;
  double value = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, value);
  // NaN is in no range.
  if (error != std::errc() || stop != end || !(value >= least && value < most)) {
    char range[64];
    std::snprintf(range, sizeof range, "a number from %g to below %g", least, most);
    refuse(option, *text, range);
  }
  return value;
}

std::vector<std::string> Arguments::names(std::initializer_list<std::string_view> what,
                                          bool more) const {
  if (names_.size() < what.size()) {
    throw UsageError(std::string(what.begin()[names_.size()]) + " is missing");
  }
  if (!more && names_.size() > what.size())
    throw UsageError("unexpected '" + names_[what.size()] + "'");
  return names_;
}

void require_apart(const std::vector<std::string>& written, const std::vector<std::string>& read) {
  const auto place = [](const std::string& path) {
    std::error_code unknown;  // then the path itself is all that there is to compare
    const auto found = std::filesystem::weakly_canonical(path, unknown);
    return unknown ? std::filesystem::path(path) : found;
  };
  std::set<std::filesystem::path> kept, made;
  for (const std::string& path : read) kept.insert(place(path));
  for (const std::string& path : written) {
    if (kept.contains(place(path))) throw UsageError(path + " is read: write to another file");
    if (!made.insert(place(path)).second) throw UsageError(path + " would be written twice");
  }
}

}  // namespace linnet::cli
