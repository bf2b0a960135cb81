#include <linnet/optimizers.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

const detail::OptimizerModel& detail::OptimizerModel::made(int index) {
  return Optimizers::made(index);
}

Optimizer Optimizer::named(std::string_view name) {
  return Optimizer(detail::Optimizers::named(name));
}

Optimizer Optimizer::from_config(const Config& config) {
  return Optimizer(detail::Optimizers::read(config));
}

void OptimizerSettings::check() const {
  int ways = 0;
  for (const auto& [key, value] :
       {std::pair{"clipnorm", clipnorm}, std::pair{"global_clipnorm", global_clipnorm},
        std::pair{"clipvalue", clipvalue}}) {
    if (!value) continue;
    ++ways;
    if (!(*value > 0)) {
      fail(ErrorCode::invalid_argument, cat("optimizer: ", key, " must be positive, got ", *value));
    }
  }
  if (ways > 1) {
    fail(ErrorCode::invalid_argument,
         "optimizer: only one of clipnorm, global_clipnorm and clipvalue may be set");
  }
  for (const auto& [key, value] :
       {std::pair{"ema_overwrite_frequency", ema_overwrite_frequency},
        std::pair{"gradient_accumulation_steps", gradient_accumulation_steps}}) {
    if (value && *value < 1) {
      fail(ErrorCode::invalid_argument, cat("optimizer: ", key, " must be positive, got ", *value));
    }
  }
  if (use_ema && !(0 <= ema_momentum && ema_momentum <= 1)) {
    fail(ErrorCode::invalid_argument,
         cat("optimizer: ema_momentum must be in [0, 1], got ", ema_momentum));
  }
}

}  // namespace linnet::inline v0
