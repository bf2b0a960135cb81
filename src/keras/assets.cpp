#include "keras/assets.hpp"

#include <algorithm>
#include <charconv>
#include <linnet/io/json.hpp>

#include "core/in_quotes.hpp"
#include "keras/file_config.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

constexpr std::string_view kOlderAssets = "assets/_layer_checkpoint_dependencies/";

/// One token a line, which ends as in any of Python's text files: "\n", "\r\n", "\r". Keras leaves
/// out empty ones at the end.
std::vector<std::string_view> lines_of(std::string_view text) {
  constexpr std::size_t kMost = JsonLimits{}.values;
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    if (lines.size() == kMost) {
      fail(ErrorCode::corrupt_file,
           cat("vocabulary.txt: more than ", std::uint64_t{kMost}, " lines"));
    }
    lines.push_back(text.substr(0, end));
    const std::size_t ending = text.substr(end).starts_with("\r\n") ? 2 : 1;
    text.remove_prefix(std::min(end + ending, text.size()));
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

Index integer(std::string_view line) {
  Index value = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (error == std::errc() && end == line.data() + line.size()) return value;
  fail(ErrorCode::corrupt_file, cat("vocabulary.txt: expected an integer, got ", in_quotes(line)));
}

/// In Keras's file the reserved tokens come first, in TextVectorization's list they do not stand.
std::size_t reserved_tokens(const Config& config) {
  const Config* mode = config.find("output_mode");
  return mode == nullptr || (mode->is_string() && mode->as_string() == "int") ? 2 : 1;
}

/// As tf.keras 2.12 and 2.13 call it.
std::string older_group(std::string group) {
  const std::string_view part = "/layers/", older = "/_layer_checkpoint_dependencies/";
  for (std::size_t at = 0; (at = group.find(part, at)) != group.npos; at += older.size() - 1) {
    group.replace(at, part.size(), older);
  }
  return group;
}

bool has(const Config& config, std::string_view key) {
  const Config* value = config.find(key);
  return value != nullptr && !(value->is_list() && value->items().empty());
}

}  // namespace

bool Assets::counts_twice() const {
  return std::ranges::any_of(file_.members(), [](const zip::Member& member) {
    return member.name.starts_with(kOlderAssets);
  });
}

std::string Assets::vocabulary_file(const std::string& group) const {
  for (const std::string& place : {group, older_group(group)}) {
    const std::string member = cat("assets", place, "/vocabulary.txt");
    if (file_.has(member)) return member;
  }
  return {};
}

void Assets::add_to(Config& config, std::string_view class_name, const std::string& group) const {
  const bool text = class_name == "TextVectorization";
  if (!text && class_name != "StringLookup" && class_name != "IntegerLookup") return;
  const std::string member = has(config, "vocabulary") ? std::string() : vocabulary_file(group);
  if (member.empty()) return;
  const ZipData data = read_text(file_, member, limits_);
  const auto lines = lines_of(data.text());
  const std::size_t first = std::min(text ? reserved_tokens(config) : 0, lines.size());
  Config vocabulary = Config::list();
  for (std::size_t i = first; i < lines.size(); ++i) {
    vocabulary.push_back(class_name == "IntegerLookup" ? Config(integer(lines[i]))
                                                       : Config(std::string(lines[i])));
  }
  config["vocabulary"] = std::move(vocabulary);
  const Config* mode = config.find("output_mode");
  const bool weighted = mode != nullptr && mode->is_string() && mode->as_string() == "tf_idf";
  if (weighted && !has(config, "idf_weights")) config["idf_weights"] = idf_weights(group, first);
}

Config Assets::idf_weights(const std::string& group, std::size_t first) const {
  if (weights_ == nullptr) weights_ = weights_in(weights_member(file_), limits_);
  const std::string place = cat(
      weights_->has_group(cat(group, "/vars")) ? group : older_group(group), "/vars/idf_weights");
  const Tensor values = read_float32(*weights_, place, "idf_weights");
  Config list = Config::list();
  const auto numbers = values.data<float>();
  for (std::size_t i = first; i < numbers.size(); ++i) list.push_back(Config(double{numbers[i]}));
  return list;
}

}  // namespace linnet::inline v0::detail::keras
