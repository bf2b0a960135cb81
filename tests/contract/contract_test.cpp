// The contract of layers, over every type in BuiltInLayers and over a user's own.
#include "contract/attention_cases.hpp"
#include "contract/layer_cases.hpp"
#include "contract/recurrent_cases.hpp"

namespace linnet::test {

namespace {

const LayerInput kRows{{any, 5}}, kSequence{{any, any, 5}}, kIds{{any, any}, 9};
const LayerInput kPictures{{any, 6, 5, 3}};

/// The cases of layers that are not over space; none: it turns texts into numbers.
LayerCases basic_cases() {
  return {
      {"Activation",
       {one(Activation{"relu"}, {kRows}), one(Activation{"softmax"}, {kRows}),
        masking(one(Activation{"gelu"}, {kSequence}), true)}},
      {"Add",
       {one(Add{}, {kRows, kRows}), one(Add{}, {kRows, kSequence, {{any, 1, 5}}}),
        masking(one(Add{}, {kSequence, kSequence}), true)}},
      {"Average", {one(Average{}, {kRows, kRows, kRows})}},
      {"CenterCrop",
       {one(CenterCrop{.height = 4, .width = 3}, {kPictures}),
        one(CenterCrop{.height = 4, .width = 9}, {kPictures})}},
      {"Concatenate",
       {one(Concatenate{}, {kRows, {{any, 2}}}), one(Concatenate{.axis = 1}, {kRows, kRows, kRows}),
        one(Concatenate{.axis = 1}, {kSequence, {{any, 2, 5}}}),
        masking(one(Concatenate{}, {kSequence, {{any, any, 1}}}), true)}},
      {"Dense",
       {one(Dense{.units = 3}, {kRows}), one(Dense{.units = 1, .use_bias = false}, {kRows}),
        one(Dense{.units = 4, .activation = "softmax"}, {kRows}),
        one(Dense{.units = 2,
                  .activation = "tanh",
                  .kernel_initializer = "he_normal",
                  .bias_initializer = "ones",
                  .name = "named"},
            {{{any, 3, 2, 5}}}),
        masking(one(Dense{.units = 3, .activation = "gelu"}, {kSequence}), true)}},
      {"Dropout",
       {one(Dropout{}, {kRows}), random_one(one(Dropout{.rate = 0.5f}, {kRows})),
        random_one(one(Dropout{.rate = 0.25f, .seed = 4}, {kRows})),
        random_one(masking(one(Dropout{.rate = 0.5f, .noise_shape = Shape{any, 1, 5}}, {kSequence}),
                           true))}},
      {"Embedding",
       {one(Embedding{.input_dim = 9, .output_dim = 3}, {kIds}),
        one(Embedding{.input_dim = 9, .output_dim = 2}, {{{any}, 9}}),
        making_mask(one(Embedding{.input_dim = 9, .output_dim = 3, .mask_zero = true}, {kIds}))}},
      {"EmbeddingBag",
       {one(EmbeddingBag{.input_dim = 9, .output_dim = 3}, {kIds}),
        one(EmbeddingBag{.input_dim = 9, .output_dim = 3, .combiner = "sum"}, {kIds}),
        one(EmbeddingBag{.input_dim = 9, .output_dim = 3, .combiner = "sqrtn", .weighted = true},
            {kIds}),
        one(EmbeddingBag{.input_dim = 9, .output_dim = 3, .mask_zero = true}, {kIds})}},
      {"Flatten",
       {one(Flatten{}, {kRows}), one(Flatten{}, {{{any, 2, 3, 2}}}), one(Flatten{}, {{{any}}}),
        masking(one(Flatten{}, {{{any, kTime, 3}}}), false),
        one(Flatten{.data_format = "channels_first"}, {{{any, 2, 3, 2}}})}},
      {"Maximum", {masking(one(Maximum{}, {kSequence, kSequence}), true)}},
      {"Minimum", {one(Minimum{}, {kSequence, kSequence, kSequence})}},
      {"Multiply",
       {one(Multiply{}, {kPictures, {{any, 1, 1, 3}}}),
        masking(one(Multiply{}, {kSequence, kSequence}), true)}},
      {"Normalization",
       {one(Normalization{}, {kPictures}),
        masking(one(Normalization{.axis = {1, -1}, .invert = true}, {{{any, 4, 3}}}), true),
        one(Normalization{.mean = {1, 2, 3, 4, 5}, .variance = {1, 2, 0.5f, 1, 3}}, {kSequence}),
        one(Normalization{.axis = {}, .mean = 0.5, .variance = 2.0, .invert = true}, {kRows})}},
      {"Rescaling",
       {one(Rescaling{.scale = 0.5, .offset = -1}, {kPictures}),
        masking(one(Rescaling{.scale = {1, 2, 3, 4, 5}, .offset = 2}, {kSequence}), true)}},
      {"Reshape",
       {one(Reshape{{5, 1}}, {kRows}), one(Reshape{{-1}}, {{{any, 2, 3}}}),
        one(Reshape{{3, -1, 2}}, {{{any, 6, 4}}}), one(Reshape{{-1, 1}}, {kSequence})}},
      {"Resizing",
       {one(Resizing{.height = 3, .width = 8}, {kPictures}),
        one(Resizing{.height = 9,
                     .width = 4,
                     .interpolation = "bicubic",
                     .pad_to_aspect_ratio = true,
                     .fill_value = 0.5f,
                     .antialias = true},
            {kPictures}),
        one(Resizing{.height = 3,
                     .width = 3,
                     .crop_to_aspect_ratio = true,
                     .data_format = "channels_first"},
            {kPictures})}},
      {"Subtract", {one(Subtract{}, {kRows, kRows})}},
      {"TextVectorization", {}},
  };
}

const LayerCases& all_cases() {
  static const LayerCases cases = [] {
    LayerCases all = basic_cases();
    all.merge(convolution_cases());
    all.merge(pooling_cases());
    all.merge(normalization_cases());
    all.merge(augmentation_cases());
    all.merge(simple_cases());
    all.merge(category_cases());
    all.merge(attention_cases());
    all.merge(recurrent_cases());
    return all;
  }();
  return cases;
}

template <class... Ls, class F>
void each_layer(LayerList<Ls...>, F&& f) {
  (f(Ls{}), ...);
}

/// A layer of the user's own program: y = x * scale, with a penalty on large scales.
struct Scaled {
  static constexpr const char* kName = "ContractScaled";
  static constexpr MaskRule kMask = MaskRule::pass;
  float first = 1;
  std::string name = {};
  bool trainable = true;
  static void fields(auto& self, FieldVisitor& field) {
    field("first", self.first);
    field("name", self.name);
    field("trainable", self.trainable);
  }
  Value emit(Scope& scope, const Call& call) const {
    const Fill fill = [value = first](Tensor& t, const RandomStream&) {
      for (float& x : t.data<float>()) x = value;
    };
    const Value scale = scope.parameter("scale", {call.input().shape()[-1]}, fill);
    return ops::multiply(call.input(), scale);
  }
};

void each_case(void (*check)(const LayerCase&)) {
  for (const auto& [name, cases] : all_cases()) {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      INFO(name << ", case " << i);
      check(cases[i]);
    }
  }
}

}  // namespace

TEST_CASE("Every built-in layer has cases for the contract", "[contract][layers]") {
  std::size_t count = 0;
  each_layer(BuiltInLayers{}, [&](const auto& layer) {
    INFO(std::string(std::remove_cvref_t<decltype(layer)>::kName));
    CHECK(all_cases().contains(std::remove_cvref_t<decltype(layer)>::kName));
    check_config(Layer(layer));
    ++count;
  });
  CHECK(count == all_cases().size());
}

TEST_CASE("Built-in layers keep the contract", "[contract][layers]") { each_case(check_layer); }

TEST_CASE("Built-in layers keep the contract in threads", "[contract][layers][threads]") {
  each_case(check_layer_in_threads);
}

TEST_CASE("A user's own layer keeps the contract", "[contract][layers][threads]") {
  CHECK(error_of([] {
          layer_from_config("ContractScaled", Layer(Scaled{}).config());
        }).is(ErrorCode::not_found, "register_layer"));
  register_layer<Scaled>();
  register_layer<Scaled>();
  const LayerCase rows = one(Scaled{.first = 1.5f}, {kRows});
  const LayerCase sequence = masking(one(Scaled{.first = -2}, {kSequence}), true);
  for (const LayerCase& c : {rows, sequence}) {
    check_layer(c);
    check_layer_in_threads(c);
  }
}

TEST_CASE("What asks for memory is counted", "[contract]") {
  if (sanitized()) return;
  Tensor tensor;
  CHECK(allocations_of([] {}) == 0);
  CHECK(allocations_of([&] { tensor = Tensor(DType::float32, {100}); }) > 0);
  volatile std::size_t bytes = 100;
  for (void* (*ask)(std::size_t) : {+[](std::size_t n) { return std::malloc(n); },
                                    +[](std::size_t n) { return std::calloc(n, 1); },
                                    +[](std::size_t n) { return std::realloc(nullptr, n); },
                                    +[](std::size_t n) { return std::aligned_alloc(64, n); },
                                    +[](std::size_t n) -> void* {
                                      void* memory = nullptr;
                                      return posix_memalign(&memory, 64, n) == 0 ? memory : nullptr;
                                    }}) {
    void* memory = nullptr;
    CHECK(allocations_of([&] { memory = ask(bytes); }) == 1);
    std::free(memory);
  }
}

TEST_CASE("A steady training step asks for no memory", "[contract][model]") {
  for (const int threads : {1, 2}) {
    INFO(threads << " threads");
    Sequential model{Embedding{.input_dim = 50, .output_dim = 8}, GlobalAveragePooling1D{},
                     Dense{.units = 4, .activation = "softmax"}};
    model.configure({.threads = threads});
    model.compile({.loss = "sparse_categorical_crossentropy",
                   .metrics = {"accuracy", "sparse_top_k_categorical_accuracy"}});
    check_steady_step(model, random_ints({600, 40}, 1, 50), random_ints({600}, 2, 4));
  }
}

}  // namespace linnet::test
