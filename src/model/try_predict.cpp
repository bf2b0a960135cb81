// Model::try_load and Model::try_predict: exceptions end here.
#include <linnet/model/model.hpp>
#include <new>

namespace linnet::inline v0 {

namespace {

template <class F>
auto attempt(F&& f) noexcept -> Result<decltype(f())> {
  try {
    return f();
  } catch (const Error& error) {
    return {error.code(), error.what()};
  } catch (const std::bad_alloc&) {
    return {ErrorCode::out_of_memory, "out of memory"};
  } catch (const std::exception& error) {
    return {ErrorCode::other, error.what()};
  } catch (...) {
    return {ErrorCode::other, "an exception of an unknown type"};
  }
}

}  // namespace

Result<Model> Model::try_load(const std::string& path, const LoadOptions& options) noexcept {
  return attempt([&] { return load(path, options); });
}

Result<Tensor> Model::try_predict(const Inputs& x, const PredictOptions& options) const noexcept {
  return attempt([&] { return predict(x, options); });
}

Result<Prediction> Model::try_predict(std::string_view text) const noexcept {
  return attempt([&] { return predict(text); });
}

}  // namespace linnet::inline v0
