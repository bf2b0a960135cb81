// Named: what the holders of losses, optimizers, initializers, metrics, ... share.
#pragma once

#include <concepts>
#include <linnet/core/fields.hpp>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace linnet::inline v0::detail {

/// What is known of an object of any kind. A kind adds the functions that make it one: LossModel
/// has emit(), InitializerModel has fill().
struct NamedModel {
  virtual ~NamedModel() = default;
  virtual std::string_view class_name() const = 0;
  virtual Config config() const = 0;
  virtual const void* address() const = 0;
};

/// The part of a model that only needs to know which aggregate it holds. An aggregate may have
/// `void check() const`, which throws if its fields make no sense: it is called where one is given.
template <class Model, class T>
struct NamedHolder : Model {
  explicit NamedHolder(T object) : held(std::move(object)) {
    if constexpr (requires(const T& given) { given.check(); }) held.check();
  }
  std::string_view class_name() const override { return T::kName; }
  Config config() const override { return config_of(held); }
  const void* address() const override { return &held; }
  T held;
};

constexpr char lower(char c) { return 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// True if `name` is `camel` in lower case, with underscores between words or without any:
/// "top_k_categorical_accuracy" for TopKCategoricalAccuracy, "adamw" and "adam_w" for AdamW.
constexpr bool spells(std::string_view name, std::string_view camel, bool underscores) {
  const auto is_upper = [&](std::size_t i) {
    return i < camel.size() && lower(camel[i]) != camel[i];
  };
  const auto is_lower = [&](std::size_t i) {
    return i < camel.size() && 'a' <= camel[i] && camel[i] <= 'z';
  };
  std::size_t at = 0;
  for (std::size_t i = 0; i < camel.size(); ++i) {
    if (underscores && i > 0 && is_upper(i) && (is_lower(i - 1) || is_lower(i + 1))) {
      if (at >= name.size() || name[at++] != '_') return false;
    }
    if (at >= name.size() || name[at++] != lower(camel[i])) return false;
  }
  return at == name.size();
}

/// True if Keras finds T under this name: its class name, one of the spellings above, or one of
/// T::kAliases.
template <class T>
constexpr bool is_named(std::string_view name) {
  const std::string_view own = T::kName;
  bool found = name == own || spells(name, own, true) || spells(name, own, false);
  if constexpr (requires { T::kAliases; }) {
    for (const std::string_view alias : T::kAliases) found = found || name == alias;
  }
  return found;
}

/// Makes an object of a class outside the library from its fields.
using NamedMaker = std::shared_ptr<const NamedModel> (*)(const Config& fields);
/// `kind` is the kWhat of a model. A second maker of one class takes the first one's place.
LINNET_API void register_maker(std::string_view kind, std::string_view class_name,
                               NamedMaker maker);
/// Null: there is none.
LINNET_API NamedMaker find_maker(std::string_view kind, std::string_view class_name);

/// How a class of this kind may be written: "mean_squared_error (mse, MSE)", but "rmsprop".
LINNET_API std::string written_names(std::string_view kind, std::string_view camel,
                                     std::span<const std::string_view> aliases);
template <class T>
std::string written_names_of(std::string_view kind) {
  if constexpr (requires { T::kAliases; }) return written_names(kind, T::kName, T::kAliases);
  return written_names(kind, T::kName, {});
}

/// The built-in types of one kind. `kWhat` of the model names the kind in errors: "loss".
template <class Model, template <class> class Holder, class... Ts>
struct BuiltIn {
  static constexpr int find(std::string_view name) {
    int index = 0;
    int found = -1;
    ((found = found < 0 && is_named<Ts>(name) ? index : found, ++index), ...);
    return found;
  }

  /// The type at `index` with default fields. Never destroyed: holders may outlive everything.
  static const Model& made(int index) {
    static const Model* const all[] = {new Holder<Ts>(Ts{})...};
    return *all[index];
  }

  static int named(std::string_view name) {
    const int index = find(name);
    if (index >= 0) return index;
    std::string list;
    ((list += cat(list.empty() ? "" : ", ", written_names_of<Ts>(Model::kWhat))), ...);
    fail(ErrorCode::not_found,
         cat(Model::kWhat, ": unknown name '", name, "'; known: ", list, "; one of your own needs ",
             "register_", Model::kWhat, "<", name, ">() before it is loaded"));
  }

  /// Makes a type of the user's own known to read().
  template <class T>
  static void add() {
    static_assert(find(T::kName) < 0, "a built-in type has this kName already");
    register_maker(Model::kWhat, T::kName,
                   [](const Config& fields) -> std::shared_ptr<const NamedModel> {
                     return std::make_shared<Holder<T>>(from_fields<T>(fields, T::kName));
                   });
  }

  /// What Keras writes for an object: an object with class_name and config (its other keys say
  /// nothing more), or a name alone. Null gives nothing.
  static std::shared_ptr<const Model> read(const Config& config) {
    if (config.is_null()) return {};
    const bool bare = config.is_string();
    const std::string& class_name = (bare ? config : config.at("class_name")).as_string();
    const Config* fields = bare ? nullptr : config.find("config");
    if (find(class_name) < 0) {
      if (const NamedMaker make = find_maker(Model::kWhat, class_name)) {
        return std::static_pointer_cast<const Model>(
            make(fields == nullptr ? Config::object() : *fields));
      }
    }
    const int wanted = named(class_name);
    int index = 0;
    std::shared_ptr<const Model> model;
    const auto read_if_wanted = [&]<class T>(std::type_identity<T>) {
      if (index++ != wanted) return;
      T object = fields == nullptr ? T{} : from_fields<T>(*fields, class_name);
      model = std::make_shared<Holder<T>>(std::move(object));
    };
    (read_if_wanted(std::type_identity<Ts>{}), ...);
    return model;
  }
};

/// A built-in type that a name stands for, or an object; or nothing, where the kind allows it.
/// Model declares `static const Model& made(int index)`. A class with a consteval constructor can
/// hold no more than this: an int and a shared_ptr.
template <class Model>
class Named {
 public:
  explicit operator bool() const { return index_ >= 0 || model_ != nullptr; }
  /// Keras's class name; empty for nothing.
  std::string_view class_name() const { return *this ? model().class_name() : std::string_view(); }
  /// {"class_name": ..., "config": {...}}, or null for nothing.
  Config to_config() const {
    if (!*this) return {};
    Config config = Config::object();
    config["class_name"] = Config(class_name());
    config["config"] = model().config();
    return config;
  }
  /// The aggregate if it is a T, else null.
  template <class T>
  const T* as() const {
    return *this && class_name() == T::kName ? static_cast<const T*>(model().address()) : nullptr;
  }

 protected:
  constexpr Named() = default;
  /// The built-in type at `index`; nothing if it is negative.
  constexpr explicit Named(int index) : index_(index) {}
  explicit Named(std::shared_ptr<const Model> model) : model_(std::move(model)) {}

  const Model& model() const {
    if (model_) return *model_;
    if (index_ < 0) fail(ErrorCode::bad_state, cat(Model::kWhat, ": none was given"));
    return Model::made(index_);
  }

 private:
  int index_ = -1;
  std::shared_ptr<const Model> model_;
};

}  // namespace linnet::inline v0::detail
