#include "keras/weight_store.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>

#include "core/in_quotes.hpp"
#include "io/file.hpp"
#include "io/npz/npz_arrays.hpp"
#include "keras/file_config.hpp"

namespace linnet::inline v0::detail {

namespace {

constexpr const char* kHdf5Member = "model.weights.h5";
constexpr const char* kNpzMember = "model.weights.npz";
constexpr std::size_t kMostShards = 4096;

/// True for the name of a file that can only lie in the folder at hand.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= 255 &&
         std::ranges::none_of(name, [](char c) {
           return c == '/' || c == '\\' || c == ':' || static_cast<unsigned char>(c) < 32;
         });
}

std::string without_slash(const std::string& path) {
  return path.substr(std::min(path.find_first_not_of('/'), path.size()));
}

/// "layers/dense/vars/0": the group and the name in it.
std::pair<std::string, std::string> parts_of(const std::string& path) {
  const std::string whole = without_slash(path);
  const std::size_t slash = whole.rfind('/');
  if (slash == whole.npos) return {"", whole};
  return {whole.substr(0, slash), whole.substr(slash + 1)};
}

/// True if one of the groups by path is that of `path`, or below it.
template <class Groups>
bool leads_to_group(const Groups& groups, const std::string& path) {
  if (groups.contains(path)) return true;
  const std::string begin = cat(path, "/");
  const auto at = groups.lower_bound(begin);
  return at != groups.end() && at->first.starts_with(begin);
}

/// What an npz file calls a group: it has no "vars", and the root has a name.
std::string member_of(const std::string& path) {
  constexpr std::string_view kVars = "vars";
  const std::string group = without_slash(path);
  if (group == kVars) return "__root__";
  const std::string tail = cat("/", kVars);
  return group.ends_with(tail) ? group.substr(0, group.size() - tail.size()) : group;
}

}  // namespace

ShardedStore::ShardedStore(std::string path, const Config& map, const LoadLimits& limits)
    : path_(std::move(path)), limits_(limits) {
  const Config* weights = map.is_object() ? map.find("weight_map") : nullptr;
  if (weights == nullptr || !weights->is_object()) {
    fail(ErrorCode::corrupt_file,
         cat(path_, ": not a weight file of Keras: the JSON text has no weight_map"));
  }
  for (const Config::Member& member : weights->members()) {
    const std::string group = without_slash(member.key);
    groups_[group];
    if (!member.value.is_list()) {
      add(group, member.value);
      continue;
    }
    for (const Config& name : member.value.items()) add(group, name);
  }
}

void ShardedStore::add(const std::string& group, const Config& name) {
  if (!name.is_string() || !is_plain_name(name.as_string())) {
    fail(ErrorCode::corrupt_file,
         cat(path_, ": weight_map: ", in_quotes(group),
             ": expected the name of a file beside it, got ",
             name.is_string() ? in_quotes(name.as_string()) : std::string(name.kind())));
  }
  groups_[group].push_back(name.as_string());
}

Hdf5File& ShardedStore::file(const std::string& name) {
  auto& opened = files_[name];
  if (opened == nullptr) {
    if (files_.size() > kMostShards) {
      fail(ErrorCode::out_of_range,
           cat(path_, ": more than ", std::uint64_t{kMostShards}, " files"));
    }
    const std::string beside = (std::filesystem::path(path_).parent_path() / name).string();
    keras::check_size(InputFile(beside), beside, limits_);
    opened = std::make_unique<Hdf5File>(beside, keras::hdf5_limits(limits_));
  }
  return *opened;
}

Hdf5File& ShardedStore::file_of(const std::string& path) {
  const auto known = groups_.find(parts_of(path).first);
  if (known != groups_.end()) {
    for (const std::string& name : known->second) {
      if (file(name).exists(path)) return file(name);
    }
  }
  fail(ErrorCode::not_found, cat(path_, ": none of its files has ", in_quotes(path)));
}

bool ShardedStore::has_group(const std::string& path) {
  return leads_to_group(groups_, without_slash(path));
}

std::vector<std::string> ShardedStore::list(const std::string& group) {
  std::vector<std::string> names;
  const auto known = groups_.find(without_slash(group));
  if (known == groups_.end()) return names;
  for (const std::string& shard : known->second) {
    const auto more = file(shard).list(group);
    names.insert(names.end(), more.begin(), more.end());
  }
  return names;
}

NpzStore::NpzStore(ZipData bytes, const ZipLimits& limits, std::string name)
    : bytes_(std::move(bytes)),
      file_(bytes_.bytes, limits, std::move(name)),
      left_(limits.member_bytes) {
  for (const zip::Member& member : file_.members()) {
    std::string group = member.name;
    if (group.ends_with(".npy")) group.resize(group.size() - 4);
    if (!groups_.emplace(group, Group{&member, {}}).second) {
      fail(ErrorCode::corrupt_file,
           cat(file_.name(), ": npz: two members are called ", in_quotes(group)));
    }
  }
}

bool NpzStore::has_group(const std::string& path) {
  return leads_to_group(groups_, member_of(path));
}

std::vector<std::string> NpzStore::list(const std::string& group) {
  std::vector<std::string> names;
  if (const Arrays* all = arrays(group)) {
    for (const auto& [name, value] : *all) names.push_back(name);
  }
  return names;
}

void NpzStore::spend(std::uint64_t bytes) {
  if (bytes > left_) {
    fail(ErrorCode::out_of_range,
         cat(file_.name(), ": its arrays take more bytes than the limit allows"));
  }
  left_ -= bytes;
}

const NpzStore::Arrays* NpzStore::arrays(const std::string& group) {
  const auto at = groups_.find(member_of(group));
  if (at == groups_.end()) return nullptr;
  Group& found = at->second;
  if (!found.arrays) {
    spend(found.member->size);
    const ZipData data = file_.read(found.member->name);
    found.arrays = naming(cat(file_.name(), ": ", in_quotes(found.member->name)),
                          [&] { return parse_pickled_arrays(data.bytes); });
    for (const auto& [name, value] : *found.arrays) spend(name.size() + sizeof(value));
  }
  return &*found.arrays;
}

const Tensor& NpzStore::array(const std::string& path) {
  const auto [group, name] = parts_of(path);
  if (const Arrays* all = arrays(group)) {
    if (const auto at = all->find(name); at != all->end()) return at->second;
  }
  fail(ErrorCode::not_found, cat(file_.name(), ": there is no ", in_quotes(path)));
}

TensorType NpzStore::type(const std::string& path) {
  const Tensor& value = array(path);
  return {value.dtype(), value.shape()};
}

WeightsMember weights_member(const ZipFile& file) {
  for (const char* name : {kHdf5Member, kNpzMember}) {
    for (const zip::Member& member : file.members()) {
      if (member.name == name) return {name, file.read(name), member.packed.size()};
    }
  }
  fail(ErrorCode::unsupported, cat(file.name(), ": it has neither ", kHdf5Member, " nor ",
                                   kNpzMember, ", where the weights are"));
}

std::unique_ptr<WeightStore> weights_in(WeightsMember member, const LoadLimits& limits,
                                        std::string_view before) {
  std::string name = cat(before, member.name);
  if (member.name == kHdf5Member) {
    return std::make_unique<Hdf5Store>(std::move(member.bytes), keras::hdf5_limits(limits),
                                       std::move(name));
  }
  // A file within a file unpacks to no more than it could alone.
  ZipLimits inner = keras::zip_limits(limits);
  const std::uint64_t size = std::max<std::uint64_t>(member.bytes.bytes.size(), 1);
  inner.ratio = std::max<std::uint64_t>(inner.ratio * member.packed / size, 1);
  return std::make_unique<NpzStore>(std::move(member.bytes), inner, std::move(name));
}

std::unique_ptr<WeightStore> open_weights(const std::string& path, const LoadLimits& limits) {
  switch (keras::kind_of(path, limits)) {
    case keras::FileKind::zip:
      return weights_in(weights_member(ZipFile(path, keras::zip_limits(limits))), limits,
                        cat(path, ": "));
    case keras::FileKind::json:
      return std::make_unique<ShardedStore>(path, keras::json_in(path, limits), limits);
    case keras::FileKind::own:
      fail(ErrorCode::unsupported,
           cat(path,
               ": not a weight file of Keras: neither HDF5 nor ZIP nor a map of shards; what "
               "linnet itself saved has its model with it: Model::load()"));
    case keras::FileKind::hdf5:
      break;
  }
  return std::make_unique<Hdf5Store>(Hdf5File(path, keras::hdf5_limits(limits)));
}

Tensor read_float32(WeightStore& file, const std::string& dataset, std::string_view whose) {
  constexpr auto kMost = static_cast<double>(std::numeric_limits<float>::max());
  const Tensor value = file.read(dataset);
  if (value.dtype() == DType::float32) return value;
  if (value.dtype() == DType::float64) {
    for (const double number : value.data<double>()) {
      if (!std::isfinite(number) || std::abs(number) <= kMost) continue;
      fail(ErrorCode::out_of_range, cat(file.name(), ": ", whose, ": ", number, " in '", dataset,
                                        "' is more than a float32 holds"));
    }
  }
  return value.cast(DType::float32);
}

}  // namespace linnet::inline v0::detail
