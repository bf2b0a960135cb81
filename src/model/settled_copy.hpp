// settled_copy: a parameter with nothing left to make up.
#pragma once

#include <memory>

#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// The parameter, or, if rows of it wait for updates, a copy of its value and slots in which they
/// are made up. Training goes on as if nobody had looked.
std::shared_ptr<Parameter> settled_copy(const ModelState& model,
                                        const std::shared_ptr<Parameter>& parameter);

}  // namespace linnet::inline v0::detail
