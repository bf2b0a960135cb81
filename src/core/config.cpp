#include <charconv>
#include <cmath>
#include <linnet/core/config.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// The double that reads like the float's shortest decimal form.
double shortest(float value) {
  if (!std::isfinite(value)) return static_cast<double>(value);
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  double read = 0;
  std::from_chars(buffer, end, read);
  return read;
}

[[noreturn]] void wrong_kind(std::string_view wanted, const Config& got) {
  fail(ErrorCode::invalid_argument, cat("config: expected ", wanted, ", got ", got.kind()));
}

}  // namespace

Config::Config() = default;
Config::Config(bool value) : value_(value) {}
Config::Config(std::int64_t value) : value_(value) {}
Config::Config(double value) : value_(value) {}
Config::Config(float value) : value_(shortest(value)) {}
Config::Config(std::string value) : value_(std::move(value)) {}
Config::Config(std::string_view value) : value_(std::string(value)) {}
Config::Config(const char* value) : value_(std::string(value)) {}
Config::Config(List value) : value_(std::move(value)) {}
Config::Config(const Config&) = default;
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(const Config&) = default;
Config& Config::operator=(Config&&) noexcept = default;
Config::~Config() = default;

Config Config::object() {
  Config c;
  c.value_ = Object{};
  return c;
}

Config Config::object(Object members) {
  Config c;
  c.value_ = std::move(members);
  return c;
}

Config Config::list() { return Config(List{}); }

bool Config::is_null() const { return value_.index() == 0; }
bool Config::is_bool() const { return std::holds_alternative<bool>(value_); }
bool Config::is_integer() const { return std::holds_alternative<std::int64_t>(value_); }
bool Config::is_number() const { return is_integer() || std::holds_alternative<double>(value_); }
bool Config::is_string() const { return std::holds_alternative<std::string>(value_); }
bool Config::is_list() const { return std::holds_alternative<List>(value_); }
bool Config::is_object() const { return std::holds_alternative<Object>(value_); }

bool Config::as_bool() const {
  if (const bool* value = std::get_if<bool>(&value_)) return *value;
  wrong_kind("bool", *this);
}

std::int64_t Config::as_integer() const {
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return *value;
  if (const auto* value = std::get_if<double>(&value_)) {
    if (std::abs(*value) < 9e15 && *value == std::floor(*value)) {
      return static_cast<std::int64_t>(*value);
    }
  }
  wrong_kind("integer", *this);
}

double Config::as_number() const {
  if (const auto* value = std::get_if<double>(&value_)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&value_)) return static_cast<double>(*value);
  wrong_kind("number", *this);
}

const std::string& Config::as_string() const {
  if (const auto* value = std::get_if<std::string>(&value_)) return *value;
  wrong_kind("string", *this);
}

const Config::List& Config::items() const {
  if (const auto* value = std::get_if<List>(&value_)) return *value;
  wrong_kind("list", *this);
}

const Config::Object& Config::members() const {
  if (const auto* value = std::get_if<Object>(&value_)) return *value;
  wrong_kind("object", *this);
}

const Config* Config::find(std::string_view key) const {
  for (const Member& member : members()) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

const Config& Config::at(std::string_view key) const {
  if (const Config* value = find(key)) return *value;
  fail(ErrorCode::not_found, cat("config: no key '", key, "'"));
}

Config& Config::operator[](std::string_view key) {
  if (is_null()) value_ = Object{};
  if (!is_object()) wrong_kind("object", *this);
  auto& all = std::get<Object>(value_);
  for (Member& member : all) {
    if (member.key == key) return member.value;
  }
  all.push_back({std::string(key), Config()});
  return all.back().value;
}

void Config::push_back(Config item) {
  if (is_null()) value_ = List{};
  if (!is_list()) wrong_kind("list", *this);
  std::get<List>(value_).push_back(std::move(item));
}

std::string_view Config::kind() const {
  constexpr std::string_view kKinds[] = {"null",   "bool", "integer", "number",
                                         "string", "list", "object"};
  return kKinds[value_.index()];
}

bool operator==(const Config& a, const Config& b) {
  if (a.is_integer() && b.is_integer()) return a.as_integer() == b.as_integer();
  if (a.is_number() && b.is_number()) return a.as_number() == b.as_number();
  return a.value_ == b.value_;
}

}  // namespace linnet::inline v0
