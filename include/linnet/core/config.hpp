// Config: a value of JSON's kinds, in which layers, models and settings are
// written down.
#pragma once

#include <cstdint>
#include <linnet/core/error.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace linnet::inline v0 {

/// null, bool, integer, number, string, list or object (keys in the order of
/// insertion). Reading a Config as another kind than it holds is an Error that
/// names both.
class LINNET_API Config {
 public:
  struct Member;
  using List = std::vector<Config>;
  using Object = std::vector<Member>;

  Config();  ///< null
  Config(bool value);
  Config(std::int64_t value);
  Config(double value);
  Config(std::string value);
  Config(std::string_view value);
  Config(const char* value);
  Config(List value);
  template <class T>
  requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) Config(T value)
      : Config(static_cast<std::int64_t>(value)) {}
  /// A float keeps its shortest decimal form, so 0.1f is written as 0.1.
  Config(float value);
  static Config object();
  /// An object of these members; that their keys differ is up to the caller.
  static Config object(Object members);
  static Config list();

  Config(const Config&);
  Config(Config&&) noexcept;
  Config& operator=(const Config&);
  Config& operator=(Config&&) noexcept;
  ~Config();

  bool is_null() const;
  bool is_bool() const;
  bool is_integer() const;
  bool is_number() const;  ///< an integer or a number with a fraction
  bool is_string() const;
  bool is_list() const;
  bool is_object() const;

  bool as_bool() const;
  std::int64_t as_integer() const;  ///< also a number without a fraction
  double as_number() const;
  const std::string& as_string() const;
  const List& items() const;
  const Object& members() const;

  /// The member of that key, or null.
  const Config* find(std::string_view key) const;
  /// The member of that key. Error: none.
  const Config& at(std::string_view key) const;
  /// The member of that key, added as null if there is none; a null Config
  /// becomes an object.
  Config& operator[](std::string_view key);
  /// Adds to a list; a null Config becomes a list.
  void push_back(Config item);

  /// "object", "list", ...
  std::string_view kind() const;

  friend LINNET_API bool operator==(const Config& a, const Config& b);

 private:
  std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Object> value_;
};

/// One key of an object.
struct Config::Member {
  std::string key;
  Config value;
  friend bool operator==(const Member& a, const Member& b) {
    return a.key == b.key && a.value == b.value;
  }
};

}  // namespace linnet::inline v0
