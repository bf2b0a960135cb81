// Keras's table of a model.
#include <algorithm>
#include <linnet/core/printable.hpp>
#include <linnet/model/summary.hpp>

#include "layers/operation.hpp"
#include "model/state.hpp"

namespace linnet::inline v0 {

namespace {

using detail::cat;
using detail::LayerInstance;
using detail::ModelState;
using detail::printable;

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
  return cat(hundredths / 100, ".", fraction, " ", units[unit]);
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

template <class List>
std::string joined(const List& list) {
  std::string text;
  for (const auto& item : list) text += cat(text.empty() ? "" : ", ", item);
  return text;
}

/// True if the layer, or all of a model, has its shapes and weights.
bool is_built(const LayerInstance& layer) {
  const ModelState* model = detail::as_model(layer);
  return model == nullptr ? !layer.parameters.empty() : detail::ready(*model);
}

/// Adds the lines of one model, and, if they are wanted, behind each inner model its own.
class Lines {
 public:
  Lines(std::vector<LayerSummary>& lines, bool expand) : lines_(lines), expand_(expand) {}

  void add(const ModelState& model, const std::string& prefix, std::size_t depth, bool trainable) {
    detail::ready(model) ? add_built(model, prefix, depth, trainable)
                         : add_listed(model, prefix, depth, trainable);
  }

 private:
  /// The layers of a Sequential without shapes.
  void add_listed(const ModelState& model, const std::string& prefix, std::size_t depth,
                  bool trainable) {
    const auto layers = model.sublayers();
    const std::vector<std::string> names = detail::layer_names(layers);
    for (std::size_t i = 0; i < layers.size(); ++i) {
      const LayerInstance& layer = *layers[i];
      const bool layer_trainable = trainable && layer.trainable;
      lines_.push_back({.name = names[i],
                        .path = prefix + names[i],
                        .class_name = std::string(layer.class_name()),
                        .parameters = count_of(layer),
                        .trainable = layer_trainable,
                        .depth = depth,
                        .built = is_built(layer)});
      add_inner(&layer, prefix + names[i] + "/", depth + 1, layer_trainable);
    }
  }

  void add_inner(const LayerInstance* layer, const std::string& prefix, std::size_t depth,
                 bool trainable) {
    const ModelState* inner = layer == nullptr ? nullptr : detail::as_model(*layer);
    if (expand_ && inner != nullptr) add(*inner, prefix, depth, trainable);
  }

  void add_built(const ModelState& model, const std::string& prefix, std::size_t depth,
                 bool trainable) {
    std::map<const Node*, std::string> names;          // of what each node comes from
    std::map<const LayerInstance*, std::size_t> seen;  // the lines of this model's layers
    for (const auto& node : topological_order(model.outputs)) {
      const LayerInstance* layer = detail::layer_of(*node);
      if (detail::marker_of(layer) != nullptr) {
        names[node.get()] = names[&node->inputs[0].node()];
        continue;
      }
      LayerSummary line = line_of(*node, trainable);
      names[node.get()] = line.name;
      line.path = prefix + line.name;
      line.depth = depth;
      if (!model.sequential) {
        for (const Value& value : node->inputs) line.inputs.push_back(names[&value.node()]);
      } else if (line.class_name == "InputLayer") {
        continue;
      }
      if (layer != nullptr && !seen.emplace(layer, lines_.size()).second) {
        used_again(lines_[seen[layer]], line);
        continue;
      }
      const std::string inner_prefix = line.path + "/";
      const bool inner_trainable = line.trainable;
      lines_.push_back(std::move(line));
      add_inner(layer, inner_prefix, depth + 1, inner_trainable);
    }
  }

  static LayerSummary line_of(const Node& node, bool trainable) {
    LayerSummary line{.trainable = trainable};
    for (const TensorType& type : node.types) line.output_shapes.push_back(type.shape);
    if (const auto* call = node.op.as<ops::LayerCall>()) {
      const LayerInstance& layer = *call->layer.instance();
      line.name = layer.name;
      line.class_name = layer.class_name();
      line.parameters = count_of(layer);
      line.trainable = trainable && layer.trainable;
    } else if (const auto* input = node.op.as<ops::Input>()) {
      line.name = input->name.empty() ? "input" : input->name;
      line.class_name = "InputLayer";
    } else {
      line.name = line.class_name = node.op.name();
    }
    return line;
  }

  static void used_again(LayerSummary& line, const LayerSummary& use) {
    line.inputs.insert(line.inputs.end(), use.inputs.begin(), use.inputs.end());
    for (const Shape& shape : use.output_shapes) {
      if (std::ranges::find(line.output_shapes, shape) == line.output_shapes.end()) {
        line.output_shapes.push_back(shape);
      }
    }
  }

  std::vector<LayerSummary>& lines_;
  bool expand_;
};

}  // namespace

ModelSummary summarize(const Model& model, const SummaryOptions& options) {
  const ModelState& state = *model.state();
  ModelSummary summary{.name = state.name.empty() ? "sequential" : state.name,
                       .built = detail::ready(state)};
  Lines(summary.layers, options.expand_nested).add(state, "", 0, state.trainable);
  for (const detail::PathParameter& p : detail::parameters_of(state)) {
    const bool trains = p.parameter->trainable && !p.frozen;
    (trains ? summary.trainable_parameters : summary.non_trainable_parameters) +=
        p.parameter->type.shape.elements();
  }
  return summary;
}

std::string Model::summary(const SummaryOptions& options) const {
  const ModelSummary summary = summarize(*this, options);
  std::vector<std::vector<std::string>> rows{
      {"Layer (type)", "Output Shape", "Param #", "Connected to"}};
  bool connections = false;
  for (const LayerSummary& layer : summary.layers) {
    std::string title(2 * layer.depth, ' ');
    title += cat(printable(layer.name), " (", printable(layer.class_name), ")",
                 layer.trainable ? "" : " frozen");
    const bool shaped = !layer.output_shapes.empty();
    rows.push_back({title, shaped ? joined(layer.output_shapes) : "?",
                    cat(with_commas(layer.parameters), layer.built ? "" : " (unbuilt)"),
                    printable(joined(layer.inputs))});
    connections |= !layer.inputs.empty();
  }
  if (!connections) {
    for (auto& row : rows) row.pop_back();
  }
  auto line = [](const char* what, Index count) {
    return cat(what, with_commas(count), " (", bytes_text(count), ")\n");
  };
  return cat("Model: \"", printable(summary.name), "\"\n", table(rows),
             line("Total params: ", summary.parameters()),
             line("Trainable params: ", summary.trainable_parameters),
             line("Non-trainable params: ", summary.non_trainable_parameters));
}

}  // namespace linnet::inline v0
