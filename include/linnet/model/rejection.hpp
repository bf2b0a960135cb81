// Rejection: which answers of a classifier are too unsure to be given.
#pragma once

#include <linnet/metrics/roc_curve.hpp>
#include <linnet/model/model.hpp>

namespace linnet::inline v0 {

/// The curve of thresholds on the probability of the best class, for a model with one output of
/// class probabilities. The positive rows are those `in_scope`, which the model should answer:
/// recall is the part of them that is answered, false_positive_rate the part of those
/// `out_of_scope`, of none of the classes, that is answered too. Rows that were not trained on tell
/// what to expect. To answer 95 % of what the model knows:
///   auto curve = rejection_curve(model, validation_texts);
///   model.set_rejection_threshold(curve.at_recall(0.95).threshold);
/// `out_of_scope` may be left out then; at_false_positive_rate() and auc() need both.
/// Error: as Model::predict; shape_mismatch: the output is not (rows, classes); bad_state: it is
/// not probabilities in [0, 1].
LINNET_API RocCurve rejection_curve(const Model& model, const Inputs& in_scope,
                                    const Inputs& out_of_scope = {});

}  // namespace linnet::inline v0
