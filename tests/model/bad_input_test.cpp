// What a model refuses: each an Error with a message that helps, before anything has changed.
#include "model/refusals.hpp"

namespace linnet::test {

namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

}  // namespace

TEST_CASE("An id outside the table is named with layer, row, position and table size", "[model]") {
  Classifier c;
  Tensor x = c.x.clone();
  x.data<std::int32_t>()[2 * 5 + 3] = 17;
  const auto parts = {"embedding", "row 2", "position 3", "id 17", "10 rows"};
  CHECK(names_all(c.fit_error(x, c.y), parts));
  CHECK(names_all(c.refused([&](Model& m) { m.train_on_batch(x, c.y); }), parts));
  CHECK(names_all(c.refused([&](Model& m) { m.test_on_batch(x, c.y); }), parts));
  CHECK(names_all(c.refused([&](Model& m) { m.evaluate(x, c.y); }), parts));
  CHECK(names_all(c.refused([&](Model& m) { m.predict(x); }), parts));
  x.data<std::int32_t>()[13] = -1;
  CHECK(names_all(c.fit_error(x, c.y), {"embedding", "row 2", "position 3", "id -1"}));
  CHECK(c.fit_error(x, c.y).is(ErrorCode::out_of_range));
}

TEST_CASE("A bad id in a late batch stops fit before its first batch", "[model]") {
  Classifier c;
  Tensor x(DType::int32, {100, 5}), y(DType::int32, {100});
  x.data<std::int32_t>()[97 * 5] = 77;
  CHECK(names_all(c.fit_error(x, y, {.batch_size = 8}), {"embedding", "row 97", "id 77"}));
  Tensor labels(DType::int32, {100});
  labels.data<std::int32_t>()[98] = 7;
  Tensor fine(DType::int32, {100, 5});
  CHECK(
      names_all(c.fit_error(fine, labels, {.batch_size = 8}), {"label 7", "row 98", "3 classes"}));
}

TEST_CASE("Rows are counted from the first one, however many there are", "[model]") {
  constexpr Index kMany = 70000;  // more than are looked at at once
  Classifier c;
  Tensor x(DType::int32, {kMany, 5}), y(DType::int32, {kMany});
  x.data<std::int32_t>()[(kMany - 1) * 5 + 2] = 77;
  const Caught id = c.fit_error(x, y);
  CHECK(names_all(id, {"id 77", "row 69999", "position 2"}));
  CHECK(id.message.find("65536") == std::string::npos);
  Tensor fine(DType::int32, {kMany, 5}), weights = Tensor::full({kMany}, 1.0f);
  y.data<std::int32_t>()[kMany - 1] = 7;
  weights.data<float>()[kMany - 2] = -1;
  CHECK(names_all(c.fit_error(fine, y), {"label 7", "row 69999"}));
  CHECK(names_all(c.fit_error(fine, y, {.sample_weight = weights}), {"row 69998", "got -1"}));
}

TEST_CASE("A bad row late in a data set in memory stops fit before its first batch", "[model]") {
  Classifier c;
  Tensor ids = Tensor(DType::int32, {64, 5});
  ids.data<std::int32_t>()[60 * 5] = 99;
  const Dataset rows = Dataset::from(ids, Tensor(DType::int32, {64}));
  for (const Dataset& data : {rows, rows.shuffle(1).batch(4), rows.batch(8).prefetch(),
                              rows.map([](Batch&) {}).batch(3), rows.repeat(2).batch(4)}) {
    const Caught caught = c.refused([&](Model& m) { m.fit(data, {.epochs = 2}); });
    CHECK(names_all(caught, {"batch ", "99", "embedding"}));
  }
  CHECK(c.refused([&](Model& m) {
           m.fit(rows.batch(4).repeat(), {.steps_per_epoch = 16});
         }).is(ErrorCode::out_of_range, "batch 15"));
}

TEST_CASE("A bad batch of a stream stops fit where it comes", "[model]") {
  Classifier c;
  const Index before = c.model.iterations();
  const Dataset stream = Dataset::stream([](Index) {
    return [batch = 0](Batch& out) mutable {
      Tensor ids(DType::int32, {2, 5});
      if (batch == 3) ids.data<std::int32_t>()[0] = 99;
      out = {.x = Columns(ids), .y = Columns(Tensor(DType::int32, {2}))};
      return batch++ < 5;
    };
  });
  CHECK(error_of([&] { c.model.fit(stream.batch(2)); }).is(ErrorCode::out_of_range, "99"));
  CHECK(c.model.iterations() == before + 3);
}

TEST_CASE("An id that does not fit in 32 bits is refused, not cut", "[model]") {
  Classifier c;
  const Tensor x = Tensor::full<std::int64_t>({1, 2}, std::int64_t{1} << 32);
  CHECK(c.refused([&](Model& m) { m.predict(x); }).is(ErrorCode::out_of_range, "4294967296"));
}

TEST_CASE("Validation data are looked at before training starts", "[model]") {
  Classifier c;
  const Tensor bad_y = Tensor::of<std::int32_t>({4}, {0, 1, 5, 0});
  CHECK(names_all(c.fit_error(c.x, c.y, {.validation_data = {.x = c.x, .y = bad_y}}),
                  {"validation", "5"}));
  Tensor bad_x = c.x.clone();
  bad_x.data<std::int32_t>()[0] = 99;
  CHECK(names_all(c.fit_error(c.x, c.y, {.validation_data = {.x = bad_x, .y = c.y}}),
                  {"validation", "99"}));
  CHECK(c.fit_error(c.x, c.y, {.validation_data = {.x = c.x}}).code.has_value());
  CHECK(c.fit_error(c.x, c.y, {.validation_split = 1.0}).is(ErrorCode::invalid_argument));
  CHECK(c.fit_error(c.x, c.y, {.validation_split = -0.5}).is(ErrorCode::invalid_argument));
}

TEST_CASE("NaN and infinity in features and targets are refused", "[model]") {
  Numbers n;
  const auto before = n.model.get_weights();
  for (const float bad : {kNaN, std::numeric_limits<float>::infinity()}) {
    Tensor x = n.x.clone(), y = n.y.clone();
    x.data<float>()[3] = bad;
    y.data<float>()[2] = bad;
    CHECK(names_all(error_of([&] { n.model.fit(x, n.y); }), {"row 1", "1"}));
    CHECK(error_of([&] { n.model.fit(x, n.y); }).is(ErrorCode::not_finite));
    CHECK(error_of([&] { n.model.train_on_batch(x, n.y); }).is(ErrorCode::not_finite));
    CHECK(error_of([&] { n.model.fit(n.x, y); }).is(ErrorCode::not_finite, "row 2"));
    const Tensor weights = Tensor::of<float>({3}, {1, bad, 1});
    CHECK(error_of([&] {
            n.model.fit(n.x, n.y, {.sample_weight = weights});
          }).is(ErrorCode::not_finite, "sample_weight"));
  }
  CHECK(same_bits(n.model.get_weights()[0], before[0]));
  CHECK(n.model.iterations() == 0);
}

TEST_CASE("Data sets without rows are refused, and predicting none gives none", "[model]") {
  Classifier c;
  const Tensor x(DType::int32, {0, 5}), y(DType::int32, {0});
  CHECK(c.fit_error(x, y).is(ErrorCode::invalid_argument, "row"));
  CHECK(c.fit_error({}, {}).is(ErrorCode::invalid_argument));
  CHECK(c.refused([&](Model& m) { m.evaluate(x, y); }).is(ErrorCode::invalid_argument, "row"));
  CHECK(c.model.predict(x).shape() == Shape{0, 3});
  CHECK(c.refused([&](Model& m) { m.predict(Inputs()); }).is(ErrorCode::invalid_argument));
  const char* no_text = nullptr;
  CHECK(c.refused([&](Model& m) { m.predict(no_text); }).is(ErrorCode::invalid_argument, "null"));
}

TEST_CASE("A row of padding alone gives the answer to an empty row, never NaN", "[model]") {
  Classifier c("sparse_categorical_crossentropy", true);
  const Tensor x(DType::int32, {4, 5});
  const Tensor y = c.model.predict(x);
  for (const float p : y.data<float>()) CHECK(std::isfinite(p));
  const Logs logs = c.model.train_on_batch(x, c.y);
  CHECK(std::isfinite(logs["loss"]));
  for (const Tensor& w : c.model.get_weights()) {
    for (const float value : w.data<float>()) REQUIRE(std::isfinite(value));
  }
  const Ragged empty{Tensor(DType::int32, {0}), Tensor(DType::int64, {3})};
  const Tensor of_empty = c.model.predict(empty);
  for (const float p : of_empty.data<float>()) CHECK(std::isfinite(p));
}

TEST_CASE("Ragged rows with bad splits are refused", "[model]") {
  Classifier c;
  const Tensor values = Tensor::of<std::int32_t>({5}, {1, 2, 3, 4, 5});
  const std::vector<std::vector<std::int64_t>> all{
      {0, 3, 2, 4, 5}, {1, 2, 3, 4, 5}, {0, 1, 2, 3, 4}, {0, 1, 2, 3, 6}, {-1, 1, 2, 3, 5}};
  for (const auto& splits : all) {
    const Ragged x{values, Tensor::of<std::int64_t>({5}, splits)};
    CHECK(c.fit_error(x, c.y).code.has_value());
    CHECK(c.refused([&](Model& m) { m.predict(x); }).code.has_value());
  }
  const Ragged narrow{values, Tensor::of<std::int32_t>({5}, {0, 1, 2, 3, 5})};
  CHECK(c.fit_error(narrow, c.y).is(ErrorCode::dtype_mismatch));
  const Ragged out{Tensor::of<std::int32_t>({5}, {1, 2, 3, 44, 5}),
                   Tensor::of<std::int64_t>({5}, {0, 1, 2, 3, 5})};
  CHECK(names_all(c.fit_error(out, c.y), {"row 3", "position 0", "id 44"}));
}

TEST_CASE("Ranks and dtypes that do not fit are refused", "[model]") {
  Classifier c;
  CHECK(c.fit_error(Tensor(DType::int32, {4}), c.y).is(ErrorCode::shape_mismatch, "input: "));
  CHECK(c.fit_error(Tensor(DType::int32, {4, 5, 1}), c.y).is(ErrorCode::shape_mismatch, "input: "));
  CHECK(c.fit_error(Tensor(DType::int32, {}), c.y).code.has_value());
  CHECK(c.fit_error(Tensor(DType::float32, {4, 5}), c.y).is(ErrorCode::dtype_mismatch, "input: "));
  const Tensor texts = Tensor::strings({"a", "b", "c", "d"});
  CHECK(c.fit_error(texts, c.y).is(ErrorCode::dtype_mismatch));
  CHECK(c.fit_error(c.x, texts).is(ErrorCode::dtype_mismatch));
  CHECK(c.refused([&](Model& m) { m.predict("text"); }).is(ErrorCode::dtype_mismatch));
  Tensor y(DType::float32, {4, 3});
  CHECK(error_of([&] {
          c.model.predict_into(Tensor(DType::float32, {4, 5}), y);
        }).code.has_value());
  Tensor short_y(DType::float32, {4, 2});
  CHECK(error_of([&] { c.model.predict_into(c.x, short_y); }).is(ErrorCode::shape_mismatch));
  Numbers n;
  CHECK(error_of([&] {
          n.model.predict(Tensor(DType::float32, {3, 5}));
        }).is(ErrorCode::shape_mismatch));
}

TEST_CASE("Columns of different lengths and numbers are refused", "[model]") {
  Classifier c;
  const Tensor y3(DType::int32, {3});
  CHECK(c.fit_error(c.x, y3).is(ErrorCode::shape_mismatch, "rows"));
  CHECK(c.refused([&](Model& m) { m.evaluate(c.x, y3); }).is(ErrorCode::shape_mismatch));
  CHECK(c.refused([&](Model& m) { m.train_on_batch(c.x, y3); }).is(ErrorCode::shape_mismatch));
  CHECK(c.fit_error({c.x, c.x}, c.y).is(ErrorCode::invalid_argument, "x: expected 1"));
  CHECK(c.fit_error(c.x, {c.y, c.y}).is(ErrorCode::invalid_argument, "y: expected 1"));
  CHECK(c.fit_error(c.x, {}).is(ErrorCode::invalid_argument, "y: expected 1"));
  CHECK(c.refused([&](Model& m) { m.predict({c.x, c.x}); }).is(ErrorCode::invalid_argument));
}

TEST_CASE("What needs more memory than there can be is refused with its size", "[model]") {
  const Value x = input({1, 1, 1, 1});
  const Model model(x, x | UpSampling3D{.size = 65536} | GlobalMaxPooling3D{});
  CHECK(error_of([&] {
          model.predict(Tensor(DType::float32, {1, 1, 1, 1, 1}));
        }).is(ErrorCode::invalid_argument, "65536, 65536, 65536, 1) does not fit in memory"));
}

TEST_CASE("predict refuses a model whose output has not one row for each of its inputs",
          "[model]") {
  const Value x = input({3});
  const Model joined(Values{x}, {call(Concatenate{.axis = 0}, {x, x})});
  CHECK(error_of([&] {
          joined.predict(Tensor(DType::float32, {5, 3}));
        }).is(ErrorCode::shape_mismatch, "output 0 has the shape (10, 3) for a batch of 5 rows"));
}

}  // namespace linnet::test
