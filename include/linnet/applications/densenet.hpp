// DenseNet121, DenseNet169, DenseNet201.
#pragma once

#include <linnet/applications/application.hpp>

namespace linnet::inline v0::applications {

/// Networks in which each layer reads the outputs of all before it in its block (Huang et al. 2016,
/// arXiv:1608.06993), layer by layer as Keras builds them. Input: images 224 x 224 by default, of
/// 32 x 32 at least, after preprocess_input "torch".
LINNET_API Model DenseNet121(const ApplicationOptions& options = {});
LINNET_API Model DenseNet169(const ApplicationOptions& options = {});
LINNET_API Model DenseNet201(const ApplicationOptions& options = {});

}  // namespace linnet::inline v0::applications
