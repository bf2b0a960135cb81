#include "arrays.hpp"

#include <cmath>
#include <limits>
#include <linnet/io/npy.hpp>

#include "arguments.hpp"

namespace linnet::cli {

namespace {

bool is_whole(double value) {
  constexpr double kMost = 9007199254740992;  // 2^53: above it not all whole numbers are there
  return std::abs(value) <= kMost && value == std::floor(value);
}

/// Floats for an input of ids become integers, if they are whole.
Tensor as_taken(const Tensor& array, DType wanted) {
  if (is_floating(wanted) || wanted == DType::string || !is_floating(array.dtype())) return array;
  const Tensor numbers = array.cast(DType::float64);
  for (const double number : numbers.data<double>()) {
    if (is_whole(number)) continue;
    throw Error(ErrorCode::dtype_mismatch,
                detail::cat("the model takes ", wanted, ", and ", number, " is not whole"));
  }
  return numbers.cast(DType::int64);
}

template <class F>
auto naming(const std::string& path, F&& f) {
  try {
    return f();
  } catch (const Error& error) {
    throw error.within(path);
  }
}

}  // namespace

void require_count(const std::vector<std::string>& paths, std::size_t count,
                   std::string_view option, std::string_view what) {
  if (paths.size() == count) return;
  throw UsageError(detail::cat("the model has ", std::uint64_t{count}, " ", what, ", but ", option,
                               " is given ", std::uint64_t{paths.size()}, " times"));
}

std::vector<Tensor> read_inputs(const Model& model, const std::vector<std::string>& paths) {
  const Values& inputs = model.inputs();
  require_count(paths, inputs.size(), "--input", "inputs");
  std::vector<Tensor> arrays;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const Tensor array = read_npy(paths[i]);
    arrays.push_back(naming(paths[i], [&] { return as_taken(array, inputs[i].dtype()); }));
  }
  return arrays;
}

std::vector<Tensor> read_outputs(const Model& model, const std::vector<std::string>& paths,
                                 std::string_view option) {
  require_count(paths, model.outputs().size(), option, "outputs");
  std::vector<Tensor> arrays;
  for (const std::string& path : paths) {
    arrays.push_back(read_npy(path));
    if (arrays.back().dtype() != DType::string) continue;
    throw Error(ErrorCode::dtype_mismatch,
                path + ": expected numbers, got texts; classes are given by their numbers");
  }
  return arrays;
}

Config Difference::config() const {
  Config object = Config::object();
  object["max_absolute"] = Config(absolute);
  object["max_relative"] = Config(relative);
  return object;
}

Difference difference(const Tensor& got, const Tensor& expected) {
  if (got.shape() != expected.shape()) {
    throw Error(ErrorCode::shape_mismatch, detail::cat("it has the shape ", expected.shape(),
                                                       ", the model gives ", got.shape()));
  }
  const Tensor a = got.cast(DType::float64), b = expected.cast(DType::float64);
  const auto x = a.data<double>(), y = b.data<double>();
  Difference result;
  double largest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const bool same = x[i] == y[i] || (std::isnan(x[i]) && std::isnan(y[i]));
    const double d = same ? 0 : std::abs(x[i] - y[i]);
    result.absolute =
        std::isfinite(d) ? std::max(result.absolute, d) : std::numeric_limits<double>::infinity();
    if (!std::isfinite(result.absolute)) break;
    if (std::isfinite(y[i])) largest = std::max(largest, std::abs(y[i]));
  }
  result.relative = largest > 0 ? result.absolute / largest : result.absolute;
  return result;
}

}  // namespace linnet::cli
