// LabelRange: what numbers the labels of a loss or a metric may be.
#pragma once

namespace linnet::inline v0::ops {

/// Between two ends, which are allowed.
struct LabelRange {
  float low = 0;
  float high = 1;
};

}  // namespace linnet::inline v0::ops
