#include "layers/category.hpp"

#include <algorithm>
#include <linnet/layers/category_encoding.hpp>
#include <linnet/layers/hash_salt.hpp>
#include <linnet/ops/category.hpp>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/shape.hpp>

#include "core/count_ids.hpp"
#include "core/require.hpp"

namespace linnet::inline v0 {

namespace detail {

namespace {

/// Each number as a row of one, which counting makes one-hot: (..., n) -> (..., n, 1), and
/// (..., 1) as it is.
Shape rows_of_one(const Shape& ids) {
  return ids.rank() > 1 && ids[-1] == 1 ? ids : ids.joined({1});
}

}  // namespace

std::span<const std::string> require_texts(const Tensor& x) {
  if (x.dtype() == DType::string) return x.data<std::string>();
  fail(ErrorCode::dtype_mismatch, cat("expected texts, got ", x.dtype(), " ", x.shape()));
}

void require_mode(CategoryOutput mode, std::initializer_list<CategoryOutput> known) {
  if (std::ranges::find(known, mode) != known.end()) return;
  std::string list;
  for (const CategoryOutput each : known) list += cat(list.empty() ? "'" : ", '", each.word(), "'");
  fail(ErrorCode::invalid_argument,
       cat("output_mode must be one of ", list, ", got '", mode.word(), "'"));
}

TensorType encoded_type(const Shape& ids, CategoryOutput mode, Index depth) {
  if (mode == "int") return {DType::int32, ids};
  Shape rows = ids;
  if (mode == "one_hot") {
    rows = rows_of_one(ids);
  } else if (ids.rank() != 2) {
    fail(ErrorCode::shape_mismatch,
         cat("output_mode '", mode.word(), "' takes (batch, n), got ", ids));
  }
  return {DType::float32, rows.with(rows.rank() - 1, depth)};
}

Value encoded(const Value& ids, CategoryOutput mode, Index depth, const Value& weights) {
  encoded_type(ids.shape(), mode, depth);
  Value rows = ops::cast(ids, DType::int32);
  if (mode == "int") return rows;
  if (mode == "one_hot" && rows_of_one(ids.shape()) != ids.shape()) {
    rows = ops::expand_dims(rows, ids.shape().rank());
  }
  const bool weighted = mode == "count" && weights;
  const ops::CountIds op{depth, mode == "multi_hot", weighted};
  const Value counts = linnet::apply(op, weighted ? Values{rows, weights} : Values{rows});
  return mode == "tf_idf" ? ops::multiply(counts, weights) : counts;
}

Tensor encoded(const Tensor& ids, CategoryOutput mode, Index depth, const Tensor& weights) {
  const TensorType type = encoded_type(ids.shape(), mode, depth);
  if (mode == "int") return ids;
  Tensor y(type.dtype, type.shape);
  const Index rows = type.shape.elements(0, type.shape.rank() - 1);
  const Index width = mode == "one_hot" ? 1 : ids.shape()[-1];
  const auto counts = y.data<float>();
  count_ids(ids.data<std::int32_t>().data(), nullptr, rows, width, depth, mode == "multi_hot",
            counts.data());
  if (mode == "tf_idf") {
    const auto weight = weights.data<float>();
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] *= weight[i % weight.size()];
  }
  return y;
}

}  // namespace detail

Config HashSalt::to_config() const {
  if (halves_.empty()) return {};
  Config list = Config::list();
  for (const Index half : halves_) list.push_back(Config(half));
  return list;
}

HashSalt HashSalt::from_config(const Config& config) {
  if (config.is_null()) return {};
  if (!config.is_list()) return config.as_integer();
  if (config.items().size() != 2) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("a salt is a number or two, got ",
                             std::uint64_t{config.items().size()}, " numbers"));
  }
  return {config.items()[0].as_integer(), config.items()[1].as_integer()};
}

Value CategoryEncoding::emit(Scope&, const Call& call) const {
  detail::require({}, "num_tokens", num_tokens, detail::kSize);
  detail::require_mode(output_mode, {"one_hot", "multi_hot", "count"});
  if (call.inputs.size() == 1) return detail::encoded(call.input(), output_mode, num_tokens);
  if (call.inputs.size() != 2 || output_mode != "count") {
    detail::fail(
        ErrorCode::invalid_argument,
        detail::cat("takes ids, and for 'count' weights of them, got ",
                    std::uint64_t{call.inputs.size()}, " inputs for '", output_mode.word(), "'"));
  }
  return detail::encoded(call.inputs[0], output_mode, num_tokens,
                         ops::cast(call.inputs[1], DType::float32));
}

}  // namespace linnet::inline v0
