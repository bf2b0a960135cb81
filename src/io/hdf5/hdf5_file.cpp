#include "io/hdf5/hdf5_file.hpp"

#include <algorithm>

#include "core/in_quotes.hpp"
#include "io/file.hpp"
#include "io/hdf5/attribute.hpp"
#include "io/hdf5/dataset.hpp"
#include "io/hdf5/superblock.hpp"

namespace linnet::inline v0::detail {

using namespace hdf5;

namespace {

/// The names in a path; empty ones are left out, so that "a//b/" is "a/b".
std::vector<std::string_view> names_of(std::string_view path) {
  std::vector<std::string_view> names;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end > 0) names.push_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return names;
}

[[noreturn]] void refuse(const Link& link) {
  constexpr std::string_view kEnd = " is not followed";
  if (link.kind == LinkKind::soft) unsupported(cat("the soft link ", in_quotes(link.name), kEnd));
  if (link.kind == LinkKind::external) {
    unsupported(cat("the external link ", in_quotes(link.name), ", to another file,", kEnd));
  }
  unsupported(cat("the link ", in_quotes(link.name), " of an unknown kind", kEnd));
}

}  // namespace

Hdf5File::Hdf5File(const std::string& path, const Hdf5Limits& limits)
    : name_(path), storage_({}, {}, limits) {
  const InputFile file(path);
  naming(path, [&] {
    pages_ = file.map();
    const Bytes bytes(static_cast<const std::byte*>(pages_.get()),
                      static_cast<std::size_t>(file.size()));
    const Superblock superblock = read_superblock(bytes, limits);
    storage_ = superblock.storage;
    root_ = superblock.root;
  });
}

Hdf5File::Hdf5File(Bytes bytes, const Hdf5Limits& limits, std::string name)
    : name_(std::move(name)), storage_({}, {}, limits) {
  naming(name_, [&] {
    const Superblock superblock = read_superblock(bytes, limits);
    storage_ = superblock.storage;
    root_ = superblock.root;
  });
}

template <class F>
auto Hdf5File::at(const std::string& path, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    throw error.within(in_quotes(path.empty() ? "/" : path)).within(name_);
  }
}

Messages Hdf5File::messages(std::uint64_t address) { return read_object_header(storage_, address); }

const std::vector<Link>& Hdf5File::links(std::uint64_t group) {
  auto found = groups_.find(group);
  if (found == groups_.end()) {
    const Messages header = messages(group);
    if (!hdf5::is_group(header)) fail(ErrorCode::not_found, "hdf5: not a group");
    found = groups_.emplace(group, read_links(storage_, header)).first;
  }
  return found->second;
}

const Link* Hdf5File::find_link(std::uint64_t group, std::string_view name) {
  const std::vector<Link>& all = links(group);
  const auto at = std::lower_bound(
      all.begin(), all.end(), name,
      [](const Link& link, std::string_view wanted) { return link.name < wanted; });
  return at != all.end() && at->name == name ? &*at : nullptr;
}

std::uint64_t Hdf5File::find(const std::string& path) {
  const auto names = names_of(path);
  if (names.size() > storage_.limits().names) {
    fail(ErrorCode::invalid_argument,
         cat("hdf5: a path of more than ", storage_.limits().names, " names"));
  }
  std::uint64_t address = root_;
  for (const std::string_view name : names) {
    const Link* link = find_link(address, name);
    if (link == nullptr) fail(ErrorCode::not_found, cat("hdf5: there is no ", in_quotes(name)));
    if (link->kind != LinkKind::hard) refuse(*link);
    address = link->address;
  }
  return address;
}

bool Hdf5File::exists(const std::string& path) {
  return at(path, [&] {
    std::uint64_t address = root_;
    bool followed = true;
    for (const std::string_view name : names_of(path)) {
      if (!followed) return false;
      if (!groups_.contains(address) && !hdf5::is_group(messages(address))) return false;
      const Link* link = find_link(address, name);
      if (link == nullptr) return false;
      followed = link->kind == LinkKind::hard;
      address = link->address;
    }
    return true;
  });
}

bool Hdf5File::is_group(const std::string& path) {
  return at(path, [&] { return hdf5::is_group(messages(find(path))); });
}

std::vector<std::string> Hdf5File::list(const std::string& path) {
  return at(path, [&] {
    std::vector<std::string> names;
    for (const Link& link : links(find(path))) names.emplace_back(link.name);
    return names;
  });
}

std::vector<std::string> Hdf5File::attributes(const std::string& path) {
  return at(path, [&] { return attribute_names(storage_, messages(find(path))); });
}

bool Hdf5File::has_attribute(const std::string& path, const std::string& name) {
  const auto names = attributes(path);
  return std::find(names.begin(), names.end(), name) != names.end();
}

Tensor Hdf5File::attribute(const std::string& path, const std::string& name) {
  return at(path, [&] {
    try {
      auto value = find_attribute(storage_, messages(find(path)), name);
      if (!value) fail(ErrorCode::not_found, "hdf5: there is no such attribute");
      return *std::move(value);
    } catch (const Error& error) {
      throw error.within(cat("attribute ", in_quotes(name)));
    }
  });
}

TensorType Hdf5File::type(const std::string& path) {
  return at(path, [&] {
    const DatasetType dataset = read_dataset_type(storage_, messages(find(path)));
    return TensorType{dataset.type.dtype(), dataset.shape};
  });
}

Tensor Hdf5File::read(const std::string& path) {
  return at(path, [&] { return read_dataset(storage_, messages(find(path))); });
}

}  // namespace linnet::inline v0::detail
