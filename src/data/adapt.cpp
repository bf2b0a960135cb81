// Layers that learn from data sets.
#include <linnet/data/dataset.hpp>
#include <linnet/layers/data_normalization.hpp>

namespace linnet::inline v0 {

void Normalization::adapt(const Dataset& data) {
  if (data.endless()) {
    detail::fail(ErrorCode::bad_state, "Normalization: adapt: the data set never ends");
  }
  DatasetIterator batches = data.iterate();
  Batch batch;
  adapt([&](Tensor& x) {
    if (!batches.next(batch)) return false;
    const Tensor* rows = std::get_if<Tensor>(&batch.x.front());
    if (rows == nullptr) {
      detail::fail(ErrorCode::unsupported,
                   "Normalization: adapt: the rows have different lengths; expected a tensor");
    }
    x = *rows;
    return true;
  });
}

}  // namespace linnet::inline v0
