#include <linnet/schedules.hpp>

#include "core/class_names.hpp"
#include "core/error_of.hpp"
#include "golden/golden_classes.hpp"
#include "ops/check_op.hpp"

namespace linnet::test {

namespace {

struct Halving {
  static constexpr const char* kName = "Halving";
  float first = 1;
  static void fields(auto& self, FieldVisitor& field) { field("first", self.first); }
  double at(Index step) const { return first / static_cast<double>(step + 1); }
};

}  // namespace

TEST_CASE("Schedules give Keras's learning rates") {
  const Golden golden("schedules");
  CHECK(golden.cases().size() == 18);
  CHECK(golden_classes(golden) == class_names(detail::Schedules{}));
  for (const GoldenCase& each : golden.cases()) {
    INFO(each.name);
    const LearningRate rate = LearningRate::from_config(each.facts);
    const Tensor steps = each.at("step/0"), values = each.at("value/0");
    for (std::size_t i = 0; i < steps.data<std::int64_t>().size(); ++i) {
      const std::int64_t step = steps.data<std::int64_t>()[i];
      const double want = values.data<float>()[i], got = rate.at(step);
      INFO("step " << step << ": got " << got << ", Keras " << want);
      CHECK(std::abs(got - want) <= 1e-5 * std::abs(want) + 1e-7);
    }
    CHECK(LearningRate::from_config(rate.to_config()).to_config() == rate.to_config());
  }
}

TEST_CASE("A learning rate is a number, or one's own schedule") {
  CHECK(LearningRate(0.1f).to_config() == Config(0.1));
  CHECK(LearningRate(1).at(7) == 1);
  CHECK(LearningRate(0.5).is_constant());
  const LearningRate own = Halving{.first = 3};
  CHECK_FALSE(own.is_constant());
  CHECK(own.at(2) == 1);
  CHECK(own.as<Halving>()->first == 3);
  CHECK(own.as<schedules::CosineDecay>() == nullptr);
  CHECK(own.to_config().at("class_name").as_string() == "Halving");
}

TEST_CASE("Schedules refuse what makes no sense") {
  CHECK(error_of([] {
          schedules::ExponentialDecay{.decay_steps = 0}.at(1);
        }).is(ErrorCode::invalid_argument, "ExponentialDecay: decay_steps must be positive"));
  CHECK(error_of([] {
          schedules::PiecewiseConstantDecay{.boundaries = {1}, .values = {1}}.at(1);
        }).is(ErrorCode::invalid_argument, "one value more than boundaries"));
  CHECK(error_of([] {
          LearningRate::from_config(Config("Cosine"));
        }).is(ErrorCode::not_found, "schedule: unknown name 'Cosine'; known: cosine_decay"));
  CHECK(std::isfinite(schedules::CosineDecayRestarts{.t_mul = 0.5f}.at(1000000)));
}

}  // namespace linnet::test
