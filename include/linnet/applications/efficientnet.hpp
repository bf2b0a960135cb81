// EfficientNetB0 to B7.
#pragma once

#include <linnet/applications/application.hpp>

namespace linnet::inline v0::applications {

/// Inverted residual blocks with squeeze-and-excite, wider and deeper from B0 to B7 (Tan and Le
/// 2019, arXiv:1905.11946), layer by layer as Keras builds them. Input: images of 0..255, the
/// preprocessing is within; with the top 224, 240, 260, 300, 380, 456, 528 and 600 high and wide,
/// of 32 x 32 at least. As in Keras, weights = "imagenet" has one Rescaling more than the others.
LINNET_API Model EfficientNetB0(const ApplicationOptions& options = {});
LINNET_API Model EfficientNetB1(const ApplicationOptions& options = {});
LINNET_API Model EfficientNetB2(const ApplicationOptions& options = {});
LINNET_API Model EfficientNetB3(const ApplicationOptions& options = {});
LINNET_API Model EfficientNetB4(const ApplicationOptions& options = {});
LINNET_API Model EfficientNetB5(const ApplicationOptions& options = {});
LINNET_API Model EfficientNetB6(const ApplicationOptions& options = {});
LINNET_API Model EfficientNetB7(const ApplicationOptions& options = {});

}  // namespace linnet::inline v0::applications
