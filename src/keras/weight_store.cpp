#include "keras/weight_store.hpp"

#include <algorithm>
#include <filesystem>
#include <linnet/io/json.hpp>

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

/// True if `path` is that of the group, or of one around it.
bool leads_to(const std::string& path, std::string_view group) {
  return group == path || (group.starts_with(path) && group[path.size()] == '/');
}

/// What an npz file calls a group: it has no "vars", and the root has a name.
std::string member_of(const std::string& group) {
  constexpr std::string_view kVars = "vars";
  if (group == kVars) return "__root__";
  const std::string tail = cat("/", kVars);
  return group.ends_with(tail) ? group.substr(0, group.size() - tail.size()) : group;
}

}  // namespace

ShardedStore::ShardedStore(std::string path, const Config& map, const Hdf5Limits& limits)
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
    fail(
        ErrorCode::corrupt_file,
        cat(path_, ": weight_map: ", hdf5::quoted(group), ": expected the name of a file beside it",
            name.is_string() ? cat(", got ", hdf5::quoted(name.as_string())) : ""));
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
    const auto beside = std::filesystem::path(path_).parent_path() / name;
    opened = std::make_unique<Hdf5File>(beside.string(), limits_);
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
  fail(ErrorCode::not_found, cat(path_, ": none of its files has ", hdf5::quoted(path)));
}

bool ShardedStore::exists(const std::string& path) {
  const std::string group = without_slash(path);
  return std::ranges::any_of(groups_, [&](const auto& g) { return leads_to(group, g.first); });
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

bool NpzStore::exists(const std::string& path) {
  const auto [group, key] = parts_of(path);
  if (arrays_.contains(cat(member_of(group), "/", key))) return true;
  const std::string begin = cat(member_of(without_slash(path)), "/");
  const auto at = arrays_.lower_bound(begin);
  return at != arrays_.end() && at->first.starts_with(begin);
}

std::vector<std::string> NpzStore::list(const std::string& group) {
  const std::string begin = cat(member_of(without_slash(group)), "/");
  std::vector<std::string> names;
  for (auto at = arrays_.lower_bound(begin); at != arrays_.end(); ++at) {
    if (!at->first.starts_with(begin)) break;
    if (at->first.find('/', begin.size()) == at->first.npos) {
      names.push_back(at->first.substr(begin.size()));
    }
  }
  return names;
}

const Tensor& NpzStore::array(const std::string& path) const {
  const auto [group, key] = parts_of(path);
  const auto at = arrays_.find(cat(member_of(group), "/", key));
  if (at == arrays_.end()) {
    fail(ErrorCode::not_found, cat(name_, ": there is no ", hdf5::quoted(path)));
  }
  return at->second;
}

TensorType NpzStore::type(const std::string& path) {
  const Tensor& value = array(path);
  return {value.dtype(), value.shape()};
}

WeightsMember weights_member(const ZipFile& file) {
  for (const char* name : {kHdf5Member, kNpzMember}) {
    if (file.has(name)) return {name, file.read(name)};
  }
  fail(ErrorCode::unsupported, cat(file.name(), ": it has neither ", kHdf5Member, " nor ",
                                   kNpzMember, ", where the weights are"));
}

std::unique_ptr<WeightStore> weights_in(WeightsMember member, const LoadLimits& limits) {
  if (member.name == kHdf5Member) {
    return std::make_unique<Hdf5Store>(std::move(member.bytes), keras::hdf5_limits(limits),
                                       member.name);
  }
  const ZipFile npz(member.bytes.bytes, keras::zip_limits(limits), member.name);
  auto arrays = read_npz_arrays(npz, static_cast<std::uint64_t>(limits.bytes));
  return std::make_unique<NpzStore>(std::move(arrays), member.name);
}

std::unique_ptr<WeightStore> open_weights(const std::string& path, const LoadLimits& limits) {
  const Hdf5Limits hdf5 = keras::hdf5_limits(limits);
  switch (keras::kind_of(path, limits)) {
    case keras::FileKind::zip: {
      WeightsMember member = weights_member(ZipFile(path, keras::zip_limits(limits)));
      return naming(path, [&] { return weights_in(std::move(member), limits); });
    }
    case keras::FileKind::json:
      return std::make_unique<ShardedStore>(path, keras::json_in(path, limits), hdf5);
    case keras::FileKind::hdf5:
    case keras::FileKind::own:
      break;
  }
  return std::make_unique<Hdf5Store>(Hdf5File(path, hdf5));
}

}  // namespace linnet::inline v0::detail
