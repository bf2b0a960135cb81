// CallData: what a Keras file says of one use of a layer.
#pragma once

#include <linnet/core/config.hpp>
#include <linnet/core/shape.hpp>
#include <string>
#include <vector>

namespace linnet::inline v0::detail::keras {

/// An output of a use of a layer, as files name it.
struct TensorRef {
  std::string layer;
  Index call = 0;
  Index output = 0;
};

/// The arguments of one use. In `args` and `kwargs` a tensor is {"tensor": i}, i its place in
/// `tensors`, and an array {"array": numbers, "dtype": name}; all else is plain.
struct CallData {
  std::vector<TensorRef> tensors;
  Config args, kwargs;
  bool old_form = false;  ///< as versions before Keras 3 wrote it
};

/// Error (corrupt_file): what stands for a tensor or an array in CallData is in the file itself.
void refuse_places(const Config& value);
/// The place in `tensors`, if `argument` is a tensor; else -1.
Index tensor_of(const Config& argument);

/// Puts outputs 0, 1, ... of `layer` in the place of the arrays among the arguments; gives these.
std::vector<Config> take_arrays(CallData& call, const std::string& layer);

/// The uses that "inbound_nodes" of a layer lists, in Keras 3's form or the older one. Error:
/// corrupt_file.
std::vector<CallData> read_calls(const Config& inbound_nodes);

/// The tensors of "input_layers" or "output_layers": one, a list, or named ones in the order of
/// their names, as Keras takes them.
std::vector<TensorRef> read_references(const Config& config);

}  // namespace linnet::inline v0::detail::keras
