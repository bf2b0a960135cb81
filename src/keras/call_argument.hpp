// The inputs of written calls, and what Keras's call() is told of them.
#pragma once

#include "model/state.hpp"

namespace linnet::inline v0::detail::keras {

struct CallArgument {
  Value given;             ///< the call's input
  Value value;             ///< it without linnet's own functions around it
  Value mask = {};         ///< given with the call, or empty
  bool unmasked = false;   ///< the call does not use the mask that the value carries
  bool inference = false;  ///< the layer runs as in predict()
};

CallArgument call_argument(const Value& value);

}  // namespace linnet::inline v0::detail::keras
