// RNN: any cell over time; StackedRNNCells: several cells as one.
#pragma once

#include <linnet/layers/inner_layer.hpp>

namespace linnet::inline v0 {

/// (batch, time, ...) -> the cell's output after the last step, or (batch, time, ...) with
/// return_sequences. A cell is a layer that takes x of one step and its states and gives its output
/// and the next states, and that says how wide these are: `std::vector<Index> state_sizes() const`.
/// LSTMCell, GRUCell, SimpleRNNCell and StackedRNNCells are cells. States as inputs and outputs,
/// masks and the order of time as in SimpleRNN. Error: stateful, which is not supported.
struct RNN {
  static constexpr const char* kName = "RNN";

  InnerLayer cell = {};
  bool return_sequences = false;
  bool return_state = false;
  bool go_backwards = false;
  bool stateful = false;
  bool unroll = false;
  bool zero_output_for_mask = false;
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("cell", self.cell);
    field("return_sequences", self.return_sequences);
    field("return_state", self.return_state);
    field("go_backwards", self.go_backwards);
    field("stateful", self.stateful);
    field("unroll", self.unroll);
    field("zero_output_for_mask", self.zero_output_for_mask);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  void prepare() { cell.prepare(); }
  LINNET_API std::vector<std::shared_ptr<detail::LayerInstance>> sublayers() const;
  LINNET_API Values emit(Scope& scope, const Call& call) const;
};

/// Each cell's output is the next one's x; the states are those of all cells, in order.
struct StackedRNNCells {
  static constexpr const char* kName = "StackedRNNCells";

  InnerLayers cells = {};
  std::string name = {};
  bool trainable = true;

  static void fields(auto& self, FieldVisitor& field) {
    field("cells", self.cells);
    field("name", self.name);
    field("trainable", self.trainable);
  }

  void prepare() { cells.prepare(); }
  LINNET_API std::vector<std::shared_ptr<detail::LayerInstance>> sublayers() const;
  LINNET_API std::vector<Index> state_sizes() const;
  LINNET_API Values emit(Scope& scope, const Call& call) const;
};

}  // namespace linnet::inline v0
