// classification_report: precision, recall and F1 score of each class.
#pragma once

#include <linnet/core/tensor.hpp>
#include <string>
#include <vector>

namespace linnet::inline v0 {

/// How often samples of class i (row) were predicted as class j (column): int32
/// (num_classes, num_classes). Labels and predictions are classes, int32 or int64 (n) or (n, 1), or
/// scores, float32 (n, classes), whose largest is the class. Of one column, float32 (n, 1) or (n),
/// predictions are probabilities of class 1, which is predicted above 0.5, and labels are rounded.
/// Without num_classes there are as many as scores have columns (two of one column), or one more
/// than the largest class, up to 1024. Error: different n, a class out of range, NaN, a probability
/// outside [0, 1], more than 16384 classes.
LINNET_API Tensor confusion_matrix(const Tensor& labels, const Tensor& predictions,
                                   Index num_classes = any);

/// What is known of one class, or the mean of several. Nothing divided by nothing is 0.
struct ClassScores {
  std::string name = {};
  double precision = 0;  ///< of what was predicted as this class, the share that is
  double recall = 0;     ///< of what is of this class, the share that was predicted so
  double f1_score = 0;   ///< 2 precision recall / (precision + recall)
  Index support = 0;     ///< samples of this class
};

struct LINNET_API ClassificationReport {
  std::vector<ClassScores> classes = {};
  double accuracy = 0;
  ClassScores macro_average = {};     ///< every class counting the same
  ClassScores weighted_average = {};  ///< classes counting by their samples
  Tensor confusion = {};              ///< see confusion_matrix

  /// A table of all this: one line a class, then accuracy and means.
  std::string str(int digits = 2) const;
};

/// The scores of each class. Labels and predictions as for confusion_matrix. Without names the
/// classes are called "0", "1", ... Error: as there; a class without a name; another number of
/// names than scores have classes.
LINNET_API ClassificationReport classification_report(const Tensor& labels,
                                                      const Tensor& predictions,
                                                      const std::vector<std::string>& names = {});

}  // namespace linnet::inline v0
