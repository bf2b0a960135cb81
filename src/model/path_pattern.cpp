#include "model/path_pattern.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/require.hpp"

namespace linnet::inline v0::detail {

namespace {

constexpr std::string_view kEpoch = "epoch", kBatch = "batch";
constexpr int kMostDigits = 30;  ///< of width and digits

[[noreturn]] void refuse_pattern(std::string_view what, std::string_view at) {
  fail(ErrorCode::invalid_argument, cat("ModelCheckpoint: filepath: ", what, ": '", at, "'"));
}

/// Takes a number from the front of `text`; `absent` if there is none.
int take_number(std::string_view& text, int absent) {
  int number = absent;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc::invalid_argument || text.starts_with('-')) return absent;
  if (read.ec != std::errc() || number > kMostDigits) {
    refuse_pattern(cat("a width or precision must be at most ", kMostDigits), text);
  }
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
  return number;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

std::string written(double value, int digits) {
  char buffer[400];  // the largest double has 309 digits before the point
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, digits).ptr;
  return std::string(buffer, end);
}

}  // namespace

PathPattern::PathPattern(std::string_view pattern) {
  require_path("ModelCheckpoint: filepath", pattern);
  Part part;
  while (!pattern.empty()) {
    const std::size_t brace = std::min(pattern.find_first_of("{}"), pattern.size());
    part.text += pattern.substr(0, brace);
    pattern.remove_prefix(brace);
    if (pattern.starts_with("{{") || pattern.starts_with("}}")) {
      part.text += pattern.front();
      pattern.remove_prefix(2);
    } else if (pattern.starts_with('{')) {
      const std::size_t end = pattern.find('}');
      if (end == pattern.npos) refuse_pattern("'{' without '}'", pattern);
      const std::string_view place = pattern.substr(1, end - 1);
      const std::size_t colon = std::min(place.find(':'), place.size());
      part.name = place.substr(0, colon);
      part.whole = part.name == kEpoch || part.name == kBatch;
      if (part.name.empty()) refuse_pattern("a place without a name", pattern);
      if (colon < place.size()) read_format(place.substr(colon + 1), part);
      parts_.push_back(std::move(part));
      part = {};
      pattern.remove_prefix(end + 1);
    } else if (!pattern.empty()) {
      refuse_pattern("'}' without '{'", pattern);
    }
  }
  parts_.push_back(std::move(part));
}

void PathPattern::read_format(std::string_view format, Part& part) {
  std::string_view rest = format;
  part.zeros = take(rest, '0');
  part.width = static_cast<std::size_t>(take_number(rest, 0));
  const bool dot = take(rest, '.');
  if (dot) part.digits = take_number(rest, -1);
  part.whole = part.whole && !dot;
  const bool known = rest.empty() || rest == "f" || (rest == "d" && part.whole);
  if (!known || part.digits < 0) refuse_pattern("a format must be like 02d or .2f", format);
  if (rest == "f") part.whole = false;
}

void PathPattern::check_names(std::span<const std::string> names, bool batches) const {
  for (const Part& part : parts_) {
    if (part.name.empty() || part.name == kEpoch || (batches && part.name == kBatch)) continue;
    if (std::ranges::find(names, part.name) != names.end()) continue;
    std::string known(batches ? "epoch, batch" : "epoch");
    for (const std::string& name : names) known += ", " + name;
    fail(ErrorCode::not_found,
         cat("ModelCheckpoint: filepath: nothing is called '", part.name, "'; there are: ", known));
  }
}

std::string PathPattern::path(int epoch, Index batch, const Logs& logs) const {
  std::string path;
  for (const Part& part : parts_) {
    path += part.text;
    if (part.name.empty()) continue;
    const double value = part.name == kEpoch   ? static_cast<double>(epoch) + 1
                         : part.name == kBatch ? static_cast<double>(batch) + 1
                                               : logs[part.name];
    std::string number = written(value, part.whole ? 0 : part.digits);
    if (number.size() < part.width) {
      const bool zeros = part.zeros && std::isfinite(value);
      const std::size_t sign = zeros && number.starts_with('-') ? 1 : 0;
      number.insert(sign, part.width - number.size(), zeros ? '0' : ' ');
    }
    path += number;
  }
  return path;
}

}  // namespace linnet::inline v0::detail
