// The factories of the oneDNN kernels.
#pragma once

#include "kernels/kernel.hpp"

namespace linnet::inline v0 {

std::unique_ptr<Kernel> onednn_matmul(const KernelRequest& request);

}  // namespace linnet::inline v0
