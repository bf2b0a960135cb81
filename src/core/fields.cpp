#include <algorithm>
#include <cstring>
#include <limits>
#include <linnet/core/fields.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

template <class T, class Read>
std::vector<T> read_list(const Config& config, Read read) {
  if (config.is_string()) {
    // Keras takes the name of a file for a list of words.
    const bool path = config.as_string().find_first_of("./\\") != std::string::npos;
    fail(ErrorCode::invalid_argument,
         cat("expected a list, got '", config.as_string(), "'",
             path ? "; no file is opened: give what it would hold" : ""));
  }
  std::vector<T> list;
  for (const Config& item : config.items()) list.push_back(read(item));
  return list;
}

template <class T>
Config write_list(const std::vector<T>& list) {
  Config config = Config::list();
  for (const T& item : list) config.push_back(Config(item));
  return config;
}

int read_int(const Config& config) {
  const std::int64_t value = config.as_integer();
  if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
    fail(ErrorCode::out_of_range, cat("config: ", value, " is too large for an int"));
  }
  return static_cast<int>(value);
}

/// Python counts True as 1.
bool read_bool(const Config& config) {
  const bool number = config.is_integer() && (config.as_integer() == 0 || config.as_integer() == 1);
  return number ? config.as_integer() == 1 : config.as_bool();
}

float read_float(const Config& config) { return static_cast<float>(config.as_number()); }

Config write_shape(const Shape& shape) {
  Config config = Config::list();
  for (const Index size : shape) config.push_back(size == any ? Config() : Config(size));
  return config;
}

Shape read_shape(const Config& config) {
  const auto sizes = read_list<Index>(
      config, [](const Config& c) { return c.is_null() ? any : Index{c.as_integer()}; });
  return Shape(std::span<const Index>(sizes));
}

}  // namespace

FieldVisitor FieldVisitor::writer(Config& target) {
  FieldVisitor visitor;
  visitor.target_ = &target;
  return visitor;
}

FieldVisitor FieldVisitor::reader(const Config& source, std::string where) {
  FieldVisitor visitor;
  visitor.source_ = &source;
  visitor.where_ = std::move(where);
  return visitor;
}

void FieldVisitor::write(const char* key, Config value) { (*target_)[key] = std::move(value); }

const Config* FieldVisitor::source_of(const char* key) {
  asked_.push_back(key);
  return source_->find(key);
}

template <class T, class Read>
void FieldVisitor::visit(const char* key, T& field, Read read) {
  const Config* value = source_of(key);
  if (value == nullptr) return;
  try {
    field = read(*value);
  } catch (const Error& error) {
    throw error.within(cat(where_, ": ", key));
  }
}

void FieldVisitor::operator()(const char* key, bool& field) {
  if (target_ != nullptr) return write(key, Config(field));
  visit(key, field, read_bool);
}

void FieldVisitor::operator()(const char* key, int& field) {
  if (target_ != nullptr) return write(key, Config(field));
  visit(key, field, read_int);
}

void FieldVisitor::operator()(const char* key, Index& field) {
  if (target_ != nullptr) return write(key, Config(field));
  visit(key, field, [](const Config& c) { return c.as_integer(); });
}

void FieldVisitor::operator()(const char* key, float& field) {
  if (target_ != nullptr) return write(key, Config(field));
  visit(key, field, read_float);
}

void FieldVisitor::operator()(const char* key, double& field) {
  if (target_ != nullptr) return write(key, Config(field));
  visit(key, field, [](const Config& c) { return c.as_number(); });
}

void FieldVisitor::operator()(const char* key, std::string& field) {
  if (target_ != nullptr) return write(key, Config(field));
  visit(key, field, [](const Config& c) { return c.as_string(); });
}

void FieldVisitor::operator()(const char* key, Shape& field) {
  if (target_ != nullptr) return write(key, write_shape(field));
  visit(key, field, read_shape);
}

void FieldVisitor::operator()(const char* key, DType& field) {
  if (target_ != nullptr) return write(key, Config(name_of(field)));
  visit(key, field, [](const Config& c) { return dtype_named(c.as_string()); });
}

void FieldVisitor::operator()(const char* key, std::vector<Index>& field) {
  if (target_ != nullptr) return write(key, write_list(field));
  visit(key, field, [](const Config& c) {
    if (c.is_null()) return std::vector<Index>{};
    if (c.is_integer()) return std::vector<Index>{c.as_integer()};
    return read_list<Index>(c, [](const Config& item) { return item.as_integer(); });
  });
}

void FieldVisitor::operator()(const char* key, std::vector<float>& field) {
  if (target_ != nullptr) return write(key, write_list(field));
  visit(key, field, [](const Config& c) { return read_list<float>(c, read_float); });
}

void FieldVisitor::operator()(const char* key, std::vector<std::string>& field) {
  if (target_ != nullptr) return write(key, write_list(field));
  visit(key, field, [](const Config& c) {
    return read_list<std::string>(c, [](const Config& item) { return item.as_string(); });
  });
}

void FieldVisitor::finish() const {
  for (const Config::Member& member : source_->members()) {
    const std::string& key = member.key;
    const bool known =
        std::any_of(asked_.begin(), asked_.end(), [&](const char* asked) { return key == asked; });
    if (known) continue;
    std::string list;
    for (auto asked = asked_.begin(); asked != asked_.end(); ++asked) {
      const bool again = std::any_of(asked_.begin(), asked, [&](const char* other) {
        return std::string_view(other) == *asked;
      });
      if (!again) list += cat(list.empty() ? "" : ", ", *asked);
    }
    fail(ErrorCode::not_found, cat(where_, ": unknown key '", key, "'; known: ", list));
  }
}

}  // namespace linnet::inline v0
