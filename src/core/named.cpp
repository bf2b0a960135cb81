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

NamedMaker find_maker(std::string_view kind, std::string_view class_name) {
  const std::lock_guard lock(makers().mutex);
  const auto at = makers().all.find({std::string(kind), std::string(class_name)});
  return at == makers().all.end() ? nullptr : at->second;
}

}  // namespace linnet::inline v0::detail
