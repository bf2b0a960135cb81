// Result: a value or why there is none, for programs that are built without exceptions.
#pragma once

#include <linnet/core/error.hpp>
#include <optional>
#include <string>
#include <utility>

namespace linnet::inline v0 {

/// What a function gives that throws nothing: Model::try_load, Model::try_predict.
///   const Result<Model> model = Model::try_load("questions.linnet");
///   if (!model) return report(model.message());
///   const Result<Prediction> answer = model->try_predict("my card has not arrived");
/// What the caller makes for such a call (a Tensor, Inputs, a std::string) may throw still.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }

  /// The value. All four are undefined unless ok().
  const T& operator*() const { return *value_; }
  T& operator*() { return *value_; }
  const T* operator->() const { return &*value_; }
  T* operator->() { return &*value_; }

  /// What kind of failure it was. Says nothing if ok().
  ErrorCode code() const { return code_; }
  /// Where, what was expected, what came. Empty if ok().
  const std::string& message() const { return message_; }

 private:
  std::optional<T> value_;
  ErrorCode code_ = ErrorCode::other;
  std::string message_;
};

}  // namespace linnet::inline v0
