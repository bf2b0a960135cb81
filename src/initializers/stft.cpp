#include <algorithm>
#include <cmath>
#include <linnet/initializers/stft.hpp>
#include <numbers>
#include <span>

namespace linnet::inline v0::initializers {

using detail::cat;
using detail::fail;
using std::numbers::pi;

namespace {

// Windows of m values at n in [0, m), as scipy.signal.windows defines them. d is the distance from
// the middle: 0 there, 1 at both ends.

double distance(double n, double m) { return std::abs(2 * n / (m - 1) - 1); }

/// a_0 + a_1 cos(pi d) + a_2 cos(2 pi d) + ...
double cosines(double d, std::span<const double> a) {
  double sum = 0;
  for (std::size_t k = 0; k < a.size(); ++k)
    sum += a[k] * std::cos(static_cast<double>(k) * pi * d);
  return sum;
}

template <const auto& kFactors>
double cosine_sum(double n, double m) {
  return cosines(distance(n, m), kFactors);
}
constexpr double kBlackman[] = {0.42, 0.5, 0.08};
constexpr double kBlackmanHarris[] = {0.35875, 0.48829, 0.14128, 0.01168};
constexpr double kFlatTop[] = {0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368};
constexpr double kHamming[] = {0.54, 0.46};
constexpr double kHann[] = {0.5, 0.5};
constexpr double kNuttall[] = {0.3635819, 0.4891775, 0.1365995, 0.0106411};

double bartlett(double n, double m) { return 1 - distance(n, m); }
double barthann(double n, double m) {
  const double d = distance(n, m);
  return 0.62 - 0.24 * d + 0.38 * std::cos(pi * d);
}
double bohman(double n, double m) {
  const double d = distance(n, m);
  return (1 - d) * std::cos(pi * d) + std::sin(pi * d) / pi;
}
double boxcar(double, double) { return 1; }
double cosine(double n, double m) { return std::sin(pi / m * (n + 0.5)); }
double exponential(double n, double m) { return std::exp(-std::abs(n - (m - 1) / 2)); }
double lanczos(double n, double m) {
  const double x = pi * distance(n, m);
  return x == 0 ? 1 : std::sin(x) / x;
}
double parzen(double n, double m) {
  const double d = std::abs(2 * n - (m - 1)) / m;
  if (d * m <= (m - 1) / 2) return 1 - 6 * d * d + 6 * d * d * d;
  return 2 * std::pow(1 - d, 3);
}
double triang(double n, double m) {
  const bool odd = std::fmod(m, 2) != 0;
  return 1 - std::abs(2 * n - (m - 1)) / (odd ? m + 1 : m);
}
/// Half of it is flat, a quarter on each side a half of a cosine.
double tukey(double n, double m) {
  const double width = std::floor(0.25 * (m - 1)), from_end = std::min(n, m - 1 - n);
  return from_end > width ? 1 : 0.5 * (1 + std::cos(pi * (4 * from_end / (m - 1) - 1)));
}
/// With 4 nearly constant side lobes, 30 dB down, and 1 in the middle.
double taylor(double n, double m) {
  constexpr double kF[] = {0.2926560110171551, -0.01578375064105314, 0.0021810393128200286};
  const double x = 2 * pi * (n - m / 2 + 0.5) / m;
  const double middle = 1 + 2 * (kF[0] + kF[1] + kF[2]);
  return (1 + 2 * (kF[0] * std::cos(x) + kF[1] * std::cos(2 * x) + kF[2] * std::cos(3 * x))) /
         middle;
}

struct WindowRow {
  std::string_view name;
  double (*at)(double n, double m);
};

constexpr WindowRow kWindows[] = {
    {"barthann", barthann},
    {"bartlett", bartlett},
    {"blackman", cosine_sum<kBlackman>},
    {"blackmanharris", cosine_sum<kBlackmanHarris>},
    {"bohman", bohman},
    {"boxcar", boxcar},
    {"cosine", cosine},
    {"exponential", exponential},
    {"flattop", cosine_sum<kFlatTop>},
    {"hamming", cosine_sum<kHamming>},
    {"hann", cosine_sum<kHann>},
    {"lanczos", lanczos},
    {"nuttall", cosine_sum<kNuttall>},
    {"parzen", parzen},
    {"taylor", taylor},
    {"triang", triang},
    {"tukey", tukey},
};
static_assert(std::size(kWindows) + 1 == std::size(StftWindows::kWords));

/// What the window's values are divided by.
float norm(std::span<const float> window, std::string_view scaling) {
  if (scaling == "none" || window.empty()) return 1;
  double squares = 0, magnitudes = 0;
  for (const float w : window) {
    squares += double{w} * double{w};
    magnitudes += std::abs(double{w});
  }
  const auto sum = static_cast<float>(scaling == "density" ? std::sqrt(squares) : magnitudes);
  if (!(sum > 0)) fail(ErrorCode::not_finite, "STFT: the window is 0 everywhere");
  if (!std::isfinite(sum)) fail(ErrorCode::not_finite, "STFT: the window's values are too large");
  return sum;
}

}  // namespace

std::vector<float> StftWindow::values(Index frame, bool periodic) const {
  if (values_) {
    if (std::ssize(*values_) == frame) return *values_;
    fail(ErrorCode::shape_mismatch, cat("STFT: window: expected ", frame,
                                        " values, as many as the "
                                        "frame has, got ",
                                        std::ssize(*values_)));
  }
  for (const WindowRow& row : kWindows) {
    if (row.name != word()) continue;
    std::vector<float> values(static_cast<std::size_t>(frame), 1.0f);
    if (frame == 1) return values;
    const auto m = static_cast<double>(periodic ? frame + 1 : frame);
    for (std::size_t n = 0; n < values.size(); ++n) {
      values[n] = static_cast<float>(row.at(static_cast<double>(n), m));
    }
    return values;
  }
  return {};
}

Config StftWindow::to_config() const {
  if (!values_) return word() == "none" ? Config() : Config(word());
  Config list = Config::list();
  for (const float value : *values_) list.push_back(Config(value));
  return list;
}

StftWindow StftWindow::from_config(const Config& config) {
  StftWindow window;
  if (config.is_list()) {
    std::vector<float> values;
    for (const Config& value : config.items()) {
      values.push_back(static_cast<float>(value.as_number()));
    }
    return window = std::move(values);
  }
  window.name_ = find(Choice<StftWindows>::from_config(config).word());
  return window;
}

void STFT::fill(Tensor& target, const RandomStream&) const {
  const Shape& shape = target.shape();
  if (shape.rank() != 3 || shape[1] != 1 || shape[2] < 2) {
    fail(ErrorCode::shape_mismatch,
         cat("STFT: expected a shape (frame, 1, frequencies) with 2 frequencies or more, got ",
             shape));
  }
  const Index frame = shape[0], frequencies = shape[2];
  const std::vector<float> values = window.values(frame, periodic);
  const float scale = norm(values, scaling.word());
  const auto length = static_cast<float>(2 * (frequencies - 1));
  float* y = target.data<float>().data();
  for (Index t = 0; t < frame; ++t) {
    const float weight = values.empty() ? 1 : values[static_cast<std::size_t>(t)];
    for (Index f = 0; f < frequencies; ++f) {
      // In Keras's order: far from 0 the rounding of the angle shows.
      const float angle =
          -2 * static_cast<float>(t) * (static_cast<float>(f) / length) * std::numbers::pi_v<float>;
      *y++ = (side == "real" ? std::cos(angle) : std::sin(angle)) * weight / scale;
    }
  }
}

}  // namespace linnet::inline v0::initializers
