// Losses, optimizers, ... of the user's own, by kind and class name.
#include <linnet/core/named.hpp>
#include <map>
#include <mutex>

namespace linnet::inline v0::detail {

namespace {

struct Makers {
  std::mutex mutex;
  std::map<std::pair<std::string, std::string>, NamedMaker> all;
};

/// Never destroyed: models may be loaded while statics are.
Makers& makers() {
  static Makers* const made = new Makers;
  return *made;
}

}  // namespace

void register_maker(std::string_view kind, std::string_view class_name, NamedMaker maker) {
  const std::lock_guard lock(makers().mutex);
  makers().all.insert_or_assign({std::string(kind), std::string(class_name)}, maker);
}

std::string written_names(std::string_view kind, std::string_view camel,
                          std::span<const std::string_view> aliases) {
  const auto is_upper = [&](std::size_t i) {
    return i < camel.size() && lower(camel[i]) != camel[i];
  };
  const auto is_lower = [&](std::size_t i) {
    return i < camel.size() && 'a' <= camel[i] && camel[i] <= 'z';
  };
  const bool underscores = kind != "optimizer";  // Keras lists adamw, rmsprop
  std::string names;
  for (std::size_t i = 0; i < camel.size(); ++i) {
    // As spells() has it: before a word that begins, behind one or in front of one.
    if (underscores && i > 0 && is_upper(i) && (is_lower(i - 1) || is_lower(i + 1))) names += '_';
    names += lower(camel[i]);
  }
  const std::size_t known = names.size();
  for (const std::string_view alias : aliases) {
    names += names.size() == known ? " (" : ", ";
    names += alias;
  }
  return names.size() == known ? names : names + ")";
}

NamedMaker find_maker(std::string_view kind, std::string_view class_name) {
  const std::lock_guard lock(makers().mutex);
  const auto at = makers().all.find({std::string(kind), std::string(class_name)});
  return at == makers().all.end() ? nullptr : at->second;
}

}  // namespace linnet::inline v0::detail
