// Nodes of functional models that are functions: of keras.ops, and of TensorFlow in older files.
#pragma once

#include "keras/call_data.hpp"
#include "keras/model_reader.hpp"
#include "operations/operations.hpp"

namespace linnet::inline v0::detail::keras {

/// The call of a function by Keras 3's names: "numpy.Multiply", {"x1": {"tensor": 0}, "x2": 3}.
struct FunctionCall {
  std::string function;
  Config arguments = Config::object();
};

/// The function that a class stands for where no module is said, or null.
const OperationInfo* operation_of_class(std::string_view class_name);

/// Error (unsupported): a function that linnet has not, by name.
FunctionCall read_function(const Entry& entry, const CallData& call);

/// tensorflow_functions.cpp: of a TFOpLambda or SlicingOpLambda.
FunctionCall tensorflow_function(const Entry& entry, const CallData& call);
/// Of a TensorFlowOpLayer, which TensorFlow 2.0 to 2.3 wrote for it.
FunctionCall tensorflow_node(const Entry& entry, const CallData& call);

}  // namespace linnet::inline v0::detail::keras
