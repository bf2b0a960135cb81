// What a host program without exceptions and RTTI does with linnet: failures are values.
#include <cstdio>
#include <linnet/linnet.hpp>
#include <string>

#if defined(__cpp_exceptions) || defined(__cpp_rtti)
#error "this program is to be built with -fno-exceptions -fno-rtti"
#endif

namespace ln = linnet;

namespace {

ln::Sequential small_model() {
  ln::Sequential model{
      ln::Embedding{.input_dim = 10, .output_dim = 4},
      ln::GlobalAveragePooling1D{},
      ln::Dense{.units = 2, .activation = "softmax"},
  };
  model.build({ln::any, 3});
  return model;
}

/// The number of what went wrong; 0: nothing.
int check(const std::string& path) {
  if (ln::Model::try_load(path + ".missing").code() != ln::ErrorCode::io) return 1;
  small_model().save(path);
  const ln::Result<ln::Model> model = ln::Model::try_load(path);
  std::remove(path.c_str());
  if (!model) return 2;
  const auto right = model->try_predict(ln::Tensor::of<std::int32_t>({1, 3}, {1, 2, 3}));
  if (!right || right->shape() != ln::Shape{1, 2}) return 3;
  const auto wrong = model->try_predict(ln::Tensor::of<std::int32_t>({1, 3}, {1, 2, 10}));
  if (wrong || wrong.code() != ln::ErrorCode::out_of_range || wrong.message().empty()) return 4;
  if (model->try_predict("a text").code() != ln::ErrorCode::dtype_mismatch) return 5;
  return 0;
}

}  // namespace

int main(int, char** argv) { return check(std::string(argv[0]) + ".linnet"); }
