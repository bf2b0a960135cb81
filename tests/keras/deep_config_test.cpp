// Configs of layers in layers in layers.
#include <algorithm>
#include <linnet/linnet.hpp>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"

using namespace linnet;
using test::error_of;

namespace {

/// A layer with others inside, as JSON before and behind what is inside, the innermost one, and why
/// a deep one is refused if no limit of the file refuses it.
struct Wrapper {
  std::string begin, inner, end, reason;
};

constexpr const char* kTooDeep = "more than 50 layers inside one another";
const std::string kInnerDense = R"({"class_name": "Dense", "config": {"name": "d", "units": 2}})";
const std::string kInnerRnn =
    R"({"class_name": "SimpleRNN", "config": {"name": "d", "units": 2, "return_sequences": true}})";
const std::string kInnerModel =
    R"({"class_name": "InputLayer", "config": {"batch_shape": [null, 2, 2], "name": "i"}}, )" +
    kInnerDense;

const std::vector<Wrapper> kWrappers{
    {R"({"class_name": "TimeDistributed", "config": {"name": "w", "layer": )", kInnerDense, "}}",
     kTooDeep},
    {R"({"class_name": "Bidirectional", "config": {"name": "w", "layer": )", kInnerRnn, "}}",
     kTooDeep},
    {R"({"class_name": "SpectralNormalization", "config": {"name": "w", "layer": )", kInnerDense,
     "}}", kTooDeep},
    {R"({"class_name": "StackedRNNCells", "config": {"name": "w", "cells": [)",
     R"({"class_name": "LSTMCell", "config": {"units": 2}})", "]}}", kTooDeep},
    {R"({"class_name": "Sequential", "config": {"name": "w", "layers": [)", kInnerModel, "]}}",
     "more than 50 models inside one another"},
};

std::string as_rnn(const std::string& cell) {
  return R"({"class_name": "RNN", "config": {"name": "r", "cell": )" + cell + "}}";
}

/// So many wrappers behind an input of two steps of two numbers; cells are an RNN's.
std::string deep_model(const Wrapper& wrapper, int levels) {
  std::string layer = wrapper.inner;
  for (int level = 0; level < levels; ++level) layer = wrapper.begin + layer + wrapper.end;
  if (wrapper.begin.find("cells") != std::string::npos) {
    layer = as_rnn(layer);
  }
  return R"({"class_name": "Sequential", "config": {"name": "m", "layers": [{"class_name":
    "InputLayer", "config": {"batch_shape": [null, 2, 2], "name": "x"}}, )" +
         layer + "]}}";
}

Index json_depth(const std::string& text) {
  Index depth = 0, deepest = 0;
  for (const char c : text) {
    depth += (c == '{' || c == '[' ? 1 : 0) - (c == '}' || c == ']' ? 1 : 0);
    deepest = std::max(deepest, depth);
  }
  return deepest;
}

}  // namespace

TEST_CASE("Hundreds of layers in one another are refused at once", "[keras]") {
  const test::TempFolder folder;
  for (const Wrapper& wrapper : kWrappers) {
    INFO(wrapper.begin);
    for (const int levels : {60, 190, 400}) {
      INFO(levels);
      test::put_text(folder.path("m"), deep_model(wrapper, levels));
      // By themselves the limits hold so many back.
      const auto usual = error_of([&] { Model::load(folder.path("m")); });
      CHECK((json_depth(deep_model(wrapper, levels)) <= LoadLimits{}.depth
                 ? usual.is(ErrorCode::unsupported, wrapper.reason)
                 : usual.is(ErrorCode::corrupt_file, "nested deeper than 400")));
      const LoadLimits limits{.depth = 2000};
      CHECK(error_of([&] {
              Model::load(folder.path("m"), {.limits = limits});
            }).is(ErrorCode::unsupported, wrapper.reason));
      CHECK_FALSE(inspect_model(folder.path("m"), limits).supported());
    }
  }
}

TEST_CASE("Some layers in one another are loaded, or refused by what they are", "[keras]") {
  const test::TempFolder folder;
  const auto load = [&](const Wrapper& wrapper, int levels) {
    test::put_text(folder.path("m"), deep_model(wrapper, levels));
    return error_of([&] {
      const Shape out =
          Model::load(folder.path("m")).predict(Tensor(DType::float32, {1, 2, 2})).shape();
      CHECK(out[0] == 1);
    });
  };
  for (const Wrapper& wrapper : kWrappers) {
    INFO(wrapper.begin);
    CHECK(load(wrapper, 1).message.empty());
  }
  CHECK(load(kWrappers[0], 3).is(ErrorCode::shape_mismatch, "expected (batch, time, ...)"));
  CHECK(load(kWrappers[1], 3).is(ErrorCode::invalid_argument, "needs a recurrent layer"));
  CHECK(load(kWrappers[2], 3).is(ErrorCode::invalid_argument, "neither a kernel nor embeddings"));
  CHECK(load(kWrappers[3], 40).message.empty());
  CHECK(load(kWrappers[4], 40).message.empty());
}

TEST_CASE("Thousands of layers in layers that each make them anew are refused", "[keras]") {
  std::string cell = R"({"class_name": "SimpleRNNCell", "config": {"units": 1}})";
  for (int level = 0; level < 11; ++level) {
    cell =
        R"({"class_name": "StackedRNNCells", "config": {"cells": [)" + cell + ", " + cell + "]}}";
  }
  const test::TempFolder folder;
  test::put_text(folder.path("m"), deep_model({"", as_rnn(cell), "", ""}, 0));
  CHECK(error_of([&] {
          Model::load(folder.path("m"));
        }).is(ErrorCode::out_of_range, "more than 20000 layers stand inside others"));
}
