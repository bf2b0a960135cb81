// The picture of a history.
#include <limits>

#include "io/temp_folder.hpp"
#include "model/small_models.hpp"

namespace linnet::test {

namespace {

History made_history(std::size_t epochs) {
  History history;
  for (std::size_t i = 0; i < epochs; ++i) {
    Logs logs;
    logs.set("accuracy", 1 - 1.0 / static_cast<double>(i + 1));
    logs.set("loss", i == 1 ? std::numeric_limits<double>::quiet_NaN() : 2.0);
    logs.set("val_loss", 3.0);
    history.epoch.push_back(static_cast<int>(i));
    history.logs.push_back(logs);
  }
  return history;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("Learning curves have a panel for each number, with its validation", "[model]") {
  const std::string svg = learning_curves(made_history(4));
  CHECK(svg.starts_with("<svg "));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(count_of(svg, "class=\"title\"") == 2);
  CHECK(count_of(svg, "<polyline") == 3);
  CHECK(count_of(svg, ">validation<") == 1);
  // Accuracy: 0 at epoch 1, 0.75 at epoch 4, the corners of its panel.
  CHECK(svg.find("points=\"64,240 184,106.667 304,62.2222 424,40\"") != std::string::npos);
  // The NaN of epoch 2 has no point.
  CHECK(count_of(svg, "<circle") == 4 + 3 + 4);
  CHECK(svg.find("nan") == std::string::npos);
}

TEST_CASE("Learning curves of nothing, one epoch and strange names are pictures too", "[model]") {
  CHECK(learning_curves({}).ends_with("</svg>\n"));
  const std::string one = learning_curves(made_history(1));
  CHECK(count_of(one, "<circle") == 3);
  CHECK(one.find("nan") == std::string::npos);
  CHECK(one.find("inf") == std::string::npos);
  History history = made_history(1);
  history.logs[0].set("<a & b>", 1e300);
  CHECK(learning_curves(history).find("&lt;a &amp; b>") != std::string::npos);
}

TEST_CASE("LearningCurves draws the epochs so far, also those before a resume", "[model]") {
  const TempFolder folder;
  const NumberRows data(40);
  Sequential model = perceptron();
  const FitOptions options{.epochs = 3,
                           .validation_split = 0.2,
                           .callbacks = {LearningCurves{.filename = folder.path("curves.svg")}}};
  const auto history = model.fit(data.x, data.y, options);
  CHECK(file_text(folder.path("curves.svg")) == learning_curves(history));
}

}  // namespace linnet::test
