// Parting a data set into training and validation rows.
#pragma once

#include <linnet/data/dataset.hpp>
#include <utility>

namespace linnet::inline v0 {

/// The rows before and the rows of the last `fraction` (in (0, 1)), in their order, as Keras's
/// validation_split: floor(rows * (1 - fraction)) rows come first.
/// Error: invalid_argument: a fraction that leaves one side empty; bad_state: the number of rows is
/// not known, they are in batches already, or shuffled anew in each epoch (rows would change
/// sides).
LINNET_API std::pair<Dataset, Dataset> validation_split(const Dataset& rows, double fraction);

/// Training rows and ceil(rows * fraction) test rows, drawn at random and in random order; the
/// same seed draws the same rows. Errors as above; bad_state also for a stream.
LINNET_API std::pair<Dataset, Dataset> train_test_split(const Dataset& rows, double fraction,
                                                        std::uint64_t seed);

}  // namespace linnet::inline v0
