#include <linnet/ops/einsum.hpp>

#include "kernels/reference/reference.hpp"
#include "kernels/reference/totals.hpp"
#include "kernels/strides.hpp"

namespace linnet::inline v0 {

namespace {

/// The strides of a tensor with these letters along the axes that `along` names; 0 where it has no
/// such letter.
Strides strides_along(const std::string& along, const std::string& letters, const Shape& shape) {
  const Strides own = strides_of(shape);
  Strides strides{};
  for (std::size_t i = 0; i < along.size(); ++i) {
    const std::size_t at = letters.find(along[i]);
    if (at != letters.npos) strides[i] = own[at];
  }
  return strides;
}

}  // namespace

std::unique_ptr<Kernel> reference_einsum(const KernelRequest& request) {
  const auto terms = detail::EinsumTerms::of(request.op.as<ops::Einsum>()->equation);
  std::string summed;
  Shape sums;
  for (std::size_t i = 0; i < terms.a.size(); ++i) {
    if (terms.y.find(terms.a[i]) != terms.y.npos) continue;
    summed += terms.a[i];
    sums = sums.joined({request.x(0)[static_cast<int>(i)]});
  }
  const Shape y_shape = request.y();
  const std::array<Strides, 2> kept{strides_along(terms.y, terms.a, request.x(0)),
                                    strides_along(terms.y, terms.b, request.x(1))};
  const std::array<Strides, 2> gone{strides_along(summed, terms.a, request.x(0)),
                                    strides_along(summed, terms.b, request.x(1))};
  return with_totals(request.outputs[0].dtype, [&]<class T, class Total>(T, Total) {
    return make_kernel([=](const Run& run) {
      walk(y_shape, kept, [&](Index i, const std::array<Index, 2>& at) {
        Total sum{};
        walk(sums, gone, [&](Index, const std::array<Index, 2>& inner) {
          sum += static_cast<Total>(run.x<T>(0)[at[0] + inner[0]]) *
                 static_cast<Total>(run.x<T>(1)[at[1] + inner[1]]);
        });
        run.y<T>()[i] = static_cast<T>(sum);
      });
    });
  });
}

}  // namespace linnet::inline v0
