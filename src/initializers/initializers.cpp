#include <linnet/initializers.hpp>

namespace linnet::inline v0 {

const detail::InitializerModel& detail::InitializerModel::made(int index) {
  return Initializers::made(index);
}

Initializer Initializer::named(std::string_view name) {
  return Initializer(detail::Initializers::read(Config(name)));
}

Initializer Initializer::from_config(const Config& config) {
  if (config.is_null()) detail::fail(ErrorCode::invalid_argument, "initializer: none was given");
  return Initializer(detail::Initializers::read(config));
}

Initializer::operator Fill() const {
  return [self = *this](Tensor& target, const RandomStream& random) { self.fill(target, random); };
}

}  // namespace linnet::inline v0
