// Pixel range: pictures in another range than the model takes.
#pragma once

#include "model/state.hpp"

namespace linnet::inline v0::detail {

/// A model of this name, and what follows it, turns pixels of 0..255 into what a network takes.
inline constexpr std::string_view kPreprocessing = "preprocess_";
/// True if the numbers look like pixels divided by 255 (a blank picture does not).
bool within_one(const Tensor& x);
/// Warns once a model.
void warn_of_range(const ModelState& model, const Columns& x);

}  // namespace linnet::inline v0::detail
