#include "optimizers/adam.hpp"

namespace linnet::inline v0 {

bool emit_rows_adam(UpdateScope&, const Value&, const Gradient&, const ops::AdamUpdate&) {
  return false;
}

}  // namespace linnet::inline v0
