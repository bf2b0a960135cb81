// Initializers: the first values of parameters. One header a family, listed here.
#pragma once

#include <linnet/core/named.hpp>
#include <linnet/graph/parameter.hpp>
#include <linnet/initializers/constant.hpp>
#include <linnet/initializers/orthogonal.hpp>
#include <linnet/initializers/random.hpp>
#include <linnet/initializers/stft.hpp>
#include <linnet/initializers/variance_scaling.hpp>

namespace linnet::inline v0 {

/// An initializer is an aggregate with Keras's fields that fills a float32 tensor. Number i depends
/// on the stream and i alone.
template <class I>
concept InitializerType = requires(const I& initializer, I& fresh, FieldVisitor& field,
                                   Tensor& target, const RandomStream& random) {
  { I::kName } -> std::convertible_to<std::string_view>;
  I::fields(fresh, field);
  initializer.fill(target, random);
};

namespace detail {

struct LINNET_API InitializerModel : NamedModel {
  static constexpr const char* kWhat = "initializer";
  static const InitializerModel& made(int index);
  virtual void fill(Tensor& target, const RandomStream& random) const = 0;
};

template <InitializerType I>
struct InitializerHolder final : NamedHolder<InitializerModel, I> {
  using NamedHolder<InitializerModel, I>::NamedHolder;
  void fill(Tensor& target, const RandomStream& random) const override {
    this->held.fill(target, random);
  }
};

using Initializers =
    BuiltIn<InitializerModel, InitializerHolder, initializers::Zeros, initializers::Ones,
            initializers::Constant, initializers::Identity, initializers::RandomUniform,
            initializers::RandomNormal, initializers::TruncatedNormal,
            initializers::VarianceScaling, initializers::GlorotUniform, initializers::GlorotNormal,
            initializers::HeUniform, initializers::HeNormal, initializers::LecunUniform,
            initializers::LecunNormal, initializers::Orthogonal, initializers::STFT>;

}  // namespace detail

/// Any initializer: an aggregate, or a name that is checked when the program is compiled.
///   Dense{.units = 8, .kernel_initializer = "he_normal"}
///   Dense{.units = 8, .kernel_initializer = initializers::RandomNormal{.stddev = 0.01f}}
class LINNET_API Initializer : public detail::Named<detail::InitializerModel> {
 public:
  LINNET_CONSTEVAL Initializer(const char* name) : Named(detail::Initializers::find(name)) {
    if (detail::Initializers::find(name) < 0) no_such_initializer();
  }
  template <InitializerType I>
  Initializer(I initializer)
      : Named(std::make_shared<detail::InitializerHolder<I>>(std::move(initializer))) {}

  /// The initializer of a name known at run time. Error: not_found, with the list.
  static Initializer named(std::string_view name);
  /// From a name or from {"class_name", "config"}. Error: unknown class or key.
  static Initializer from_config(const Config& config);

  /// Writes the first values into `target`. Error: not float32, or a shape that the initializer
  /// cannot fill.
  void fill(Tensor& target, const RandomStream& random) const { model().fill(target, random); }
  operator Fill() const;

 private:
  using Named::Named;
  static void no_such_initializer() {  // not constexpr: calling it stops the compiler
    detail::fail(ErrorCode::not_found, "initializer: there is none of this name");
  }
};

/// Makes an initializer of your own known to from_config(), and so to Model::load.
template <InitializerType I>
void register_initializer() {
  detail::Initializers::add<I>();
}

}  // namespace linnet::inline v0
