// Layers whose output has the shape of their input.
#include <linnet/layers/activation.hpp>
#include <linnet/layers/dropout.hpp>
#include <linnet/ops/random.hpp>

namespace linnet::inline v0 {

Value Activation::emit(Scope&, const Call& call) const { return activation(call.input()); }

Value Dropout::emit(Scope& scope, const Call& call) const {
  if (!(rate >= 0 && rate <= 1)) {
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat("rate must be between 0 and 1, got ", rate));
  }
  if (!scope.training() || rate == 0) return call.input();
  const std::uint64_t key =
      seed ? RandomStream(static_cast<std::uint64_t>(*seed), scope.path()).key()
           : scope.random_key();
  return ops::dropout(call.input(), scope.seed(), rate, key, noise_shape.value_or(Shape{}));
}

}  // namespace linnet::inline v0
