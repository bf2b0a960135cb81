#include <linnet/layers/integer_lookup.hpp>
#include <linnet/ops/category.hpp>
#include <linnet/ops/elementwise.hpp>

#include "layers/index_lookup.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

using IntegerNumbers = detail::LookupNumbers<IntegerLookup>;

struct Table {
  std::vector<std::int64_t> keys, values;

  /// `first`: the value of the first token.
  Table(std::vector<std::pair<Index, Index>> pairs, Index first) {
    std::ranges::sort(pairs);
    for (const auto& [key, value] : pairs) {
      if (!keys.empty() && keys.back() == key) {  // as Vocabulary says it
        fail(ErrorCode::invalid_argument, cat("Vocabulary: '", key, "' occurs twice, at ",
                                              values.back() - first, " and ", value - first));
      }
      keys.push_back(key);
      values.push_back(value);
    }
  }
  Value of(const Value& x, const ops::Lookup& op) const {
    const Shape size{static_cast<Index>(keys.size())};
    return linnet::apply(
        op, {ops::cast(x, DType::int64), ops::constant(Tensor::of<std::int64_t>(size, keys)),
             ops::constant(Tensor::of<std::int64_t>(size, values))});
  }
};

void check_numbers(const IntegerLookup& layer, const TensorType& x) {
  if (is_floating(x.dtype) || x.dtype == DType::string) {
    fail(ErrorCode::dtype_mismatch, cat("expected integers, got ", x));
  }
  if (!layer.salt.halves().empty() && layer.oov_method != "farmhash") {
    fail(ErrorCode::invalid_argument, "salt needs oov_method 'farmhash'");
  }
}

/// Places to integers.
Value inverted(const IntegerLookup& layer, const IntegerNumbers& numbers, const Value& x) {
  std::vector<std::pair<Index, Index>> pairs;
  if (numbers.oov_start == 1) pairs.emplace_back(0, *layer.mask_token);
  for (std::size_t i = 0; i < numbers.tokens.size(); ++i) {
    pairs.emplace_back(numbers.token_start + static_cast<Index>(i), numbers.tokens[i]);
  }
  return Table(std::move(pairs), numbers.token_start)
      .of(x, {.oov_start = layer.oov_token, .oov_count = 1});
}

}  // namespace

void IntegerLookup::adapt(const std::function<bool(Tensor&)>& next) {
  detail::learn_tokens(*this, [&](Tensor& batch) {
    if (!next(batch)) return false;
    if (is_floating(batch.dtype()) || batch.dtype() == DType::string) {
      fail(ErrorCode::dtype_mismatch,
           cat("IntegerLookup: adapt: expected integers, got ", batch.dtype()));
    }
    batch = batch.cast(DType::int64);
    return true;
  });
}

void IntegerLookup::adapt(const Tensor& x) { adapt(detail::once(x)); }

std::vector<Index> IntegerLookup::get_vocabulary() const {
  return detail::within_class<IntegerLookup>([&] { return IntegerNumbers(*this).all(*this); });
}

Index IntegerLookup::vocabulary_size() const {
  return detail::within_class<IntegerLookup>([&] { return IntegerNumbers(*this).size(); });
}

Value IntegerLookup::emit(Scope&, const Call& call) const {
  const Value& x = call.input();
  check_numbers(*this, x.type());
  const IntegerNumbers numbers(*this);
  std::vector<std::pair<Index, Index>> pairs;
  if (mask_token) pairs.emplace_back(*mask_token, output_mode == "int" ? 0 : -1);
  for (std::size_t i = 0; i < numbers.tokens.size(); ++i) {
    pairs.emplace_back(numbers.tokens[i], numbers.token_start + static_cast<Index>(i));
  }
  const Table table(std::move(pairs), numbers.token_start);  // also refuses tokens that come twice
  if (invert) return inverted(*this, numbers, x);
  const Value places = table.of(x, {.oov_start = numbers.oov_start,
                                    .oov_count = num_oov_indices,
                                    .hashed = oov_method == "farmhash",
                                    .salt = salt.halves()});
  const bool weighted = output_mode == "tf_idf";
  return detail::encoded(places, output_mode, numbers.depth,
                         weighted ? ops::constant(numbers.weights(*this)) : Value());
}

}  // namespace linnet::inline v0
