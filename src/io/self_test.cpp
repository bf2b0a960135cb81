// Self-test rows in a model file: what the model made of them when it was saved.
#include <algorithm>
#include <cmath>
#include <linnet/io/packed_strings.hpp>
#include <linnet/layers/embedding.hpp>

#include "io/model_file.hpp"

namespace linnet::inline v0::detail {

namespace {

constexpr Index kRows = 2;     ///< made up, if training saw none
constexpr Index kUnknown = 8;  ///< stands for sizes that the model leaves open

std::string x_name(std::size_t i) { return cat("self_test/x", static_cast<Index>(i)); }
std::string y_name(std::size_t i) { return cat("self_test/y", static_cast<Index>(i)); }

/// The smallest table that ids are looked up in, also inside other models; at most `ids`.
Index fewest_ids(const LayerInstance& layer, Index ids) {
  if (layer.class_name() == Embedding::kName) {
    ids = std::min(ids, static_cast<const Embedding*>(layer.address())->input_dim);
  }
  for (const auto& inner : layer.sublayers()) ids = fewest_ids(*inner, ids);
  return ids;
}

/// Numbers that depend on their position alone: ids below `ids`, or from 0 to 2, since pixels from
/// 0 to 1 would be warned of.
Tensor made_up(const TensorType& type, Index ids) {
  Shape shape = type.shape.with(0, kRows);
  for (int axis = 1; axis < shape.rank(); ++axis) {
    if (shape[axis] == any) shape = shape.with(axis, kUnknown);
  }
  if (type.dtype == DType::string) {
    std::vector<std::string> texts(static_cast<std::size_t>(shape.elements()), "self test");
    return Tensor::strings(std::move(texts)).reshaped(shape);
  }
  const RandomStream numbers(0, "self_test");
  Tensor floats(DType::float32, shape);
  std::uint64_t position = 0;
  for (float& x : floats.data<float>()) {
    x = is_floating(type.dtype)
            ? 2 * numbers.uniform(position)
            : static_cast<float>(numbers.below(static_cast<std::uint64_t>(ids), position));
    ++position;
  }
  return type.dtype == DType::float32 ? floats : floats.cast(type.dtype);
}

Columns made_up_rows(const ModelState& model) {
  constexpr Index kExactInFloat = Index{1} << 24;
  const bool looks_up = fewest_ids(model, kExactInFloat) < kExactInFloat;
  const Index ids = looks_up ? std::max<Index>(fewest_ids(model, kExactInFloat), 1) : 2;
  Columns columns;
  for (const Value& input : model.inputs) columns.push_back(made_up(input.type(), ids));
  return columns;
}

/// The rows to test with and their outputs. Made-up rows may be such as the model refuses; then
/// there are none.
std::vector<Tensor> sample_outputs(const Model& model, Columns& rows) {
  const bool tellable = std::ranges::none_of(rows, [](const Column& column) {
    const Tensor* texts = std::get_if<Tensor>(&column);
    return texts != nullptr && texts->dtype() == DType::string && texts->empty();
  });
  if (!rows.empty() && tellable) return model.predict_all(rows);
  rows = made_up_rows(*model.state());
  try {
    return model.predict_all(rows);
  } catch (const Error&) {
    return {};
  }
}

Tensor storable(const Tensor& tensor) {
  if (tensor.dtype() != DType::string) return tensor;
  const auto strings = tensor.data<std::string>();
  return pack_strings({strings.begin(), strings.end()});
}

/// The shape of rows of texts that are not a plain list, which packing forgets.
void add_shape(const std::string& name, const Tensor& rows, std::vector<NamedTensor>& tensors) {
  if (rows.dtype() != DType::string || rows.shape().rank() == 1) return;
  Tensor sizes(DType::int64, {rows.shape().rank()});
  for (int axis = 0; axis < rows.shape().rank(); ++axis) {
    sizes.data<std::int64_t>()[static_cast<std::size_t>(axis)] = rows.shape()[axis];
  }
  tensors.push_back({name + "/shape", std::move(sizes)});
}

Tensor read_texts(const std::string& name, TensorTable& tensors) {
  Tensor texts = Tensor::strings(unpack_strings(tensors.take(name)));
  if (!tensors.has(name + "/shape")) return texts;
  const Tensor shape = tensors.take(name + "/shape", {DType::int64, {any}});
  std::vector<Index> sizes;
  for (const std::int64_t size : shape.data<std::int64_t>()) {
    if (size < 0 || size > texts.size()) {
      fail(ErrorCode::corrupt_file,
           cat(name, ": a shape with ", size, " for ", texts.size(), " texts"));
    }
    sizes.push_back(size);
  }
  return texts.reshaped(Shape(sizes));
}

Columns read_rows(const ModelState& model, TensorTable& tensors) {
  Columns rows;
  for (std::size_t i = 0; i < model.inputs.size(); ++i) {
    const std::string name = x_name(i);
    if (tensors.has(name + "/splits")) {
      Ragged ragged{tensors.take(name + "/values").clone(),
                    tensors.take(name + "/splits", {DType::int64, {any}}).clone()};
      ragged.check();
      rows.push_back(std::move(ragged));
    } else if (model.inputs[i].dtype() == DType::string) {
      rows.push_back(read_texts(name, tensors));
    } else {
      rows.push_back(tensors.take(name).clone());
    }
  }
  return rows;
}

/// The largest difference as a part of the largest number; NaN equals NaN.
double difference(const Tensor& got, const Tensor& expected) {
  if (got.dtype() != expected.dtype() || got.shape() != expected.shape()) return INFINITY;
  if (got.dtype() != DType::float32) return got == expected ? 0 : INFINITY;
  double scale = 1e-30;
  double largest = 0;
  for (std::size_t i = 0; i < got.data<float>().size(); ++i) {
    const double a = double{got.data<float>()[i]};
    const double b = double{expected.data<float>()[i]};
    if (a == b || (std::isnan(a) && std::isnan(b))) {
      if (std::isfinite(b)) scale = std::max(scale, std::abs(b));
      continue;
    }
    if (!std::isfinite(a) || !std::isfinite(b)) return INFINITY;
    scale = std::max(scale, std::abs(b));
    largest = std::max(largest, std::abs(a - b));
  }
  return largest / scale;
}

}  // namespace

void add_self_test(const Model& model, std::vector<NamedTensor>& tensors) {
  Columns rows = model.state()->sample;
  const std::vector<Tensor> outputs = sample_outputs(model, rows);
  if (outputs.empty()) return;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (const auto* ragged = std::get_if<Ragged>(&rows[i])) {
      tensors.push_back({x_name(i) + "/values", ragged->values});
      tensors.push_back({x_name(i) + "/splits", ragged->splits});
    } else {
      const Tensor& column = std::get<Tensor>(rows[i]);
      tensors.push_back({x_name(i), storable(column)});
      add_shape(x_name(i), column, tensors);
    }
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) tensors.push_back({y_name(i), outputs[i]});
}

void run_self_test(const Model& model, TensorTable& tensors) {
  constexpr double kTolerance = 1e-4;
  if (!tensors.has(y_name(0))) return;
  ModelState& state = *model.state();
  state.sample = read_rows(state, tensors);
  const std::vector<Tensor> outputs = model.predict_all(state.sample);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const double off = difference(outputs[i], tensors.take(y_name(i)));
    if (off <= kTolerance) continue;
    fail(ErrorCode::corrupt_file,
         cat("self-test: output ", static_cast<Index>(i), " differs by ", off,
             " of its scale from what the model gave when it was saved; allowed are ", kTolerance));
  }
}

}  // namespace linnet::inline v0::detail
