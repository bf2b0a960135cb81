// How many threads are used where nothing else is said.
#pragma once

#include <linnet/export.hpp>

namespace linnet::inline v0 {

/// How many threads models take from now on whose RunOptions::threads is 0; so do data sets of
/// pictures whose options say 0 when they are made, and augment() when it meets batches of a new
/// shape. 0, as it is at the start: as many as there are cores. May be called while models run.
/// Error: below 0.
LINNET_API void set_default_threads(int threads);

/// What that comes to: at least 1.
LINNET_API int default_threads();

}  // namespace linnet::inline v0
