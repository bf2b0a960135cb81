// Training on raw texts: from arrays, data sets and files.
#include "model/small_models.hpp"

namespace linnet::test {

namespace {

const std::string kFile = LINNET_EXAMPLE_DATA "/banking77/test.tsv.gz";
constexpr std::size_t kTexts = 200;

/// The first rows of the file, and the classes of all.
struct Banking {
  Banking() {
    const LabelledText all = read_labelled_text(kFile);
    classes = LabelIndex::of(all.labels);
    const std::vector<std::string> first(all.texts.begin(), all.texts.begin() + kTexts);
    words.adapt(first);
    texts = Tensor::strings(first);
    labels = classes.ids(std::span(all.labels).first(kTexts));
  }
  Sequential model() const {
    set_random_seed(5);
    Sequential model{words, Embedding{.input_dim = words.vocabulary_size(), .output_dim = 4},
                     GlobalAveragePooling1D{},
                     Dense{.units = classes.size(), .activation = "softmax"}};
    model.compile({.optimizer = "adam", .loss = "sparse_categorical_crossentropy"});
    return model;
  }
  LabelIndex classes;
  TextVectorization words{.output_sequence_length = 12};
  Tensor texts, labels;
};

/// The same rows, read from the file in each epoch.
Dataset streamed(const LabelIndex& classes) {
  return Dataset::stream([&classes](Index) -> Dataset::Generator {
    const auto reader = std::make_shared<TableReader>(kFile);
    return [&classes, reader, left = kTexts](Batch& batch) mutable {
      std::vector<std::string> fields;
      if (left == 0 || !reader->next(fields)) return false;
      --left;
      batch = {.x = Columns(Tensor::strings({fields[1]})),
               .y = Columns(classes.ids(std::span(fields).first(1)))};
      return true;
    };
  });
}

}  // namespace

TEST_CASE("Texts train alike from arrays, a data set and a file that is read row by row",
          "[model][threads]") {
  const Banking data;
  Sequential arrays = data.model(), set = data.model(), file = data.model();
  const FitOptions options{.epochs = 3, .batch_size = 16, .shuffle = false};
  const auto a = arrays.fit(data.texts, data.labels, options);
  const auto b = set.fit(Dataset::from(data.texts, data.labels), options);
  const auto c = file.fit(streamed(data.classes).batch(16).prefetch(2), options);
  CHECK(a["loss"][2] < a["loss"][0]);
  CHECK(a["loss"] == b["loss"]);
  CHECK(a["loss"] == c["loss"]);
  check_same_weights(arrays, set);
  check_same_weights(arrays, file);
}

TEST_CASE("Texts that are not UTF-8 are told with the data that they are in", "[model]") {
  const Banking data;
  Sequential model = data.model();
  const Tensor bad = Tensor::strings({"fine", "\xff"}), y(DType::int32, {2});
  const auto refused = [&](const Data& validation) {
    const Caught caught =
        error_of([&] { model.fit(data.texts, data.labels, {.validation_data = validation}); });
    INFO(caught.message);
    CHECK(caught.message.starts_with("validation_data: "));
    return caught.is(ErrorCode::invalid_argument, "row 1");
  };
  CHECK(refused({bad, y}));
  CHECK(refused(Dataset::from(bad, y)));
  CHECK_FALSE(model.built());
}

}  // namespace linnet::test
