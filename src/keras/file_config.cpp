#include "keras/file_config.hpp"

#include <algorithm>
#include <linnet/io/json.hpp>

#include "keras/old_hard_sigmoid.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

constexpr const char* kConfig = "config.json";
constexpr const char* kMetadata = "metadata.json";
constexpr const char* kVersion = "keras_version";

constexpr std::string_view kBlank = " \t\r\n";

/// Without the byte order mark that some programs put in front of UTF-8.
std::string_view without_mark(std::string_view text) {
  return text.substr(text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
}

JsonLimits json_limits(const LoadLimits& limits) {
  JsonLimits result{.depth = static_cast<std::size_t>(limits.depth), .non_finite = true};
  result.bytes = std::min(result.bytes, static_cast<std::size_t>(limits.bytes));
  return result;
}

/// A JSON text in an attribute of the root; null: there is none.
Config json_attribute(Hdf5File& file, const std::string& name, const LoadLimits& limits) {
  if (!file.has_attribute("", name)) return {};
  const Tensor text = file.attribute("", name);
  return naming(file.name(), [&] {
    if (text.dtype() != DType::string || text.size() != 1) {
      fail(ErrorCode::corrupt_file, cat("the attribute ", name, ": expected one text"));
    }
    return parse_json(text.data<std::string>()[0], json_limits(limits));
  });
}

[[noreturn]] void refuse_weights(const std::string& file) {
  fail(ErrorCode::unsupported,
       cat(file, ": it holds weights alone, without a model: make the model, then load_weights()"));
}

/// A GRU, or its cell, of a version that knew no other than without reset_after.
bool is_first_gru(const Config& object) {
  const Config* name = object.find("class_name");
  const Config* config = object.find("config");
  if (name == nullptr || !name->is_string() || config == nullptr || !config->is_object()) {
    return false;
  }
  const bool gru = name->as_string() == "GRU" || name->as_string() == "GRUCell";
  return gru && config->find("reset_after") == nullptr;
}

/// What Keras 1 and 2 call hard_sigmoid is another function in Keras 3, and a GRU without a word
/// about it has no reset_after.
Config with_old_meaning(const Config& value) {
  if (value.is_list()) {
    Config list = Config::list();
    for (const Config& item : value.items()) list.push_back(with_old_meaning(item));
    return list;
  }
  if (!value.is_object()) return value;
  Config::Object members;
  for (const Config::Member& member : value.members()) {
    const bool hard = member.key.ends_with("activation") && member.value.is_string() &&
                      member.value.as_string() == "hard_sigmoid";
    members.push_back(
        {member.key, hard ? Config(kOldHardSigmoid) : with_old_meaning(member.value)});
  }
  Config result = Config::object(std::move(members));
  if (is_first_gru(value)) result["config"]["reset_after"] = Config(false);
  return result;
}

/// The config of a file that this version wrote.
Config as_today(const Config& config, const std::string& version) {
  return is_before_keras3(version) ? with_old_meaning(config) : config;
}

/// True for an object as a text; a file of linnet's own begins with the length of its header, eight
/// bytes of which the last are 0.
bool begins_json(std::string_view head) {
  if (head.substr(0, 8).find('\0') != head.npos) return false;
  head = without_mark(head);
  head.remove_prefix(std::min(head.find_first_not_of(kBlank), head.size()));
  if (!head.starts_with('{')) return false;
  head.remove_prefix(1);
  return !head.empty() && (head[0] == '"' || kBlank.find(head[0]) != kBlank.npos);
}

std::string version_in(const Config& described) {
  const Config* version = described.is_object() ? described.find(kVersion) : nullptr;
  return version != nullptr && version->is_string() ? version->as_string() : std::string();
}

}  // namespace

void check_size(const InputFile& file, const std::string& path, const LoadLimits& limits) {
  if (file.size() <= static_cast<std::uint64_t>(limits.bytes)) return;
  fail(ErrorCode::out_of_range,
       cat(path, ": it has ", file.size(), " bytes, more than limits.bytes, ", limits.bytes));
}

FileKind kind_of(const std::string& path, const LoadLimits& limits) {
  const InputFile file(path);
  check_size(file, path, limits);
  const auto starts = [&](std::uint64_t at, std::string_view text) {
    std::string found(text.size(), '\0');
    if (file.size() < at + text.size()) return false;
    naming(path, [&] { file.read(at, std::as_writable_bytes(std::span(found))); });
    return found == text;
  };
  using namespace std::string_view_literals;
  if (starts(0, "PK\3\4"sv) || starts(0, "PK\5\6"sv)) return FileKind::zip;
  for (std::uint64_t at = 0; at < file.size(); at = at == 0 ? 512 : 2 * at) {
    if (starts(at, "\x89HDF\r\n\x1a\n"sv)) return FileKind::hdf5;
  }
  std::string head(static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), 4096)), '\0');
  naming(path, [&] { file.read(0, std::as_writable_bytes(std::span(head))); });
  return begins_json(head) ? FileKind::json : FileKind::own;
}

ZipData read_text(const ZipFile& file, std::string_view name, const LoadLimits& limits) {
  const std::size_t most = json_limits(limits).bytes;
  for (const zip::Member& member : file.members()) {
    if (member.name != name || member.size <= most) continue;
    fail(ErrorCode::out_of_range,
         cat(file.name(), ": ", name, ": a text of ", member.size, " bytes, of which at most ",
             std::uint64_t{most}, " are read"));
  }
  return file.read(name);
}

ZipLimits zip_limits(const LoadLimits& limits) {
  return {.member_bytes = static_cast<std::uint64_t>(limits.bytes)};
}

Hdf5Limits hdf5_limits(const LoadLimits& limits) {
  Hdf5Limits result;
  result.dataset_bytes = std::min(result.dataset_bytes, static_cast<std::uint64_t>(limits.bytes));
  return result;
}

std::string text_attribute(Hdf5File& file, const std::string& group, const std::string& name) {
  for (const std::string& place : {group, std::string()}) {
    if (!file.has_attribute(place, name)) continue;
    const Tensor text = file.attribute(place, name);
    if (text.dtype() == DType::string && text.size() == 1) return text.data<std::string>()[0];
  }
  return {};
}

std::string keras_version(Hdf5File& file, const std::string& group) {
  return text_attribute(file, group, kVersion);
}

bool is_before_keras3(std::string_view version) {
  return version.empty() || version.starts_with("1.") || version.starts_with("2.");
}

Config config_of(const ZipFile& file, const LoadLimits& limits) {
  if (!file.has(kConfig)) {
    fail(ErrorCode::corrupt_file,
         cat(file.name(), ": not a model of Keras: the ZIP file has no ", kConfig));
  }
  const ZipData text = read_text(file, kConfig, limits);
  return naming(file.name(), [&] {
    std::string version = "3.";
    if (file.has(kMetadata)) {
      version =
          version_in(parse_json(read_text(file, kMetadata, limits).text(), json_limits(limits)));
    }
    return as_today(parse_json(text.text(), json_limits(limits)), version);
  });
}

Config config_of(Hdf5File& file, const LoadLimits& limits) {
  Config config = json_attribute(file, "model_config", limits);
  if (config.is_null()) refuse_weights(file.name());
  const std::string version = keras_version(file, "");
  return naming(file.name(), [&] { return as_today(config, version); });
}

Config json_in(const std::string& path, const LoadLimits& limits) {
  const InputFile file(path);
  return naming(path, [&] {
    const JsonLimits json = json_limits(limits);
    if (file.size() > json.bytes) {
      fail(ErrorCode::out_of_range, cat("a JSON text of ", file.size(), " bytes"));
    }
    std::string text(static_cast<std::size_t>(file.size()), '\0');
    file.read(0, std::as_writable_bytes(std::span(text)));
    return parse_json(without_mark(text), json);
  });
}

Config config_of(const std::string& json_path, const LoadLimits& limits) {
  Config config = json_in(json_path, limits);
  if (config.is_object() && config.find("weight_map") != nullptr) refuse_weights(json_path);
  return naming(json_path, [&] {
    const std::string version = version_in(config);
    return version.empty() ? config : as_today(config, version);
  });
}

Config training_config_of(Hdf5File& file, const LoadLimits& limits) {
  return json_attribute(file, "training_config", limits);
}

}  // namespace linnet::inline v0::detail::keras
