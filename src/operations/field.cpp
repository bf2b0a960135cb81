#include "operations/field.hpp"

#include <algorithm>
#include <linnet/ops/shape.hpp>

#include "operations/operations.hpp"

namespace linnet::inline v0::detail {

namespace {

constexpr Index kFarthest = 32767;  ///< that a window reaches

}  // namespace

Value Field::result(const Value& y) const {
  const int rank = y.shape().rank();
  return first ? ops::transpose(y, moved_axis(rank, rank - 1, 1)) : y;
}

bool channels_first(const Arguments& in) {
  const std::string_view format = in.text("data_format", "channels_last");
  if (format != "channels_first" && format != "channels_last") {
    fail(ErrorCode::invalid_argument, cat("data_format: '", format, "'"));
  }
  return format == "channels_first";
}

Field field_of(const Arguments& in, Value x) {
  Field field{std::move(x), channels_first(in)};
  const int rank = field.x.shape().rank();
  if (rank < 3 || rank > 5) {
    fail(ErrorCode::shape_mismatch,
         cat("expected (batch, positions..., channels), got ", field.x.shape()));
  }
  if (field.first) field.x = ops::transpose(field.x, moved_axis(rank, 1, rank - 1));
  return field;
}

std::vector<Index> for_axes(const Arguments& in, std::string_view name, std::size_t axes,
                            std::vector<Index> otherwise, Index least) {
  std::vector<Index> all = in.has(name) ? in.integers(name) : std::move(otherwise);
  if (all.size() == 1) all.resize(axes, all[0]);
  const auto wrong = [&](Index n) { return n < least || n > kFarthest; };
  if (all.size() != axes || std::ranges::any_of(all, wrong)) {
    fail(ErrorCode::invalid_argument,
         cat(name, ": expected ", std::uint64_t{axes}, " numbers from ", least, " to ", kFarthest));
  }
  return all;
}

std::string padding_of(const Arguments& in) {
  std::string word(in.text("padding", "valid"));
  for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  if (word != "valid" && word != "same") {
    fail(ErrorCode::invalid_argument, cat("padding: '", word, "'"));
  }
  return word;
}

}  // namespace linnet::inline v0::detail
