#include <algorithm>
#include <linnet/core/printable.hpp>
#include <linnet/model/model_to_dot.hpp>
#include <linnet/model/summary.hpp>

namespace linnet::inline v0 {

using detail::cat;
using detail::printable;

namespace {

using Positions = std::vector<std::size_t>;

std::string dot_string(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '\n') {
      quoted += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

/// Writes a summary's layers, which come in depth-first order.
class DotWriter {
 public:
  DotWriter(const ModelSummary& summary, const DotOptions& options)
      : layers_(summary.layers), options_(options) {
    text_ = cat("digraph ", dot_string(printable(summary.name)),
                " {\n  rankdir=", options.rankdir.word(),
                ";\n  node [shape=box, style=rounded, fontname=\"Helvetica\", fontsize=11];\n");
    const Positions outer = siblings(0, 0);
    write(outer, "  ");
    connect(outer, {});
    text_ += "}\n";
  }

  std::string text() && { return std::move(text_); }

 private:
  /// The layers of one model: those of this depth from `begin` on, up to a lesser depth.
  Positions siblings(std::size_t begin, std::size_t depth) const {
    Positions found;
    for (std::size_t i = begin; i < layers_.size() && layers_[i].depth >= depth; ++i) {
      if (layers_[i].depth == depth) found.push_back(i);
    }
    return found;
  }
  Positions inside(std::size_t layer) const {
    return siblings(layer + 1, layers_[layer].depth + 1);
  }

  void write(const Positions& model, const std::string& indent) {
    for (const std::size_t i : model) {
      const Positions inner = inside(i);
      if (inner.empty()) {
        text_ += cat(indent, node(i), "\n");
        continue;
      }
      text_ += cat(indent, "subgraph cluster_", std::uint64_t{i}, " {\n", indent,
                   "  style=rounded;\n", indent, "  ", node(i), "\n");
      write(inner, indent + "  ");
      text_ += indent + "}\n";
    }
  }

  std::string node(std::size_t i) const {
    const LayerSummary& layer = layers_[i];
    std::string label = cat(printable(layer.name), "\n", printable(layer.class_name));
    if (options_.show_shapes) {
      for (const Shape& shape : layer.output_shapes) label += cat("\n", shape);
      if (layer.parameters > 0) label += cat("\n", layer.parameters, " parameters");
    }
    const bool frozen = options_.show_trainable && !layer.trainable;
    return cat("n", std::uint64_t{i}, " [label=", dot_string(label),
               frozen ? ", style=\"rounded,dashed\"" : "", "];");
  }

  void edge(std::size_t from, std::size_t to) {
    text_ += cat("  n", std::uint64_t{from}, " -> n", std::uint64_t{to}, ";\n");
  }

  /// The edges between the layers of one model; what reads its inputs comes after `head`.
  void connect(const Positions& model, const Positions& head) {
    const bool functional =
        std::ranges::any_of(model, [&](std::size_t i) { return !layers_[i].inputs.empty(); });
    Positions before = head;
    for (const std::size_t i : model) {
      if (functional) before = layers_[i].inputs.empty() ? head : named(model, layers_[i].inputs);
      for (const std::size_t from : before) {
        for (const std::size_t end : ends(from, before == head)) edge(end, i);
      }
      before = {i};
      connect(inside(i), {i});
    }
  }

  Positions named(const Positions& model, const std::vector<std::string>& names) const {
    Positions found;
    for (const std::string& name : names) {
      const auto is_it = [&](std::size_t i) { return layers_[i].name == name; };
      if (const auto at = std::ranges::find_if(model, is_it); at != model.end())
        found.push_back(*at);
    }
    return found;
  }

  /// Where the output of a layer comes from: of a model in a frame, from those of its layers that
  /// no other reads. `itself`: from its own box.
  Positions ends(std::size_t layer, bool itself) const {
    const Positions inner = inside(layer);
    if (itself || inner.empty()) return {layer};
    Positions found;
    const bool functional =
        std::ranges::any_of(inner, [&](std::size_t i) { return !layers_[i].inputs.empty(); });
    for (const std::size_t i : inner) {
      const bool is_read = std::ranges::any_of(inner, [&](std::size_t reader) {
        return std::ranges::count(layers_[reader].inputs, layers_[i].name) > 0;
      });
      if (functional ? is_read : i != inner.back()) continue;
      for (const std::size_t end : ends(i, false)) found.push_back(end);
    }
    return found;
  }

  const std::vector<LayerSummary>& layers_;
  const DotOptions& options_;
  std::string text_;
};

}  // namespace

std::string model_to_dot(const Model& model, const DotOptions& options) {
  const ModelSummary summary = summarize(model, {.expand_nested = options.expand_nested});
  return DotWriter(summary, options).text();
}

}  // namespace linnet::inline v0
