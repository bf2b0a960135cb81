// FieldVisitor: what a layer's, op's or optimizer's `fields()` is called with.
#pragma once

#include <linnet/core/config.hpp>
#include <linnet/core/dtype.hpp>
#include <linnet/core/shape.hpp>
#include <optional>
#include <string>
#include <vector>

namespace linnet::inline v0 {

/// Writes an aggregate's fields into a Config, or reads them from one.
/// An aggregate lists its fields once:
///   static void fields(auto& self, FieldVisitor& field) { field("units",
///   self.units); ... }
/// A type of a field that is not listed below has `Config to_config() const`
/// and `static T from_config(const Config&)`. When reading, a key that is
/// absent leaves the field's default, and a key that nobody asked for is an
/// Error.
class LINNET_API FieldVisitor {
 public:
  static FieldVisitor writer(Config& target);
  /// `where` names the object in errors: "dense_1".
  static FieldVisitor reader(const Config& source, std::string where);

  void operator()(const char* key, bool& field);
  void operator()(const char* key, int& field);
  void operator()(const char* key, Index& field);
  void operator()(const char* key, float& field);
  void operator()(const char* key, double& field);
  void operator()(const char* key, std::string& field);
  void operator()(const char* key, Shape& field);
  void operator()(const char* key, DType& field);
  void operator()(const char* key, std::vector<Index>& field);  ///< also null, or one number
  void operator()(const char* key, std::vector<float>& field);
  void operator()(const char* key, std::vector<std::string>& field);

  template <class T>
  void operator()(const char* key, std::optional<T>& field) {
    if (target_ != nullptr) {
      if (!field) return write(key, Config());
      return (*this)(key, *field);
    }
    const Config* value = source_of(key);
    if (value == nullptr) return;
    if (value->is_null()) {
      field.reset();
      return;
    }
    if (!field) field.emplace();
    (*this)(key, *field);
  }

  template <class T>
  requires requires(const T& t, const Config& c) {
    { t.to_config() } -> std::same_as<Config>;
    { T::from_config(c) } -> std::convertible_to<T>;
  }
  void operator()(const char* key, T& field) {
    if (target_ != nullptr) return write(key, field.to_config());
    if (const Config* value = source_of(key)) field = T::from_config(*value);
  }

  /// After reading: throws if the source has a key that no field asked for.
  void finish() const;

 private:
  FieldVisitor() = default;
  void write(const char* key, Config value);
  const Config* source_of(const char* key);
  template <class T, class Read>
  void visit(const char* key, T& field, Read read);

  Config* target_ = nullptr;
  const Config* source_ = nullptr;
  std::string where_;
  std::vector<const char*> asked_;
};

/// The fields of `object` as a Config object.
template <class T>
Config config_of(T object) {
  Config config = Config::object();
  FieldVisitor visitor = FieldVisitor::writer(config);
  T::fields(object, visitor);
  return config;
}

/// A T whose fields are read from `config`. Error: a key that T does not have,
/// or of another kind.
template <class T>
T from_fields(const Config& config, std::string where) {
  T object{};
  FieldVisitor visitor = FieldVisitor::reader(config, std::move(where));
  T::fields(object, visitor);
  visitor.finish();
  return object;
}

}  // namespace linnet::inline v0
