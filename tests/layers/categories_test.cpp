// Lookups, hashes, bins and encodings, beside Keras's numbers and in models.
#include <linnet/linnet.hpp>

#include "core/error_of.hpp"
#include "golden/golden.hpp"
#include "io/temp_folder.hpp"
#include "layers/run_layer.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

/// Lists in lists as a tensor of texts, floats or integers.
Tensor tensor_of_lists(const Config& lists, const Config& shape) {
  std::vector<Index> sizes;
  for (const Config& size : shape.items()) sizes.push_back(size.as_integer());
  std::vector<Config> flat;
  for (const Config& item : lists.items()) {
    if (item.is_list()) {
      flat.insert(flat.end(), item.items().begin(), item.items().end());
    } else {
      flat.push_back(item);
    }
  }
  const bool texts = flat[0].is_string(), whole = flat[0].is_integer();
  Tensor x(texts ? DType::string : whole ? DType::int64 : DType::float32, Shape(sizes));
  for (std::size_t i = 0; i < flat.size(); ++i) {
    if (texts) {
      x.data<std::string>()[i] = flat[i].as_string();
    } else if (whole) {
      x.data<std::int64_t>()[i] = flat[i].as_integer();
    } else {
      x.data<float>()[i] = static_cast<float>(flat[i].as_number());
    }
  }
  return x;
}

Config list_of(const auto& tokens) {
  Config list = Config::list();
  for (const auto& token : tokens) list.push_back(Config(token));
  return list;
}

/// Rows (n) or (n, m), as JSON has them, for adapt().
Tensor rows_to_learn(const Config& rows) {
  Config shape = Config::list();
  shape.push_back(Config(Index(rows.items().size())));
  if (rows.items()[0].is_list()) shape.push_back(Config(Index(rows.items()[0].items().size())));
  return tensor_of_lists(rows, shape);
}

/// The layer of a case, adapted if the case says so; its vocabulary is Keras's.
template <class Lookup>
Lookup lookup_of(const GoldenCase& each) {
  auto layer = from_fields<Lookup>(each.facts.at("config"), Lookup::kName);
  if (const Config& rows = each.facts.at("adapt"); !rows.is_null()) {
    layer.adapt(rows_to_learn(rows));
    Lookup batches = from_fields<Lookup>(each.facts.at("config"), Lookup::kName);
    batches.adapt(Dataset::from(rows_to_learn(rows)).batch(3));
    CHECK(batches.vocabulary == layer.vocabulary);
    CHECK(batches.idf_weights == layer.idf_weights);
  }
  CHECK(list_of(layer.get_vocabulary()) == each.facts.at("vocabulary"));
  CHECK(layer.vocabulary_size() == Index(layer.get_vocabulary().size()));
  return layer;
}

/// What a layer in front gives, in a model.
Tensor by_model(const Layer& layer, const Tensor& texts) {
  const Value x = input(texts.shape().slice(1, texts.shape().rank()), {.dtype = DType::string});
  return Model(x, x | layer).predict(texts);
}

Tensor output_of(const GoldenCase& each, const Tensors& inputs) {
  const std::string& name = each.facts.at("class_name").as_string();
  const bool texts = inputs[0].dtype() == DType::string;
  if (name == "StringLookup") {
    const auto layer = lookup_of<StringLookup>(each);
    const Tensor y = layer(inputs[0]);
    if (!layer.invert) CHECK(by_model(layer, inputs[0]) == y);
    return y;
  }
  if (name == "IntegerLookup") {
    return LayerRun(lookup_of<IntegerLookup>(each), inputs).output();
  }
  const Layer layer = layer_from_config(name, each.facts.at("config"));
  if (name == "Hashing" && texts) {
    const Tensor y = (*layer.as<Hashing>())(inputs[0]);
    CHECK(by_model(layer, inputs[0]) == y);
    return y;
  }
  if (name == "HashedCrossing") {
    const Tensor y = (*layer.as<HashedCrossing>())(inputs);
    if (!texts) CHECK(LayerRun(layer, inputs).output() == y);
    return y;
  }
  return LayerRun(layer, inputs).output();
}

void check_category_case(const GoldenCase& each) {
  INFO(each.name);
  Tensors inputs;
  for (const Config& lists : each.facts.at("inputs").items()) {
    inputs.push_back(tensor_of_lists(lists, each.facts.at("shape")));
  }
  const Tensor y = output_of(each, inputs);
  if (const Config* texts = each.facts.find("texts")) {
    CHECK(list_of(y.data<std::string>()) == *texts);
  } else {  // Keras's one-hot rows are integers where its layers are
    const Tensor wanted = each.at("output/0");
    CHECK(close(y.cast(DType::float32), wanted.cast(DType::float32), 1e-6));
    const bool ints = each.facts.at("config").find("output_mode")->as_string() == "int";
    CHECK((y.dtype() == DType::float32) != ints);
  }
}

void check_learnt_bins(const GoldenCase& each) {
  INFO(each.name);
  auto layer = from_fields<Discretization>(each.facts.at("config"), "Discretization");
  auto batches = layer;
  const Tensor x = each.at("x/0");
  layer.adapt(x);
  std::vector<float> wanted;
  for (const Config& bound : each.facts.at("boundaries").items()) {
    wanted.push_back(static_cast<float>(bound.as_number()));
  }
  const auto as_tensor = [](const std::vector<float>& all) {
    return Tensor::of<float>({Index(all.size())}, all);
  };
  CHECK(close(as_tensor(layer.bin_boundaries), as_tensor(wanted), 1e-6));
  const Index rows = x.shape()[0], first = std::min<Index>(rows, 3);
  std::vector<Tensor> parts{x.rows(0, first), x.rows(first, rows)};
  std::ranges::reverse(parts);
  batches.adapt([&](Tensor& batch) {
    if (parts.empty()) return false;
    batch = parts.back();
    parts.pop_back();
    return true;
  });
  CHECK(close(as_tensor(batches.bin_boundaries), each.at("of_batches/0"), 1e-6));
}

}  // namespace

TEST_CASE("Categories are Keras's: lookups, hashes, bins, encodings", "[layers]") {
  const Golden golden("categories");
  CHECK(golden.cases().size() == 83);
  for (const GoldenCase& each : golden.cases()) {
    each.name.starts_with("learnt_bins") ? check_learnt_bins(each) : check_category_case(each);
  }
}

TEST_CASE("A model with lookups in front is saved with its vocabulary", "[layers]") {
  StringLookup color;
  color.adapt(Tensor::strings({"red", "green", "red", "blue"}));
  CHECK(color.get_vocabulary() == std::vector<std::string>{"[UNK]", "red", "green", "blue"});
  IntegerLookup size{.output_mode = "one_hot"};
  size.adapt(Tensor::of<std::int32_t>({4}, {38, 40, 40, 1000}));
  Discretization price{.num_bins = 2, .output_mode = "one_hot"};
  price.adapt(Tensor::of<float>({4, 1}, {1, 2, 3, 4}));
  const Value a = input({1}, {.dtype = DType::string}), b = input({1}, {.dtype = DType::int32});
  const Value c = input({1});
  const Value named = a | color | Embedding{.input_dim = color.vocabulary_size(), .output_dim = 2};
  const Model model({a, b, c},
                    {concatenate({named | Flatten{}, b | size, c | price}) | Dense{.units = 1}});
  Tensor texts(DType::string, {3, 1});
  for (std::size_t i = 0; i < 3; ++i) {
    texts.data<std::string>()[i] = std::vector<std::string>{"blue", "red", "pink"}[i];
  }
  const Inputs x{texts, Tensor::of<std::int32_t>({3, 1}, {40, 41, 1000}),
                 Tensor::of<float>({3, 1}, {0, 2.5f, 9})};
  const TempFolder folder;
  model.save(folder.path("shop.linnet"));
  CHECK(Model::load(folder.path("shop.linnet")).predict(x) == model.predict(x));
}

TEST_CASE("Lookups refuse what they cannot number", "[layers]") {
  const auto fails = [](StringLookup layer) {
    return error_of([&] { layer(Tensor::strings({"a"})); });
  };
  CHECK(fails({}).is(ErrorCode::bad_state, "StringLookup: adapt() or a vocabulary"));
  CHECK(fails({.num_oov_indices = 0, .vocabulary = {"b"}}).is(ErrorCode::out_of_range, "'a'"));
  CHECK(fails({.num_oov_indices = -1, .vocabulary = {"b"}}).is(ErrorCode::invalid_argument));
  CHECK(fails({.max_tokens = 2, .vocabulary = {"b", "c"}}).is(ErrorCode::invalid_argument, "3"));
  const char* twice = "'b' occurs twice, at 0 and 2";
  CHECK(fails({.vocabulary = {"b", "c", "b"}}).is(ErrorCode::invalid_argument, twice));
  // As Keras has it, only what numbers become must not be among the tokens.
  CHECK_FALSE(fails({.vocabulary = {"a", "[UNK]"}}).code);
  const auto inverse_fails = [](const std::vector<std::string>& vocabulary) {
    return error_of([&] {
      StringLookup{.vocabulary = vocabulary, .invert = true}(Tensor::of<std::int32_t>({1}, {0}));
    });
  };
  CHECK(inverse_fails({"a", "[UNK]"}).is(ErrorCode::invalid_argument, "oov_token '[UNK]'"));
  CHECK(inverse_fails({"b", "c", "b"}).is(ErrorCode::invalid_argument, twice));
  CHECK_FALSE(inverse_fails({"[UNK]", "a"}).code);
  CHECK(error_of([] {
          StringLookup{.vocabulary = {"b"}}(Tensor::full({1}, 1.0f));
        }).is(ErrorCode::dtype_mismatch, "StringLookup: expected texts, got float32 (1,)"));
  CHECK(fails({.mask_token = "b", .vocabulary = {"a", "b"}})
            .is(ErrorCode::invalid_argument, "mask_token 'b'"));
  CHECK(fails({.vocabulary = {"b"}, .output_mode = "tf_idf"})
            .is(ErrorCode::invalid_argument, "idf_weights"));
  CHECK(fails({.vocabulary = {"b"}, .output_mode = "count"})
            .is(ErrorCode::shape_mismatch, "(batch, n)"));
  CHECK(fails({.vocabulary = {"b"}, .output_mode = "count", .pad_to_max_tokens = true})
            .is(ErrorCode::invalid_argument, "max_tokens"));
  CHECK(error_of([] {
          input({1}, {.dtype = DType::string}) | StringLookup{.vocabulary = {"b"}, .invert = true};
        }).is(ErrorCode::unsupported, "by itself"));
  CHECK(error_of([] {
          input({1}) | IntegerLookup{.vocabulary = {1}};
        }).is(ErrorCode::dtype_mismatch, "integers"));
  CHECK(error_of([] {
          input({1}, {.dtype = DType::int32}) | IntegerLookup{.vocabulary = {7, 8, 7}};
        }).is(ErrorCode::invalid_argument, "'7' occurs twice, at 0 and 2"));
  CHECK(error_of([] {
          input({1}, {.dtype = DType::int32}) | IntegerLookup{.vocabulary = {7, 7}, .invert = true};
        }).is(ErrorCode::invalid_argument, "'7' occurs twice, at 0 and 1"));
  CHECK(
      error_of([] {
        input({1}, {.dtype = DType::int32}) | IntegerLookup{.vocabulary = {7, -1}, .invert = true};
      }).is(ErrorCode::invalid_argument, "oov_token '-1'"));
  CHECK(error_of([] {
          (void)IntegerLookup{}.get_vocabulary();
        }).is(ErrorCode::bad_state, "IntegerLookup: adapt()"));
  for (const char* name : {"StringLookup", "IntegerLookup"}) {
    const Config config = parse_json(R"({"vocabulary": "vocab.txt"})");
    CHECK(error_of([&] { layer_from_config(name, config); })
              .is(ErrorCode::invalid_argument,
                  "vocabulary: expected a list, got 'vocab.txt'; no file is opened"));
  }
  CHECK(error_of([] {
          input({1}, {.dtype = DType::int32}) | IntegerLookup{.vocabulary = {1}, .salt = 3};
        }).is(ErrorCode::invalid_argument, "farmhash"));
  const Value x = input({2}, {.dtype = DType::int32});
  const Model strict(x, x | IntegerLookup{.num_oov_indices = 0, .vocabulary = {1, 2}});
  CHECK(error_of([&] {
          strict.predict(Tensor::of<std::int32_t>({2, 2}, {1, 2, 2, 7}));
        }).is(ErrorCode::out_of_range, "row 1: 7"));
  StringLookup empty;
  CHECK(error_of([&] {
          empty.adapt(Tensor(DType::string, {0}));
        }).is(ErrorCode::invalid_argument, "no tokens"));
}

TEST_CASE("Hashing, bins and encodings refuse what they do not take", "[layers]") {
  const Value ids = input({2}, {.dtype = DType::int32}), x = input({2});
  CHECK(
      error_of([&] { ids | Hashing{.num_bins = 0}; }).is(ErrorCode::invalid_argument, "num_bins"));
  CHECK(error_of([&] {
          ids | Hashing{.num_bins = 3, .mask_value = "x"};
        }).is(ErrorCode::invalid_argument, "mask_value"));
  CHECK(error_of([&] {
          ids | Hashing{.num_bins = 3, .output_mode = "tf_idf"};
        }).is(ErrorCode::invalid_argument, "'tf_idf'"));
  CHECK(error_of([&] {
          call(HashedCrossing{.num_bins = 3}, {ids, ids});
        }).is(ErrorCode::shape_mismatch, "(batch, 1)"));
  CHECK(error_of([&] { ids | HashedCrossing{.num_bins = 3}; }).is(ErrorCode::invalid_argument));
  const Tensor texts = Tensor::strings({"a", "b"}), floats = Tensor::full({2}, 1.0f);
  CHECK(error_of([&] {
          Hashing{.num_bins = 0}(texts);
        }).is(ErrorCode::invalid_argument, "Hashing: num_bins"));
  CHECK(error_of([&] {
          Hashing{.num_bins = 3}(floats);
        }).is(ErrorCode::dtype_mismatch, "Hashing: expected texts, got float32"));
  CHECK(error_of([&] {
          HashedCrossing{.num_bins = 3}({texts});
        }).is(ErrorCode::invalid_argument, "HashedCrossing: takes at least two inputs"));
  CHECK(error_of([&] {
          HashedCrossing{.num_bins = 3}({texts, floats});
        }).is(ErrorCode::dtype_mismatch, "HashedCrossing: expected texts or integers"));
  CHECK(error_of([&] { ids | CategoryEncoding{}; }).is(ErrorCode::invalid_argument, "num_tokens"));
  CHECK(error_of([&] {
          call(CategoryEncoding{.num_tokens = 3}, {ids, x});
        }).is(ErrorCode::invalid_argument, "weights"));
  CHECK(error_of([&] { x | Discretization{.num_bins = 3}; }).is(ErrorCode::bad_state, "adapt()"));
  CHECK(error_of([&] {
          x | Discretization{.bin_boundaries = {2, 1}};
        }).is(ErrorCode::invalid_argument, "rise"));
  CHECK(error_of([&] {
          x | Discretization{.bin_boundaries = {0, 1}, .num_bins = 2};
        }).is(ErrorCode::invalid_argument, "make 3 bins, num_bins is 2"));
  CHECK(error_of([&] {
          x | Discretization{};
        }).is(ErrorCode::invalid_argument, "needs bin_boundaries"));
  Discretization bins{.num_bins = 2};
  CHECK(error_of([&] {
          bins.adapt(Tensor(DType::float32, {0}));
        }).is(ErrorCode::invalid_argument, "no numbers"));
  CHECK(error_of([&] {
          bins.adapt(Tensor::of<float>({1}, {std::nanf("")}));
        }).is(ErrorCode::not_finite));
}

TEST_CASE("Ids count as often as their weights say", "[layers]") {
  const Tensor ids = Tensor::of<std::int32_t>({2, 3}, {0, 2, 2, 1, 9, -1});
  const Tensor weights = Tensor::of<float>({2, 3}, {0.5f, 1, 2, 3, 4, 5});
  const LayerRun run(CategoryEncoding{.num_tokens = 3, .output_mode = "count"}, {ids, weights});
  CHECK(run.output() == Tensor::of<float>({2, 3}, {0.5f, 0, 3, 0, 3, 0}));
}

}  // namespace linnet::test
