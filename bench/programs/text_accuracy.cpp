// The article's text classifier on real data, some seeds: loss by epoch and test accuracy.
//   text_accuracy TRAIN.tsv[.gz] TEST.tsv[.gz] whitespace|character masked|plain SEEDS
#include <cstdio>
#include <cstdlib>
#include <linnet/linnet.hpp>
#include <linnet/text/labels.hpp>
#include <string_view>

namespace ln = linnet;

int main(int argc, char** argv) {
  const int seeds = argc == 6 ? std::atoi(argv[5]) : 0;
  if (seeds < 1) {
    std::fprintf(stderr, "usage: %s TRAIN TEST whitespace|character masked|plain SEEDS\n", argv[0]);
    return 2;
  }
  const ln::LabelledText train = ln::read_labelled_text(argv[1]);
  const ln::LabelledText test = ln::read_labelled_text(argv[2]);
  const auto labels = ln::LabelIndex::of(train.labels);
  ln::TextVectorization vectorize{
      .max_tokens = 20000, .split = ln::Split::named(argv[3]), .output_sequence_length = 64};
  vectorize.adapt(train.texts);
  const ln::Tensor x = vectorize(train.texts), x_test = vectorize(test.texts);
  const ln::Tensor y = ln::to_categorical(labels.ids(train.labels), labels.size());
  const ln::Tensor y_test = ln::to_categorical(labels.ids(test.labels), labels.size());
  double mean = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    ln::set_random_seed(static_cast<std::uint64_t>(seed));
    ln::Sequential model{
        ln::Embedding{.input_dim = 20000,
                      .output_dim = 64,
                      .mask_zero = std::string_view(argv[4]) == "masked"},
        ln::GlobalAveragePooling1D{},
        ln::Dense{.units = labels.size(), .activation = "softmax"},
    };
    model.compile(
        {.optimizer = "adam", .loss = "categorical_crossentropy", .metrics = {"accuracy"}});
    const ln::History history = model.fit(x, y, {.epochs = 10});
    const double accuracy = model.evaluate(x_test, y_test)["accuracy"];
    std::printf("seed %d loss", seed);
    for (const double loss : history["loss"]) std::printf(" %.4f", loss);
    std::printf(" test accuracy %.4f\n", accuracy);
    mean += accuracy / seeds;
  }
  std::printf("mean test accuracy %.4f\n", mean);
}
