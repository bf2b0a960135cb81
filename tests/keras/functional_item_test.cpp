// Entries of functional models, and the arrays that their calls are given.
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "keras/loaded_json.hpp"

namespace linnet::test {

TEST_CASE("Softmax takes masks of the rank of its input alone", "[keras]") {
  CHECK(error_of([] {
          test::loaded_json(R"({"class_name": "Functional", "config": {"name": "m", "layers": [
    {"class_name": "InputLayer", "name": "x", "config": {"name": "x", "batch_shape": [null, 2, 2]},
     "inbound_nodes": []}, {"class_name": "Softmax", "module": "keras.layers", "name": "s", "config":
     {"name": "s"}, "inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config":
     {"shape": [null, 2, 2], "dtype": "float32", "keras_history": ["x", 0, 0]}}], "kwargs":
     {"mask": {"class_name": "__numpy__", "config": {"value": [[true, false], [true, true]],
     "dtype": "bool"}}}}]}], "input_layers": [["x", 0, 0]], "output_layers": [["s", 0, 0]]}})");
        }).is(ErrorCode::unsupported, "layer 's': Softmax: a mask of the shape (2, 2)"));
}

}  // namespace linnet::test
