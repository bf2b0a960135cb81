#include <linnet/layers/hashing.hpp>
#include <linnet/ops/category.hpp>
#include <linnet/ops/elementwise.hpp>

#include "core/fingerprint.hpp"
#include "core/require.hpp"
#include "layers/category.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

Config HashMask::to_config() const {
  if (const auto* words = text()) return Config(*words);
  if (const auto* digits = number()) return Config(*digits);
  return {};
}

HashMask HashMask::from_config(const Config& config) {
  if (config.is_null()) return {};
  return config.is_string() ? HashMask(config.as_string()) : HashMask(config.as_integer());
}

namespace {

void check_hashing(const Hashing& layer) {
  detail::require({}, "num_bins", layer.num_bins, detail::kSize);
  detail::require_mode(layer.output_mode, {"int", "one_hot", "multi_hot", "count"});
}

/// As Keras has it, a single bin has no room for the mask.
bool masks(const Hashing& layer) { return layer.mask_value.given() && layer.num_bins > 1; }

void check_crossing(const HashedCrossing& layer, std::size_t inputs, const Shape& first) {
  detail::require({}, "num_bins", layer.num_bins, detail::kSize);
  detail::require_mode(layer.output_mode, {"int", "one_hot"});
  if (inputs < 2) {
    fail(ErrorCode::invalid_argument,
         cat("takes at least two inputs, got ", std::uint64_t{inputs}));
  }
  if (first.rank() < 1 || first.rank() > 2 || (first.rank() == 2 && first[1] != 1)) {
    fail(ErrorCode::shape_mismatch, cat("expected inputs (batch) or (batch, 1), got ", first));
  }
}

Tensor hashed(const Hashing& layer, const Tensor& texts) {
  check_hashing(layer);
  if (masks(layer) && layer.mask_value.text() == nullptr) {
    fail(ErrorCode::invalid_argument,
         cat("mask_value: expected a text, as the input has, got ", *layer.mask_value.number()));
  }
  const Index first = masks(layer) ? 1 : 0;
  const auto from = detail::require_texts(texts);
  Tensor buckets(DType::int32, texts.shape());
  for (std::size_t i = 0; i < from.size(); ++i) {
    const bool masked = first == 1 && from[i] == *layer.mask_value.text();
    const Index bucket =
        masked ? 0
               : first + detail::hash_bucket(from[i], layer.num_bins - first, layer.salt.halves());
    buckets.data<std::int32_t>()[i] = static_cast<std::int32_t>(bucket);
  }
  return detail::encoded(buckets, layer.output_mode, layer.num_bins);
}

Tensor crossed(const HashedCrossing& layer, const std::vector<Tensor>& inputs) {
  check_crossing(layer, inputs.size(), inputs.empty() ? Shape{} : inputs[0].shape());
  const Shape& shape = inputs[0].shape();
  std::vector<std::uint64_t> hashes(static_cast<std::size_t>(shape.elements()), detail::kCrossKey);
  for (const Tensor& input : inputs) {
    const bool other_type = is_floating(input.dtype());
    if (other_type || input.shape() != shape) {
      fail(other_type ? ErrorCode::dtype_mismatch : ErrorCode::shape_mismatch,
           cat("expected texts or integers ", shape, ", got ", input.dtype(), " ", input.shape()));
    }
    const bool texts = input.dtype() == DType::string;
    const Tensor numbers = texts ? Tensor(DType::int64, {0}) : input.cast(DType::int64);
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      const std::uint64_t value = texts
                                      ? detail::fingerprint64(input.data<std::string>()[i])
                                      : static_cast<std::uint64_t>(numbers.data<std::int64_t>()[i]);
      hashes[i] = detail::joined_fingerprints(hashes[i], value);
    }
  }
  Tensor buckets(DType::int32, shape);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    const std::uint64_t bucket = hashes[i] % static_cast<std::uint64_t>(layer.num_bins);
    buckets.data<std::int32_t>()[i] = static_cast<std::int32_t>(bucket);
  }
  return detail::encoded(buckets, layer.output_mode, layer.num_bins);
}

}  // namespace

Value Hashing::emit(Scope&, const Call& call) const {
  check_hashing(*this);
  const TensorType& type = call.input().type();
  if (type.dtype == DType::string) {
    return ops::input("buckets", detail::encoded_type(type.shape, output_mode, num_bins));
  }
  ops::HashBucket op{num_bins, salt.halves(), {}};
  if (masks(*this) && mask_value.number() != nullptr) {
    op.mask = *mask_value.number();
  } else if (masks(*this)) {
    fail(ErrorCode::invalid_argument, cat("mask_value: expected an integer, as the input is ",
                                          type.dtype, ", got '", *mask_value.text(), "'"));
  }
  const Value buckets = linnet::apply(op, {ops::cast(call.input(), DType::int64)});
  return detail::encoded(buckets, output_mode, num_bins);
}

Tensor Hashing::operator()(const Tensor& texts) const {
  return detail::within_class<Hashing>([&] { return hashed(*this, texts); });
}

std::variant<Tensor, Ragged> Hashing::transform(const Tensor& texts) const {
  return (*this)(texts);
}

Value HashedCrossing::emit(Scope&, const Call& call) const {
  const std::size_t count = call.inputs.size();
  check_crossing(*this, count, count == 0 ? Shape{} : call.inputs[0].shape());
  Values numbers;
  for (const Value& input : call.inputs) {
    if (is_floating(input.dtype()) || input.dtype() == DType::string) {
      fail(ErrorCode::dtype_mismatch,
           cat("in a model the inputs must be integers, got ", input.type()));
    }
    numbers.push_back(ops::cast(input, DType::int64));
  }
  return detail::encoded(linnet::apply(ops::CrossHash{num_bins}, std::move(numbers)), output_mode,
                         num_bins);
}

Tensor HashedCrossing::operator()(const std::vector<Tensor>& inputs) const {
  return detail::within_class<HashedCrossing>([&] { return crossed(*this, inputs); });
}

}  // namespace linnet::inline v0
