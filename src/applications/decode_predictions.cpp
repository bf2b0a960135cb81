#include <algorithm>
#include <linnet/applications/decode_predictions.hpp>
#include <linnet/io/json.hpp>
#include <numeric>

#include "applications/model_files.hpp"
#include "core/require.hpp"
#include "io/file.hpp"

namespace linnet::inline v0::applications {

namespace {

using linnet::detail::cat;
using linnet::detail::fail;

constexpr std::string_view kWhere = "decode_predictions";

struct ClassNames {
  std::string name, description;
};

/// {"0": ["n01440764", "tench"], ...}
std::vector<ClassNames> read_class_index(const std::string& path) {
  const linnet::detail::InputFile file(path);
  std::string text(static_cast<std::size_t>(std::min(file.size(), std::uint64_t{1} << 20)), '\0');
  file.read(0, std::as_writable_bytes(std::span(text)));
  const Config index = parse_json(text);
  std::vector<ClassNames> names;
  for (Index i = 0; i < detail::kImageNetClasses; ++i) {
    const Config* pair = index.is_object() ? index.find(cat(i)) : nullptr;
    if (pair == nullptr || !pair->is_list() || pair->items().size() != 2) {
      fail(ErrorCode::corrupt_file, cat("expected the class ", i, " as [name, description]"));
    }
    names.push_back({pair->items()[0].as_string(), pair->items()[1].as_string()});
  }
  return names;
}

std::vector<ClassNames> imagenet_classes() {
  const std::string path = detail::find_model_file(
      kWhere, "imagenet_class_index.json",
      "keras.applications.imagenet_utils.decode_predictions(numpy.zeros((1, 1000)))",
      "Other networks' classes are given as labels");
  return linnet::detail::naming(path, [&] { return read_class_index(path); });
}

std::vector<ClassNames> class_names(const DecodeOptions& options) {
  if (options.labels.empty()) return imagenet_classes();
  std::vector<ClassNames> names;
  for (const std::string& label : options.labels) names.push_back({label, label});
  return names;
}

void check(const Tensor& predictions, const DecodeOptions& options) {
  linnet::detail::require(kWhere, "top", options.top, linnet::detail::kPositive);
  const Index classes =
      options.labels.empty() ? detail::kImageNetClasses : static_cast<Index>(options.labels.size());
  const Shape& shape = predictions.shape();
  if (predictions.dtype() != DType::float32 || shape.rank() != 2 || shape[1] != classes) {
    fail(predictions.dtype() != DType::float32 ? ErrorCode::dtype_mismatch
                                               : ErrorCode::shape_mismatch,
         cat(kWhere, ": expected float32 (rows, ", classes, "), got ", predictions.dtype(), " ",
             shape));
  }
}

}  // namespace

std::vector<std::vector<DecodedPrediction>> decode_predictions(const Tensor& predictions,
                                                               const DecodeOptions& options) {
  check(predictions, options);
  const std::vector<ClassNames> names = class_names(options);
  const auto scores = predictions.data<float>();
  const auto top = std::min(names.size(), static_cast<std::size_t>(options.top));
  std::vector<std::vector<DecodedPrediction>> decoded;
  std::vector<std::size_t> order(names.size());
  for (std::size_t row = 0; row < scores.size(); row += names.size()) {
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto better = [&](std::size_t a, std::size_t b) {  // NaN is worse than any number
      const float x = scores[row + a], y = scores[row + b];
      return x > y || (x == x && y != y) || (!(x < y) && (x == x) == (y == y) && a < b);
    };
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(top), order.end(),
                      better);
    auto& best = decoded.emplace_back();
    for (std::size_t i = 0; i < top; ++i) {
      const ClassNames& found = names[order[i]];
      best.push_back({found.name, found.description, scores[row + order[i]]});
    }
  }
  return decoded;
}

}  // namespace linnet::inline v0::applications
