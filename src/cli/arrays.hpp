// Arrays in .npy files, as commands read, write and compare them.
#pragma once

#include <linnet/model/model.hpp>
#include <string>
#include <vector>

namespace linnet::cli {

/// What the files hold, one for each input of the model, with the dtypes that it takes: numbers are
/// converted as Keras does, but no fraction is cut off. Error: UsageError: not as many as inputs;
/// else naming the file.
std::vector<Tensor> read_inputs(const Model& model, const std::vector<std::string>& paths);

/// One array for each output. Error: UsageError: not as many as outputs.
std::vector<Tensor> read_outputs(const Model& model, const std::vector<std::string>& paths,
                                 std::string_view option);

/// Error: UsageError: `paths`, given by `option`, are not `count`; `what`: "inputs".
void require_count(const std::vector<std::string>& paths, std::size_t count,
                   std::string_view option, std::string_view what);

/// The largest difference of two numbers that stand in the same place.
struct Difference {
  double absolute = 0;
  double relative = 0;  ///< of the largest number that was expected

  Config config() const;
};
/// Error: shape_mismatch.
Difference difference(const Tensor& got, const Tensor& expected);

}  // namespace linnet::cli
