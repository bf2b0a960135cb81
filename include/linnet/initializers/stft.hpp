// STFT: the kernel of a convolution that computes short-time Fourier transforms.
#pragma once

#include <linnet/core/choice.hpp>
#include <linnet/core/fields.hpp>
#include <linnet/core/random.hpp>
#include <linnet/core/tensor.hpp>
#include <memory>
#include <vector>

namespace linnet::inline v0::initializers {

struct StftWindows {
  static constexpr std::string_view kName = "window",
                                    kWords[] = {"none",     "barthann",       "bartlett",
                                                "blackman", "blackmanharris", "bohman",
                                                "boxcar",   "cosine",         "exponential",
                                                "flattop",  "hamming",        "hann",
                                                "lanczos",  "nuttall",        "parzen",
                                                "taylor",   "triang",         "tukey"};
};

/// A window over the time of a frame: one of scipy.signal's by name, "none", or its values.
class LINNET_API StftWindow {
 public:
  LINNET_CONSTEVAL StftWindow(const char* name) : name_(find(name)) {
    if (name_ < 0) no_such_window();
  }
  StftWindow(std::vector<float> values)
      : values_(std::make_shared<const std::vector<float>>(std::move(values))) {}

  /// Its values for a frame; none for "none". A periodic window is the first part of one that is
  /// longer by 1. Error (shape_mismatch): it has other than `frame` values.
  std::vector<float> values(Index frame, bool periodic) const;

  /// A name, a list of numbers, or null for "none".
  Config to_config() const;
  static StftWindow from_config(const Config& config);

 private:
  StftWindow() = default;
  static constexpr int find(std::string_view name) {
    int index = 0;
    for (const std::string_view known : StftWindows::kWords) {
      if (known == name) return index;
      ++index;
    }
    return -1;
  }
  /// Empty for values.
  std::string_view word() const {
    return name_ < 0 ? std::string_view() : StftWindows::kWords[name_];
  }
  static void no_such_window() {  // not constexpr: calling it stops the compiler
    detail::fail(ErrorCode::not_found, "window: there is none of this name");
  }

  int name_ = -1;  ///< in StftWindows::kWords; -1 for values
  std::shared_ptr<const std::vector<float>> values_;
};

struct StftSides {
  static constexpr std::string_view kName = "side", kWords[] = {"real", "imag"};
};
struct StftScalings {
  static constexpr std::string_view kName = "scaling", kWords[] = {"none", "density", "spectrum"};
};

/// A kernel (T, 1, F): y[t, 0, f] = cos(a) (the real side) or sin(a) with a = -pi t f / (F - 1),
/// times the window at t, divided by the window's norm ("density") or its sum of magnitudes
/// ("spectrum"). Of a transform of 2 (F - 1) numbers it has the first half; the other is the
/// conjugate. Error: shape_mismatch: another shape, or F below 2; not_finite: of a window that is 0
/// everywhere or holds infinities.
struct STFT {
  static constexpr const char* kName = "STFT";
  static constexpr std::string_view kAliases[] = {"STFTInitializer"};
  Choice<StftSides> side = "real";
  StftWindow window = "hann";
  Choice<StftScalings> scaling = "density";
  bool periodic = false;
  static void fields(auto& self, FieldVisitor& field) {
    field("side", self.side);
    field("window", self.window);
    field("scaling", self.scaling);
    field("periodic", self.periodic);
  }
  LINNET_API void fill(Tensor& target, const RandomStream& random) const;
};

}  // namespace linnet::inline v0::initializers
