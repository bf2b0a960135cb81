// exp, tanh, ... without branches, so that loops over them become vector code. Relative errors
// stay within a few units of the last place; infinities and NaN come out as from the C library.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

namespace linnet::inline v0::vector_math {

/// The polynomial c[0] x^n + ... + c[n].
template <class... C>
[[gnu::always_inline]] inline float polynomial(float x, float first, C... rest) {
  float sum = first;
  ((sum = sum * x + static_cast<float>(rest)), ...);
  return sum;
}

/// 2^k for k in [-126, 127].
[[gnu::always_inline]] inline float power_of_two(std::int32_t k) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(k + 127) << 23);
}

/// e^x = 2^k e^r with |r| <= log(2) / 2, e^r by the polynomial of Cephes's expf. 2^k is applied in
/// two halves, so that results reach into denormals and to infinity.
[[gnu::always_inline]] inline float exp(float x) {
  constexpr float kRound = 12582912.0f;  // 1.5 2^23: adding it rounds to an integer
  const float bounded = x < -104.0f ? -104.0f : x > 89.0f ? 89.0f : x;
  const float shifted = bounded * 1.44269504f + kRound;
  const float n = shifted - kRound;
  const float r = (bounded - n * 0.693359375f) + n * 2.12194440e-4f;
  const float tail = polynomial(r, 1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f,
                                4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f);
  const auto k = static_cast<std::int32_t>(std::bit_cast<std::uint32_t>(shifted) -
                                           std::bit_cast<std::uint32_t>(kRound));
  const std::int32_t half = k >> 1;
  return (tail * r * r + r + 1.0f) * power_of_two(half) * power_of_two(k - half);
}

[[gnu::always_inline]] inline float sigmoid(float x) { return 1.0f / (1.0f + exp(-x)); }

/// Near 0 the odd polynomial of Cephes's tanhf, else 1 - 2 / (e^2|x| + 1) with x's sign.
[[gnu::always_inline]] inline float tanh(float x) {
  const float z = x * x;
  const float near = polynomial(z, -5.70498872745e-3f, 2.06390887954e-2f, -5.37397155531e-2f,
                                1.33314422036e-1f, -3.33332819422e-1f) *
                         z * x +
                     x;
  const float size = std::abs(x);
  const float far = 1.0f - 2.0f / (exp(2.0f * size) + 1.0f);
  return size < 0.625f ? near : x < 0 ? -far : far;
}

/// e^x - 1 for x <= 0, as 2 t / (1 - t) with t = tanh(x / 2).
[[gnu::always_inline]] inline float expm1_negative(float x) {
  const float t = tanh(0.5f * x);
  return 2.0f * t / (1.0f - t);
}

/// log(1 + e) for e in [0, 1], by the series of 2 artanh(s) with s = e / (2 + e) <= 1/3.
[[gnu::always_inline]] inline float log1p_unit(float e) {
  const float s = e / (2.0f + e);
  return 2.0f * s *
         polynomial(s * s, 1.0f / 15, 1.0f / 13, 1.0f / 11, 1.0f / 9, 1.0f / 7, 1.0f / 5, 1.0f / 3,
                    1.0f);
}

[[gnu::always_inline]] inline float softplus(float x) {
  return (x > 0 ? x : 0.0f) + log1p_unit(exp(-std::abs(x)));
}

/// The normal distribution, as erfc(-x / sqrt 2) / 2 with the three polynomials of Cephes's erfcf.
[[gnu::always_inline]] inline float normal_cdf(float x) {
  const float a = std::abs(x) * 0.707106781f;
  const float z = a * a;
  const float erf =
      a * polynomial(z, 7.853861353153693e-5f, -8.010193625184903e-4f, 5.188327685732524e-3f,
                     -2.685381193529856e-2f, 1.128358514861418e-1f, -3.761262582423300e-1f,
                     1.128379165726710e+0f);
  const float q = 1.0f / (a < 1.0f ? 1.0f : a);
  const float w = q * q;
  const float middle =
      polynomial(w, 2.326819970068386e-2f, -1.387039388740657e-1f, 3.687424674597105e-1f,
                 -5.824733027278666e-1f, 6.210004621745983e-1f, -4.944515323274145e-1f,
                 3.404879937665872e-1f, -2.741127028184656e-1f, 5.638259427386472e-1f);
  const float outer =
      polynomial(w, -1.047766399936249e+1f, 1.297719955372516e+1f, -7.495518717768503e+0f,
                 2.921019019210786e+0f, -1.015265279202700e+0f, 4.218463358204948e-1f,
                 -2.820767439740514e-1f, 5.641895067754075e-1f);
  const float tail = exp(-0.5f * x * x) * q * (a < 2.0f ? middle : outer);
  const float below = 0.5f * (a < 1.0f ? 1.0f - erf : tail);  // at -|x|
  return x > 0 ? 1.0f - below : below;
}

[[gnu::always_inline]] inline float normal_pdf(float x) {
  return 0.398942280f * exp(-0.5f * x * x);
}

}  // namespace linnet::inline v0::vector_math
