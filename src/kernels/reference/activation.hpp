// Activation functions of one number, for reference kernels.
#pragma once

#include <linnet/ops/activation.hpp>

namespace linnet::inline v0 {

double activation_of(const ops::Activate& f, double x);
/// f'(x) told from y = f(x); f.slope_from_output() must hold.
double slope_from_output(const ops::Activate& f, double y);

}  // namespace linnet::inline v0
