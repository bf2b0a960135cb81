#include <linnet/optimizers.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

using detail::require;

const detail::OptimizerModel& detail::OptimizerModel::made(int index) {
  return Optimizers::made(index);
}

Optimizer Optimizer::named(std::string_view name) {
  return Optimizer(detail::Optimizers::read(Config(name)));
}

Optimizer Optimizer::from_config(const Config& config) {
  return Optimizer(detail::Optimizers::read(config));
}

void OptimizerSettings::check() const {
  constexpr std::string_view kWhere = "optimizer";
  require(kWhere, "weight_decay", weight_decay, detail::kNotNegative);
  require(kWhere, "clipnorm", clipnorm, detail::kPositive);
  require(kWhere, "global_clipnorm", global_clipnorm, detail::kPositive);
  require(kWhere, "clipvalue", clipvalue, detail::kPositive);
  if (clipnorm.has_value() + global_clipnorm.has_value() + clipvalue.has_value() > 1) {
    detail::fail(ErrorCode::invalid_argument,
                 "optimizer: only one of clipnorm, global_clipnorm and clipvalue may be set");
  }
  require(kWhere, "ema_momentum", ema_momentum, detail::kZeroToOne);
  require(kWhere, "ema_overwrite_frequency", ema_overwrite_frequency, detail::kPositive);
  require(kWhere, "loss_scale_factor", loss_scale_factor, detail::kPositive);
  require(kWhere, "gradient_accumulation_steps", gradient_accumulation_steps, detail::kPositive);
}

}  // namespace linnet::inline v0
