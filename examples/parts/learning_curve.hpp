// Loss and accuracy by epoch, as one picture.
#pragma once

#include <algorithm>
#include <cmath>
#include <linnet/linnet.hpp>
#include <string>
#include <utility>
#include <vector>

#include "svg.hpp"

namespace example {

/// The logs of one training, or of several one after the other.
struct Curve {
  std::vector<linnet::Logs> logs;
  std::size_t thawed = 0;  ///< the epoch from which more layers learnt; 0: none

  void add(const linnet::History& history) {
    logs.insert(logs.end(), history.logs.begin(), history.logs.end());
  }
};

/// One number and its val_, if there is one, by epoch, from 0 to `most`.
inline std::string panel(const Curve& curve, const std::string& name, double most, int left) {
  constexpr double kWidth = 400, kHeight = 260, kTop = 56;
  const auto x_of = [&](double epoch) {
    return left + kWidth * epoch / std::max<double>(1, static_cast<double>(curve.logs.size()) - 1);
  };
  const auto y_of = [&](double value) {
    return kTop + kHeight * (1 - std::min(value / most, 1.0));
  };
  std::string body = text_at(left, 36, "title", name);
  for (int i = 0; i <= 4; ++i) {
    const double value = most * i / 4;
    body += format("<line x1=\"%d\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>\n", left,
                   left + kWidth, y_of(value), y_of(value));
    body +=
        text_at(left - 8, y_of(value) + 4, "small", format("%.2f", value), "text-anchor=\"end\"");
  }
  if (curve.thawed > 0) {
    const double x = x_of(static_cast<double>(curve.thawed) - 0.5);
    body += format(
        "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.0f\" y2=\"%.0f\" stroke=\"#999\" "
        "stroke-dasharray=\"5 4\"/>\n",
        x, x, kTop, kTop + kHeight);
    body += text_at(x - 5, kTop + kHeight - 6, "small", "last stage thawed", "text-anchor=\"end\"");
  }
  const std::pair<const char*, const char*> lines[] = {{"", "#1f6fb4"}, {"val_", "#e07b1a"}};
  for (const auto& [prefix, color] : lines) {
    std::string points;
    for (std::size_t i = 0; i < curve.logs.size(); ++i) {
      const double* value = curve.logs[i].find(prefix + name);
      if (value) points += format("%.1f,%.1f ", x_of(static_cast<double>(i)), y_of(*value));
    }
    body += format("<polyline fill=\"none\" stroke-width=\"2.5\" stroke=\"%s\" points=\"", color) +
            points + "\"/>\n";
  }
  body += text_at(left, kTop + kHeight + 22, "small", "epoch 1");
  body += text_at(left + kWidth, kTop + kHeight + 22, "small", std::to_string(curve.logs.size()),
                  "text-anchor=\"end\"");
  return body;
}

inline std::string learning_curve(const Curve& curve) {
  double most = 0;
  bool validated = false;
  for (const linnet::Logs& logs : curve.logs) {
    const double* of_validation = logs.find("val_loss");
    most = std::max({most, logs["loss"], of_validation ? *of_validation : 0});
    validated = validated || of_validation;
  }
  std::string body =
      panel(curve, "loss", std::ceil(std::min(most, 4.0)), 64) + panel(curve, "accuracy", 1, 540);
  body += "<rect x=\"64\" y=\"356\" width=\"22\" height=\"4\" fill=\"#1f6fb4\"/>\n" +
          text_at(92, 363, "label", "training");
  if (validated) {
    body += "<rect x=\"180\" y=\"356\" width=\"22\" height=\"4\" fill=\"#e07b1a\"/>\n" +
            text_at(208, 363, "label", "validation");
  }
  return svg(964, 380, body);
}

}  // namespace example
