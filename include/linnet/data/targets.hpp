// Class numbers as one-hot rows, and class weights as sample weights.
#pragma once

#include <linnet/core/tensor.hpp>
#include <map>

namespace linnet::inline v0 {

/// One-hot rows, float32 (..., num_classes), of class numbers (n), (n, 1) or of any shape; a last
/// axis of 1 is dropped, as in Keras. `num_classes` any: the largest number + 1.
/// Error: dtype_mismatch: not int32, int64, uint8 or a whole float; out_of_range: a number outside
/// [0, num_classes), naming row and number.
LINNET_API Tensor to_categorical(const Tensor& labels, Index num_classes = any);

/// The weight of each row by its class, float32 (n). `labels` are class numbers, (n) or (n, 1), or
/// one-hot rows (n, classes), of which the largest counts; a class that is not named weighs 1.
/// Error: shape_mismatch, dtype_mismatch; invalid_argument: a weight that is negative or not
/// finite.
LINNET_API Tensor class_sample_weights(const Tensor& labels,
                                       const std::map<Index, float>& class_weight);

}  // namespace linnet::inline v0
