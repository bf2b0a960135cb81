// ResNet and ResNetV2.
#pragma once

#include <linnet/applications/application.hpp>

namespace linnet::inline v0::applications {

/// Residual networks (He et al. 2015, arXiv:1512.03385), layer by layer as Keras builds them.
/// Input: images 224 x 224 by default, of 32 x 32 at least, after preprocess_input "caffe".
LINNET_API Model ResNet50(const ApplicationOptions& options = {});
LINNET_API Model ResNet101(const ApplicationOptions& options = {});
LINNET_API Model ResNet152(const ApplicationOptions& options = {});

/// The same with normalization before the convolutions (He et al. 2016, arXiv:1603.05027); after
/// preprocess_input "tf".
LINNET_API Model ResNet50V2(const ApplicationOptions& options = {});
LINNET_API Model ResNet101V2(const ApplicationOptions& options = {});
LINNET_API Model ResNet152V2(const ApplicationOptions& options = {});

}  // namespace linnet::inline v0::applications
