#include <algorithm>
#include <linnet/text/labels.hpp>
#include <linnet/text/utf8.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

void check_rows(std::span<const std::string> labels) {
  for (std::size_t row = 0; row < labels.size(); ++row) {
    if (invalid_utf8(labels[row]) == std::string_view::npos) continue;
    check_utf8(labels[row], cat("LabelIndex: label of row ", std::uint64_t{row}));
  }
}

}  // namespace

LabelIndex::LabelIndex(std::span<const std::string> names) {
  check_rows(names);
  try {
    names_ = Vocabulary(names);
  } catch (const Error& error) {
    throw error.within("LabelIndex");
  }
}

LabelIndex LabelIndex::of(std::span<const std::string> labels) {
  if (labels.empty()) fail(ErrorCode::invalid_argument, "LabelIndex: there are no labels");
  Vocabulary distinct;
  for (const std::string& label : labels) distinct.insert(label);
  std::vector<std::string> names = distinct.tokens();
  std::sort(names.begin(), names.end());
  check_rows(labels);
  return LabelIndex(names);
}

std::string LabelIndex::name(Index id) const {
  if (id < 0 || id >= size()) {
    fail(ErrorCode::out_of_range,
         cat("LabelIndex: expected a class in [0, ", size(), "), got ", id));
  }
  return std::string(names_.at(id));
}

Index LabelIndex::id(std::string_view label) const {
  const Index position = find(label);
  if (position < 0) unknown(label, -1);
  return position;
}

Tensor LabelIndex::ids(std::span<const std::string> labels) const {
  Tensor ids(DType::int32, {static_cast<Index>(labels.size())});
  const auto out = ids.data<std::int32_t>();
  for (std::size_t row = 0; row < labels.size(); ++row) {
    const Index position = find(labels[row]);
    if (position < 0) unknown(labels[row], static_cast<Index>(row));
    out[row] = static_cast<std::int32_t>(position);
  }
  return ids;
}

void LabelIndex::unknown(std::string_view label, Index row) const {
  constexpr std::size_t kShown = 10;
  std::string known;
  const std::vector<std::string> all = names();
  for (std::size_t i = 0; i < std::min(kShown, all.size()); ++i) {
    known += cat(i == 0 ? "'" : ", '", all[i], "'");
  }
  if (all.size() > kShown) known += ", ...";
  const std::string where = row < 0 ? "LabelIndex: " : cat("LabelIndex: row ", row, ": ");
  fail(ErrorCode::not_found,
       cat(where, "unknown label '", label, "'; the ", size(), " classes are ", known));
}

Config LabelIndex::to_config() const {
  Config list = Config::list();
  for (const std::string& name : names()) list.push_back(Config(name));
  return list;
}

LabelIndex LabelIndex::from_config(const Config& config) {
  std::vector<std::string> names;
  for (const Config& item : config.items()) names.push_back(item.as_string());
  return LabelIndex(names);
}

}  // namespace linnet::inline v0
