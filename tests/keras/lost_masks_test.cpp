// Masks that Keras takes off tensors while a model runs.
#include "keras/lost_masks.hpp"

#include <linnet/linnet.hpp>

#include "catch.hpp"

namespace linnet::test {

namespace keras = detail::keras;
using Calls = std::vector<keras::GraphCall>;
using Order = std::vector<std::size_t>;

TEST_CASE("Calls run by depth, those of one depth in the order of Keras's run_through_graph",
          "[keras]") {
  // An input; two layers behind one another; a sum of both ends; another layer of the input.
  const Calls calls{{.layer = 0},
                    {.layer = 1, .tensors = {{0, 0}}},
                    {.layer = 2, .tensors = {{1, 0}}},
                    {.layer = 3, .tensors = {{0, 0}, {2, 0}}},
                    {.layer = 4, .tensors = {{0, 0}}},
                    {.layer = 5, .tensors = {{0, 0}}}};
  CHECK(keras::run_order(calls, {3, 4}) == Order{0, 1, 2, 4, 3});
  // A layer that is called twice stands as deep as its deepest call.
  const Calls shared{{.layer = 0},
                     {.layer = 1, .tensors = {{0, 0}}},
                     {.layer = 1, .tensors = {{1, 0}}},
                     {.layer = 2, .tensors = {{2, 0}}}};
  CHECK(keras::run_order(shared, {3, 1}) == Order{0, 1, 2, 3});
}

TEST_CASE("What MultiHeadAttention takes has no mask for calls behind it", "[keras]") {
  const Calls calls{{.layer = 0},
                    {.layer = 1, .tensors = {{0, 0}, {0, 1}}, .taken_off = {0}},
                    {.layer = 2, .tensors = {{1, 0}, {0, 0}, {0, 1}}}};
  const auto lost = keras::lost_masks(calls, {2});
  CHECK(lost[1].empty());
  CHECK(lost[2] == std::vector<Index>{1});
}

TEST_CASE("A tensor that is handed back loses its mask with the one that was given", "[keras]") {
  // Call 1 hands back what it is given; call 2 takes the mask off one of the two, a model later
  // puts it on again; of call 4 an output has lost its mask inside.
  const Calls calls{{.layer = 0},
                    {.layer = 1, .tensors = {{0, 0}}, .same = {{0, 0}}},
                    {.layer = 2, .tensors = {{1, 0}}, .taken_off = {0}},
                    {.layer = 3, .tensors = {{2, 0}, {0, 0}}, .put_on = {1}},
                    {.layer = 4, .tensors = {{3, 0}, {1, 0}}, .without = {1}},
                    {.layer = 5, .tensors = {{4, 0}, {4, 1}}}};
  const auto lost = keras::lost_masks(calls, {5});
  CHECK(lost[2].empty());
  CHECK(lost[3] == std::vector<Index>{1});
  CHECK(lost[4].empty());
  CHECK(lost[5] == std::vector<Index>{1});
}

}  // namespace linnet::test
