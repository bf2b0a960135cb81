#include "score.hpp"

#include <algorithm>
#include <cmath>
#include <linnet/text/labels.hpp>

namespace linnet::cli {

Score score(const Model& model, const LabelledText& data) {
  const Tensor truth = LabelIndex(model.labels()).ids(data.labels);
  const std::vector<Prediction> guesses = model.predict(data.texts);
  Score result{.rows = static_cast<Index>(guesses.size())};
  Index right = 0;
  for (std::size_t row = 0; row < guesses.size(); ++row) {
    const auto label = static_cast<Index>(truth.data<std::int32_t>()[row]);
    const float p = guesses[row].probabilities.at(static_cast<std::size_t>(label));
    right += guesses[row].index == label ? 1 : 0;
    result.loss -= std::log(std::max(static_cast<double>(p), 1e-7));
  }
  const auto rows = static_cast<double>(std::max<Index>(result.rows, 1));
  result.accuracy = static_cast<double>(right) / rows;
  result.loss /= rows;
  return result;
}

}  // namespace linnet::cli
