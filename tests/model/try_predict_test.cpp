// try_load and try_predict: what is thrown elsewhere is in a Result.
#include <new>
#include <stdexcept>

#include "io/temp_folder.hpp"
#include "model/small_models.hpp"

namespace linnet::test {

namespace {

/// A layer of a user's that fails in ways of its own while a plan is made.
struct Failing {
  static constexpr const char* kName = "Failing";
  Index way = 0;
  std::string name = {};
  bool trainable = true;
  static void fields(auto& self, FieldVisitor& field) {
    field("way", self.way);
    field("name", self.name);
    field("trainable", self.trainable);
  }
  Value emit(Scope&, const Call& call) const {
    if (call.input().shape()[0] == any) return call.input();  // the model is being built
    if (way == 0) throw std::bad_alloc();
    if (way == 1) throw std::runtime_error("no such device");
    throw 1;
  }
};

}  // namespace

TEST_CASE("try_load and try_predict give what load and predict give", "[model]") {
  const TempFolder folder;
  const NumberRows data(5);
  perceptron().save(folder.path("m.linnet"));
  const Result<Model> model = Model::try_load(folder.path("m.linnet"));
  REQUIRE(model);
  CHECK(model.message().empty());
  const Result<Tensor> y = model->try_predict(data.x);
  REQUIRE(y.ok());
  CHECK(same_bits(*y, model->predict(data.x)));

  TextVectorization words{.output_sequence_length = 3};
  words.adapt(Tensor::strings({"one two"}));
  Sequential texts{words, Embedding{.input_dim = 5, .output_dim = 2}, GlobalAveragePooling1D{},
                   Dense{.units = 2, .activation = "softmax"}};
  texts.build({any});
  const Result<Prediction> answer = texts.try_predict("two one");
  REQUIRE(answer);
  CHECK(answer->probabilities == texts.predict("two one").probabilities);
}

TEST_CASE("try_load and try_predict give the error that is thrown elsewhere", "[model]") {
  const TempFolder folder;
  put_text(folder.path("bad"), "nothing of ours");
  for (const char* name : {"bad", "missing"}) {
    const Result<Model> none = Model::try_load(folder.path(name));
    CHECK_FALSE(none);
    CHECK(error_of([&] { Model::load(folder.path(name)); }).is(none.code(), none.message()));
  }
  const Sequential model = perceptron();
  const Tensor wrong = random_floats({2, 7}, 1);
  const Result<Tensor> none = model.try_predict(wrong);
  CHECK_FALSE(none.ok());
  CHECK(none.code() == ErrorCode::shape_mismatch);
  CHECK(error_of([&] { model.predict(wrong); }).message == none.message());
  CHECK(model.try_predict("a text").code() == ErrorCode::dtype_mismatch);
}

TEST_CASE("try_predict gives what is no Error too", "[model]") {
  const auto failed = [](Index way) {
    Sequential model{Failing{.way = way}};
    model.build({any, 2});
    return model.try_predict(random_floats({1, 2}, 1));
  };
  CHECK(failed(0).code() == ErrorCode::out_of_memory);
  CHECK(failed(1).code() == ErrorCode::other);
  CHECK(failed(1).message() == "no such device");
  CHECK(failed(2).code() == ErrorCode::other);
}

}  // namespace linnet::test
