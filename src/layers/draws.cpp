#include "layers/draws.hpp"

#include <linnet/core/random.hpp>
#include <linnet/ops/random.hpp>

namespace linnet::inline v0 {

Config FactorRange::to_config() const {
  if (!pair_) return Config(low_);
  Config list = Config::list();
  list.push_back(Config(low_));
  list.push_back(Config(high_));
  return list;
}

FactorRange FactorRange::from_config(const Config& config) {
  if (!config.is_list()) return config.as_number();
  if (config.items().size() != 2) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("a factor is a number or two, got ",
                             std::uint64_t{config.items().size()}, " numbers"));
  }
  return {config.items()[0].as_number(), config.items()[1].as_number()};
}

namespace detail {

FactorRange ends_of(std::string_view field, const FactorRange& factor, double from,
                    const Range& allowed) {
  require({}, field, factor.low(), allowed);
  require({}, field, factor.high(), allowed);
  if (factor.is_pair()) return factor;
  return {from * std::abs(factor.low()), std::abs(factor.low())};
}

std::uint64_t Draws::key() {
  if (!seed_) return scope_.random_key();
  return RandomStream(static_cast<std::uint64_t>(*seed_), cat("draw/", calls_++)).key();
}

Value Draws::uniform(Index rows, const FactorRange& range) {
  const Value like = ops::constant(Tensor(DType::float32, {rows, 1}));
  return ops::random_uniform(like, scope_.seed(), key(), static_cast<float>(range.low()),
                             static_cast<float>(range.high()));
}

}  // namespace detail
}  // namespace linnet::inline v0
