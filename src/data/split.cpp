#include <cmath>
#include <linnet/data/split.hpp>

#include "core/require.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

void check_splittable(const char* where, const Dataset& rows) {
  if (rows.batched()) {
    fail(ErrorCode::bad_state, cat(where, ": the rows are in batches; split before batch()"));
  }
  if (rows.size() == any) {
    fail(ErrorCode::bad_state, cat(where, ": the number of rows is not known"));
  }
  if (rows.reorders()) {
    fail(ErrorCode::bad_state, cat(where,
                                   ": the rows are shuffled anew in each epoch, so they would "
                                   "change sides; split before shuffle()"));
  }
}

constexpr detail::Range kFraction{0, 1, false, false};

/// The first `count` rows and the rest. Error: one of them is empty.
std::pair<Dataset, Dataset> part(const char* where, const Dataset& rows, Index count,
                                 double fraction) {
  if (count <= 0 || count >= rows.size()) {
    fail(ErrorCode::invalid_argument, cat(where, ": a fraction of ", fraction, " of ", rows.size(),
                                          " rows leaves one side empty"));
  }
  return {rows.take(count), rows.skip(count)};
}

}  // namespace

std::pair<Dataset, Dataset> validation_split(const Dataset& rows, double fraction) {
  constexpr const char* kWhere = "validation_split";
  detail::require(kWhere, "fraction", fraction, kFraction);
  check_splittable(kWhere, rows);
  const double kept = static_cast<double>(rows.size()) * (1.0 - fraction);
  return part(kWhere, rows, static_cast<Index>(std::floor(kept)), fraction);
}

std::pair<Dataset, Dataset> train_test_split(const Dataset& rows, double fraction,
                                             std::uint64_t seed) {
  constexpr const char* kWhere = "train_test_split";
  detail::require(kWhere, "fraction", fraction, kFraction);
  check_splittable(kWhere, rows);
  if (!rows.in_memory()) fail(ErrorCode::bad_state, cat(kWhere, ": the rows are not in memory"));
  const auto test = static_cast<Index>(std::ceil(static_cast<double>(rows.size()) * fraction));
  return part(kWhere, rows.shuffle(seed, 1, false), rows.size() - test, fraction);
}

}  // namespace linnet::inline v0
