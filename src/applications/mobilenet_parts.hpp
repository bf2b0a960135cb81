// What the builders of the MobileNets share: names and checks.
#pragma once

#include <initializer_list>

#include "applications/networks.hpp"

namespace linnet::inline v0::applications::detail {

/// The height in the names of a network and its file: the input's, for the imagenet weights one of
/// `sizes`, 224 if the input is none of them; "None" if it is not known.
std::string size_in_name(const ApplicationOptions& options, std::initializer_list<Index> sizes);
/// "1.00"
std::string alpha_in_name(double alpha);
/// Error: not positive; with the imagenet weights none of `ready`.
void check_alpha(const ApplicationOptions& options, double alpha,
                 std::initializer_list<double> ready);

}  // namespace linnet::inline v0::applications::detail
