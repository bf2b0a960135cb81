#include "score.hpp"

#include <algorithm>
#include <cmath>

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

void require_known(const LabelIndex& labels, const LabelledText& rows, const std::string& path,
                   const TableFormat& format) {
  const auto unknown = std::ranges::find_if(
      rows.labels, [&](const std::string& label) { return labels.find(label) < 0; });
  if (unknown == rows.labels.end()) return;
  TableReader reader(path, format);  // which knows the line of each row
  std::vector<std::string> fields;
  for (auto row = rows.labels.begin(); row <= unknown && reader.next(fields); ++row) continue;
  try {
    labels.id(*unknown);
  } catch (const Error& error) {
    throw error.within(detail::cat(path, ": line ", reader.line()));
  }
}

}  // namespace linnet::cli
