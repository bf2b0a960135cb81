#include <algorithm>
#include <cctype>
#include <cmath>
#include <linnet/ops/elementwise.hpp>
#include <linnet/ops/matmul.hpp>
#include <linnet/ops/reduce.hpp>
#include <linnet/ops/shape.hpp>
#include <linnet/optimizers/muon.hpp>

#include "core/require.hpp"
#include "optimizers/emit_step.hpp"
#include "optimizers/muon_rule.hpp"

namespace linnet::inline v0 {

namespace {

constexpr detail::Range kSteps{0, 100, true, true};

/// True if the word is found in the path, at its begin after "^", at its end before "$".
bool found_in(std::string_view path, std::string_view word) {
  const bool front = word.starts_with('^'), back = word.ends_with('$');
  if (front) word.remove_prefix(1);
  if (back) word.remove_suffix(1);
  if (front && back) return path == word;
  if (front) return path.starts_with(word);
  return back ? path.ends_with(word) : path.find(word) != path.npos;
}

void check_words(const std::vector<std::string>& words) {
  for (std::string_view word : words) {
    const std::string_view whole = word;
    if (word.starts_with('^')) word.remove_prefix(1);
    if (word.ends_with('$')) word.remove_suffix(1);
    if (word.find_first_of("^$.*+?()[]{}|\\") == word.npos) continue;
    detail::fail(ErrorCode::invalid_argument,
                 detail::cat(Muon::kName, ": exclude_layers may hold words with ^ in front and $ ",
                             "behind, got '", whole, "'"));
  }
}

/// Newton and Schulz's steps from x towards the nearest matrix with orthogonal rows (or columns).
Value orthogonal(const Muon& muon, Value x) {
  const bool tall = x.shape()[0] > x.shape()[1];
  if (tall) x = ops::transpose(x, {1, 0});
  const Value squares = ops::reduce_sum(ops::unary(ops::UnaryKind::square, x));
  x = ops::divide(x, ops::affine(ops::unary(ops::UnaryKind::sqrt, squares), 1, 1e-7f));
  const auto a = static_cast<float>(muon.muon_a), b = static_cast<float>(muon.muon_b),
             c = static_cast<float>(muon.muon_c);
  for (Index step = 0; step < muon.ns_steps; ++step) {
    const Value square = ops::matmul(x, x, false, true);
    const Value mixed =
        ops::add(ops::affine(square, b), ops::affine(ops::matmul(square, square), c));
    x = ops::add(ops::affine(x, a), ops::matmul(mixed, x));
  }
  return tall ? ops::transpose(x, {1, 0}) : x;
}

}  // namespace

bool detail::is_for_adam(const Muon& muon, const Parameter& parameter) {
  if (parameter.type.shape.rank() != 2) return true;
  std::string path = parameter.path;
  for (char& c : path) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (muon.exclude_embeddings && path.find("embedding") != path.npos) return true;
  return std::ranges::any_of(
      muon.exclude_layers, [&](const std::string& word) { return found_in(parameter.path, word); });
}

void Muon::check() const {
  detail::require(kName, "adam_beta_1", adam_beta_1, detail::kZeroToBelowOne);
  detail::require(kName, "adam_beta_2", adam_beta_2, detail::kZeroToBelowOne);
  detail::require(kName, "epsilon", epsilon, detail::kPositive);
  detail::require(kName, "adam_weight_decay", adam_weight_decay, detail::kNotNegative);
  detail::require(kName, "muon_a", muon_a, detail::kFinite);
  detail::require(kName, "muon_b", muon_b, detail::kFinite);
  detail::require(kName, "muon_c", muon_c, detail::kFinite);
  detail::require(kName, "adam_lr_ratio", adam_lr_ratio, detail::kPositive);
  detail::require(kName, "momentum", momentum, detail::kZeroToOne);
  detail::require(kName, "ns_steps", ns_steps, kSteps);
  detail::require(kName, "rms_rate", rms_rate, detail::kNotNegative);
  check_words(exclude_layers);
}

void Muon::update(UpdateScope& scope, const Value& parameter, const Gradient& gradient) const {
  const Parameter& target = scope.parameter();
  if (detail::is_for_adam(*this, target)) {
    // The rate of Adam's step is a multiple of the rate of its decay.
    const auto ratio = static_cast<float>(adam_lr_ratio);
    const float decay = adam_weight_decay.value_or(0.0f) * target.decay / ratio;
    const Value rate =
        ratio == 1 ? scope.learning_rate() : ops::affine(scope.learning_rate(), ratio);
    emit_step(scope, parameter, gradient, ops::AdamRule{adam_beta_1, adam_beta_2, epsilon}, decay,
              rate);
    return;
  }
  const Value g = scope.dense(gradient), m = scope.slot("momentum"), lr = scope.learning_rate();
  const auto u = static_cast<float>(momentum);
  const Value new_m = ops::add(m, ops::add(g, ops::affine(m, u - 1)));
  const Value step = orthogonal(*this, nesterov ? ops::add(g, ops::affine(new_m, u)) : new_m);
  const Shape& shape = target.type.shape;
  const double larger = std::sqrt(static_cast<double>(std::max(shape[0], shape[1])));
  const auto scale = static_cast<float>(rms_rate ? *rms_rate * larger : 1.0);
  const Value decayed =
      ops::subtract(parameter, ops::multiply(ops::affine(parameter, scope.weight_decay()), lr));
  scope.assign(m, new_m);
  scope.assign(parameter, ops::subtract(decayed, ops::affine(ops::multiply(step, lr), scale)));
}

}  // namespace linnet::inline v0
