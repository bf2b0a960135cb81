// LearningCurves: a history as an SVG picture.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <linnet/io/atomic_file.hpp>
#include <linnet/model/loggers.hpp>
#include <map>

#include "core/require.hpp"
#include "model/log_file.hpp"

namespace linnet::inline v0 {

using detail::cat;

namespace {

constexpr double kPanelWidth = 440, kPanelHeight = 280;           // all in pixels
constexpr double kLeft = 64, kRight = 16, kTop = 40, kFoot = 40;  // margins of a panel
constexpr const char* kColors[] = {"#1f6fb4", "#d9641c"};         // training, validation
constexpr std::string_view kValidation = "val_";

/// At most `digits` digits that count, without zeros at the end.
std::string shown(double value, int digits = 6) {
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::general, digits).ptr;
  return std::string(buffer, end);
}

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '<') {
      safe += "&lt;";
    } else if (c == '&') {
      safe += "&amp;";
    } else if (static_cast<unsigned char>(c) >= 0x20) {
      safe += c;
    }
  }
  return safe;
}

/// An axis from low to high, whose lines stand at multiples of a round number.
struct Axis {
  double low = 0, high = 1, step = 1;

  /// `whole`: lines at whole numbers only.
  Axis(double from, double to, bool whole) : low(from), high(to) {
    if (!(high - low > 1e-12 * std::max(std::abs(low), std::abs(high)))) {
      const double room = low == 0 || whole ? 1 : std::abs(low) * 0.1;
      low -= room;
      high += room;
    }
    const double rough = (high - low) / 5;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    step = power * (rough < 1.5 * power   ? 1
                    : rough < 3.5 * power ? 2
                    : rough < 7.5 * power ? 5
                                          : 10);
    if (whole) step = std::max(step, 1.0);
  }
  /// 0 at low, 1 at high.
  double place(double value) const { return (value - low) / (high - low); }
  /// What the lines stand at.
  std::vector<double> lines() const {
    std::vector<double> at;
    const double last = std::floor(high / step + 1e-9);
    for (double n = std::ceil(low / step - 1e-9); n <= last; ++n)
      at.push_back(n == 0 ? 0 : n * step);
    return at;
  }
  /// The digits that tell the lines apart.
  int digits() const {
    const double largest = std::max(std::abs(low), std::abs(high));
    return std::clamp(static_cast<int>(std::ceil(std::log10(largest / step))) + 1, 1, 15);
  }
};

/// One number of the history and, if there is one, that of the validation.
struct Panel {
  std::string name;
  std::vector<std::pair<double, double>> curves[2];  ///< epoch (from 1), value

  void extend(double& low, double& high, double std::pair<double, double>::*part) const {
    for (const auto& curve : curves) {
      for (const auto& point : curve) {
        low = std::min(low, point.*part);
        high = std::max(high, point.*part);
      }
    }
  }
};

std::vector<Panel> panels_of(const History& history) {
  std::vector<Panel> panels;
  for (std::size_t i = 0; i < history.logs.size(); ++i) {
    for (const auto& [name, value] : history.logs[i]) {
      const bool validation = name.starts_with(kValidation);
      const std::string own = validation ? name.substr(kValidation.size()) : name;
      auto panel = std::ranges::find(panels, own, &Panel::name);
      if (panel == panels.end()) {
        panels.push_back({.name = own, .curves = {}});
        panel = panels.end() - 1;
      }
      if (!(std::abs(value) <= 1e300)) continue;  // nor what no axis could span
      panel->curves[validation ? 1 : 0].emplace_back(history.epoch[i] + 1, value);
    }
  }
  return panels;
}

std::string label(double x, double y, const char* anchor, std::string_view text) {
  return cat("<text x=\"", shown(x), "\" y=\"", shown(y), "\" text-anchor=\"", anchor, "\">",
             escaped(text), "</text>\n");
}

std::string line(double x1, double y1, double x2, double y2) {
  return cat("<path class=\"grid\" d=\"M", shown(x1), " ", shown(y1), "L", shown(x2), " ",
             shown(y2), "\"/>\n");
}

/// A panel whose upper left corner is at (0, 0).
std::string drawn(const Panel& panel) {
  constexpr double kHuge = std::numeric_limits<double>::infinity();
  double first = kHuge, last = -kHuge, low = kHuge, high = -kHuge;
  panel.extend(first, last, &std::pair<double, double>::first);
  panel.extend(low, high, &std::pair<double, double>::second);
  const bool empty = first > last;
  const Axis epochs(empty ? 0 : first, empty ? 1 : last, true);
  const Axis values(empty ? 0 : low, empty ? 1 : high, false);
  const double right = kPanelWidth - kRight, bottom = kPanelHeight - kFoot;
  const auto x = [&](double epoch) { return kLeft + (right - kLeft) * epochs.place(epoch); };
  const auto y = [&](double value) { return bottom - (bottom - kTop) * values.place(value); };

  std::string svg = cat("<text class=\"title\" x=\"", shown(kLeft), "\" y=\"22\">",
                        escaped(panel.name), "</text>\n");
  for (const double value : values.lines()) {
    svg += line(kLeft, y(value), right, y(value));
    svg += label(kLeft - 6, y(value) + 4, "end", shown(value, values.digits()));
  }
  for (const double epoch : epochs.lines()) {
    svg += line(x(epoch), bottom, x(epoch), bottom + 4);
    svg += label(x(epoch), bottom + 18, "middle", shown(epoch, epochs.digits()));
  }
  svg += label((kLeft + right) / 2, bottom + 34, "middle", "epoch");
  double legend = right;
  for (const int k : {1, 0}) {
    const auto& curve = panel.curves[k];
    if (curve.empty()) continue;
    std::string points;
    for (const auto& [epoch, value] : curve) {
      points += cat(points.empty() ? "" : " ", shown(x(epoch)), ",", shown(y(value)));
    }
    svg += cat("<polyline stroke=\"", kColors[k], "\" points=\"", points, "\"/>\n");
    if (curve.size() <= 30) {
      for (const auto& [epoch, value] : curve) {
        svg += cat("<circle fill=\"", kColors[k], "\" cx=\"", shown(x(epoch)), "\" cy=\"",
                   shown(y(value)), "\" r=\"2.5\"/>\n");
      }
    }
    if (panel.curves[1].empty()) continue;
    const char* name = k == 0 ? "training" : "validation";
    svg += label(legend, 22, "end", name);
    legend -= k == 1 ? 62 : 50;
    svg += cat("<path stroke=\"", kColors[k], "\" stroke-width=\"2.5\" d=\"M", shown(legend - 18),
               " 18h14\"/>\n");
    legend -= 32;
  }
  return svg;
}

class LearningCurvesCallback final : public Callback {
 public:
  explicit LearningCurvesCallback(LearningCurves settings) : path_(std::move(settings.filename)) {
    detail::require_path("LearningCurves: filename", path_);
  }
  void on_train_begin(TrainingRun&) override {
    detail::make_folder_of(path_);
    const AtomicFile can_be_written(path_);
  }
  void on_epoch_end(TrainingRun& run, int, const Logs&) override {
    const std::string svg = learning_curves(run.history);
    write_file(path_, std::as_bytes(std::span(svg)));
  }
  std::string_view name() const override { return "LearningCurves"; }

 private:
  std::string path_;
};

}  // namespace

std::string learning_curves(const History& history) {
  const std::vector<Panel> panels = panels_of(history);
  const std::size_t columns = std::clamp<std::size_t>(panels.size(), 1, 2);
  const std::size_t rows = (panels.size() + columns - 1) / columns;
  const double width = kPanelWidth * static_cast<double>(columns);
  const double height = kPanelHeight * static_cast<double>(std::max<std::size_t>(rows, 1));
  std::string svg =
      cat("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"", shown(width), "\" height=\"",
          shown(height), "\" viewBox=\"0 0 ", shown(width), " ", shown(height),
          "\">\n<style>text{font:12px sans-serif;fill:#444}.title{font-weight:bold;font-size:14px;"
          "fill:#111}polyline{fill:none;stroke-width:2;stroke-linejoin:round}.grid{stroke:#ddd;"
          "fill:none}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
  for (std::size_t i = 0; i < panels.size(); ++i) {
    svg += cat("<g transform=\"translate(", shown(kPanelWidth * static_cast<double>(i % columns)),
               " ", shown(kPanelHeight * static_cast<double>(i / columns)), ")\">\n",
               drawn(panels[i]), "</g>\n");
  }
  return svg + "</svg>\n";
}

std::shared_ptr<Callback> make_callback(LearningCurves settings) {
  return std::make_shared<LearningCurvesCallback>(std::move(settings));
}

}  // namespace linnet::inline v0
