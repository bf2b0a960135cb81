// Xception.
#pragma once

#include <linnet/applications/application.hpp>

namespace linnet::inline v0::applications {

/// Separable convolutions with shortcuts (Chollet 2016, arXiv:1610.02357), layer by layer as Keras
/// builds it. Input: images 299 x 299 by default, of 71 x 71 at least, after preprocess_input "tf".
LINNET_API Model Xception(const ApplicationOptions& options = {});

}  // namespace linnet::inline v0::applications
