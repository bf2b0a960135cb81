// VGG16 and VGG19.
#pragma once

#include <linnet/applications/application.hpp>

namespace linnet::inline v0::applications {

/// Plain stacks of 3 x 3 convolutions (Simonyan and Zisserman 2014, arXiv:1409.1556), layer by
/// layer as Keras builds them. Input: images 224 x 224 by default, of 32 x 32 at least, after
/// preprocess_input "caffe". With the top the size is fixed: its first Dense layer takes every
/// place of the feature map.
LINNET_API Model VGG16(const ApplicationOptions& options = {});
LINNET_API Model VGG19(const ApplicationOptions& options = {});

}  // namespace linnet::inline v0::applications
