// Layers that learn from data sets.
#include <linnet/data/dataset.hpp>
#include <linnet/layers/data_normalization.hpp>
#include <linnet/layers/discretization.hpp>
#include <linnet/layers/integer_lookup.hpp>
#include <linnet/layers/string_lookup.hpp>

namespace linnet::inline v0 {

namespace {

/// layer.adapt() with the first input of each batch.
void adapt_to(auto& layer, const Dataset& data) {
  const auto name = std::remove_reference_t<decltype(layer)>::kName;
  if (data.endless()) {
    detail::fail(ErrorCode::bad_state, detail::cat(name, ": adapt: the data set never ends"));
  }
  DatasetIterator batches = data.iterate();
  Batch batch;
  layer.adapt([&](Tensor& x) {
    if (!batches.next(batch)) return false;
    const Tensor* rows = std::get_if<Tensor>(&batch.x.front());
    if (rows == nullptr) {
      detail::fail(
          ErrorCode::unsupported,
          detail::cat(name, ": adapt: the rows have different lengths; expected a tensor"));
    }
    x = *rows;
    return true;
  });
}

}  // namespace

void Normalization::adapt(const Dataset& data) { adapt_to(*this, data); }
void Discretization::adapt(const Dataset& data) { adapt_to(*this, data); }
void IntegerLookup::adapt(const Dataset& data) { adapt_to(*this, data); }
void StringLookup::adapt(const Dataset& data) { adapt_to(*this, data); }

}  // namespace linnet::inline v0
