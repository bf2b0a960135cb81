#include <cmath>
#include <linnet/applications/text_classifier.hpp>
#include <linnet/layers.hpp>
#include <linnet/text/labels.hpp>

#include "core/require.hpp"

namespace linnet::inline v0::applications {

namespace {

using detail::cat;
using detail::fail;

TextRules rules_of(const std::string& language) {
  const Ngrams pairs{.kind = "word", .ngrams = {2}, .min_count = 2};
  const Ngrams runs{.kind = "char_wb", .ngrams = {4}, .min_count = 2};
  const Ngrams all_pairs{.kind = "word", .ngrams = {2}};
  const Ngrams characters{.kind = "char", .ngrams = {1, 2, 3}, .boundaries = false};
  TextRules rules{.standardize = "lower", .oov = "drop"};
  if (language != "zh") {
    rules.split = "words";
    rules.features = {pairs, runs};
  } else if (has_word_dictionary()) {
    rules.split = "dictionary";
    rules.features = {all_pairs, characters};
  } else {
    rules.split = "character";
    rules.features = {pairs};
  }
  return rules;
}

TextVectorization vectorization(const TextClassifierOptions& options) {
  TextRules rules = options.rules.value_or(rules_of(options.language));
  if (!(rules.output_mode == "int")) {
    fail(ErrorCode::invalid_argument,
         cat("text classifier: rules: output_mode must be 'int', got '", rules.output_mode, "'"));
  }
  rules.ragged = true;
  return from_fields<TextVectorization>(rules.to_config(), "text classifier: rules");
}

/// ln((1 + N) / df) by id; ids that no row has keep 1.
Tensor idf_weights(const Ragged& rows, Index id_count) {
  Tensor weights = Tensor::full<float>({id_count}, 1.0f);
  std::vector<Index> documents(static_cast<std::size_t>(id_count));
  std::vector<Index> last_row(static_cast<std::size_t>(id_count), -1);
  const auto ids = rows.values.data<std::int32_t>();
  const auto splits = rows.splits.data<std::int64_t>();
  for (Index row = 0; row < rows.rows(); ++row) {
    const auto begin = static_cast<std::size_t>(splits[static_cast<std::size_t>(row)]);
    const auto end = static_cast<std::size_t>(splits[static_cast<std::size_t>(row) + 1]);
    for (std::size_t i = begin; i < end; ++i) {
      const auto id = static_cast<std::size_t>(ids[i]);
      documents[id] += last_row[id] != row;
      last_row[id] = row;
    }
  }
  for (std::size_t id = 0; id < documents.size(); ++id) {
    if (documents[id] == 0) continue;
    weights.data<float>()[id] = static_cast<float>(
        std::log(static_cast<double>(1 + rows.rows()) / static_cast<double>(documents[id])));
  }
  return weights;
}

void check(std::span<const std::string> texts, std::span<const std::string> labels,
           const TextClassifierOptions& options, Index classes) {
  if (texts.size() != labels.size()) {
    fail(ErrorCode::shape_mismatch,
         cat("text classifier: got ", static_cast<Index>(texts.size()), " texts and ",
             static_cast<Index>(labels.size()), " labels"));
  }
  if (classes < 2) {
    fail(ErrorCode::invalid_argument, "text classifier: needs rows of at least two classes");
  }
  constexpr std::string_view kWhere = "text classifier";
  if (options.language != "en" && options.language != "zh") {
    fail(ErrorCode::invalid_argument,
         cat(kWhere, ": language must be 'en' or 'zh', got '", options.language, "'"));
  }
  detail::require(kWhere, "epochs", options.epochs, detail::kPositive);
  detail::require(kWhere, "batch_size", options.batch_size, detail::kPositive);
  detail::require(kWhere, "output_dim", options.output_dim, detail::kPositive);
  detail::require(kWhere, "learning_rate", options.learning_rate, detail::kNotNegative);
  detail::require(kWhere, "threads", options.threads, detail::kNotNegative);
}

}  // namespace

Model train_text_classifier(std::span<const std::string> texts, std::span<const std::string> labels,
                            const TextClassifierOptions& options) {
  if (texts.empty()) fail(ErrorCode::invalid_argument, "text classifier: there are no rows");
  const LabelIndex index = LabelIndex::of(labels);
  check(texts, labels, options, index.size());
  TextVectorization vectorize = vectorization(options);
  vectorize.adapt(texts);
  const Ragged rows = vectorize.vectorizer().ragged(texts);
  const Index ids = vectorize.vocabulary_size();

  set_random_seed(options.seed);
  Shared bag{EmbeddingBag{.input_dim = ids,
                          .output_dim = options.output_dim,
                          .combiner = "sqrtn",
                          .weighted = true,
                          .embeddings_initializer = "zeros"}};
  Sequential model{bag, Dense{.units = index.size(), .activation = "softmax"}};
  model.build({any, any});
  for (const auto& [path, parameter] : model.parameters()) {
    if (parameter->name == "row_weights") parameter->value.assign(idf_weights(rows, ids));
  }
  const Index steps =
      (rows.rows() + options.batch_size - 1) / options.batch_size * Index{options.epochs};
  const double rate = options.learning_rate > 0
                          ? static_cast<double>(options.learning_rate)
                          : 1e-3 * std::sqrt(static_cast<double>(index.size()));
  model.configure({.threads = options.threads});
  model.compile(
      {.optimizer = Adam{.learning_rate = schedules::PolynomialDecay{.initial_learning_rate =
                                                                         static_cast<float>(rate),
                                                                     .decay_steps = steps,
                                                                     .end_learning_rate = 0}},
       .loss = "sparse_categorical_crossentropy",
       .metrics = {"accuracy"}});
  model.fit(
      rows, index.ids(labels),
      {.epochs = options.epochs, .batch_size = options.batch_size, .callbacks = options.callbacks});

  Sequential whole{vectorize, model};
  whole.build({any});
  whole.set_labels(index.names());
  whole.configure({.threads = options.threads});
  whole.compile(
      {.optimizer = "adam", .loss = "sparse_categorical_crossentropy", .metrics = {"accuracy"}});
  return whole;
}

}  // namespace linnet::inline v0::applications
