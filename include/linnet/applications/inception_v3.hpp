// InceptionV3.
#pragma once

#include <linnet/applications/application.hpp>

namespace linnet::inline v0::applications {

/// Modules of parallel convolutions of several sizes (Szegedy et al. 2015, arXiv:1512.00567), layer
/// by layer as Keras builds it. Input: images 299 x 299 by default, of 75 x 75 at least, after
/// preprocess_input "tf".
LINNET_API Model InceptionV3(const ApplicationOptions& options = {});

}  // namespace linnet::inline v0::applications
