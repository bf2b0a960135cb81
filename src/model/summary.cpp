// Keras's table of a model.
#include <algorithm>

#include "model/state.hpp"

namespace linnet::inline v0 {

namespace {

using detail::LayerInstance;

/// "1234567" -> "1,234,567"
std::string with_commas(Index number) {
  std::string digits = detail::text(number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string bytes_text(Index parameters) {
  double size = static_cast<double>(parameters) * 4;
  const char* units[] = {"B", "KB", "MB", "GB"};
  int unit = 0;
  while (size >= 1024 && unit < 3) {
    size /= 1024;
    ++unit;
  }
  const auto hundredths = static_cast<Index>(size * 100 + 0.5);
  const std::string fraction = detail::text(100 + hundredths % 100).substr(1);
  return detail::cat(hundredths / 100, ".", fraction, " ", units[unit]);
}

Index count_of(const LayerInstance& layer) {
  Index count = 0;
  for (const auto& parameter : layer.parameters) count += parameter->type.shape.elements();
  for (const auto& sublayer : layer.sublayers()) count += count_of(*sublayer);
  return count;
}

/// Columns padded to their widest entry, under a line.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  }
  std::string text;
  std::size_t total = 0;
  for (const std::size_t width : widths) total += width + 2;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      line += rows[r][c];
      line.append(widths[c] + 2 - rows[r][c].size(), ' ');
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
    if (r == 0) text.append(total, '=').append("\n");
  }
  text.append(total, '=').append("\n");
  return text;
}

std::string shapes_of(const Node& node) {
  std::string shapes;
  for (const TensorType& type : node.types) {
    shapes += detail::cat(shapes.empty() ? "" : ", ", type.shape);
  }
  return shapes;
}

}  // namespace

std::string Model::summary() const {
  detail::require_built(*state_, "summary");
  std::vector<std::vector<std::string>> rows{
      {"Layer (type)", "Output Shape", "Param #", "Connected to"}};
  std::map<const Node*, std::string> producer;
  for (const auto& node : topological_order(state_->outputs)) {
    const auto* call = node->op.as<ops::LayerCall>();
    std::string from;
    for (const Value& value : node->inputs) {
      from += detail::cat(from.empty() ? "" : ", ", producer[&value.node()]);
    }
    if (call == nullptr) {
      const auto* input = node->op.as<ops::Input>();
      producer[node.get()] = input == nullptr      ? std::string(node->op.name())
                             : input->name.empty() ? "input"
                                                   : input->name;
      if (input != nullptr && state_->sequential) continue;
      const std::string kind = input != nullptr ? "InputLayer" : std::string(node->op.name());
      rows.push_back(
          {detail::cat(producer[node.get()], " (", kind, ")"), shapes_of(*node), "0", from});
      continue;
    }
    const LayerInstance& layer = *call->layer.instance();
    producer[node.get()] = layer.name;
    std::string title = detail::cat(layer.name, " (", layer.class_name(), ")");
    if (!layer.trainable) title += " frozen";
    rows.push_back({title, shapes_of(*node), with_commas(count_of(layer)), from});
  }
  if (state_->sequential) {
    for (auto& row : rows) row.pop_back();
  }
  Index trainable_count = 0, fixed_count = 0;
  for (const detail::PathParameter& p : detail::parameters_of(*state_)) {
    const bool trains = p.parameter->trainable && !p.frozen;
    (trains ? trainable_count : fixed_count) += p.parameter->type.shape.elements();
  }
  auto line = [](const char* what, Index count) {
    return detail::cat(what, with_commas(count), " (", bytes_text(count), ")\n");
  };
  return detail::cat("Model: \"", state_->name.empty() ? "sequential" : state_->name, "\"\n",
                     table(rows), line("Total params: ", trainable_count + fixed_count),
                     line("Trainable params: ", trainable_count),
                     line("Non-trainable params: ", fixed_count));
}

}  // namespace linnet::inline v0
