// ProgbarLogger: progress in Keras's style.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <linnet/model/loggers.hpp>
#include <linnet/model/model.hpp>

namespace linnet::inline v0 {

namespace {

using Clock = std::chrono::steady_clock;

std::string formatted(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// "accuracy: 0.9123 - loss: 0.2345"; of a metric of several numbers their mean.
std::string numbers(const Logs& logs) {
  std::string text;
  for (const auto& [name, value] : logs) {
    if (name.ends_with(']')) continue;
    const bool small = value != 0 && value < 1e-3 && value > -1e-3;
    text += detail::cat(" - ", name, ": ", formatted(small ? "%.4e" : "%.4f", value));
  }
  return text;
}

std::string duration(double seconds) {
  if (seconds >= 1) return formatted("%.0fs", seconds);
  return seconds >= 1e-3 ? formatted("%.0fms", seconds * 1e3) : formatted("%.0fus", seconds * 1e6);
}

class ProgbarLoggerCallback final : public Callback {
 public:
  explicit ProgbarLoggerCallback(ProgbarLogger settings) : settings_(std::move(settings)) {}

  bool wants_batches() const override { return settings_.terminal; }

  void on_epoch_begin(TrainingRun& run, int epoch) override {
    start_ = drawn_ = Clock::now();
    batches_ = 0;
    if (settings_.terminal) write(detail::cat("Epoch ", epoch + 1, "/", run.epochs, "\n"));
  }

  void on_batch_end(TrainingRun& run, Index batch, const Logs& logs) override {
    batches_ = batch + 1;
    const auto now = Clock::now();
    const bool last = batches_ == run.steps;
    if (!settings_.terminal || (!last && now - drawn_ < std::chrono::milliseconds(50))) return;
    drawn_ = now;
    write(detail::cat("\r", bar(run), " ", time_per_step(now), "/step", numbers(logs), "\x1b[K"));
  }

  void on_epoch_end(TrainingRun& run, int epoch, const Logs& logs) override {
    const std::string spent = duration(seconds(Clock::now()));
    if (settings_.terminal) {
      write(detail::cat("\r", bar(run), " ", spent, numbers(logs), "\x1b[K\n"));
    } else {
      write(detail::cat("Epoch ", epoch + 1, "/", run.epochs, " - ", spent, numbers(logs), "\n"));
    }
  }

 private:
  double seconds(Clock::time_point now) const {
    return std::chrono::duration<double>(now - start_).count();
  }
  std::string time_per_step(Clock::time_point now) const {
    return duration(seconds(now) / static_cast<double>(std::max<Index>(batches_, 1)));
  }

  std::string bar(const TrainingRun& run) const {
    constexpr Index kWidth = 20;
    if (run.steps <= 0) return detail::cat(batches_, "/Unknown");
    const Index full = std::min(kWidth, kWidth * batches_ / run.steps);
    std::string text = detail::cat(batches_, "/", run.steps, " ");
    for (Index i = 0; i < kWidth; ++i) text += i < full ? "\u2501" : "\u2500";
    return text;
  }

  void write(const std::string& text) const {
    if (settings_.sink) settings_.sink(text);
  }

  ProgbarLogger settings_;
  Clock::time_point start_, drawn_;
  Index batches_ = 0;
};

}  // namespace

std::shared_ptr<Callback> make_callback(ProgbarLogger settings) {
  return std::make_shared<ProgbarLoggerCallback>(std::move(settings));
}

ProgbarLogger progress_to_stdout() {
  return {.sink =
              [](std::string_view text) {
                std::fwrite(text.data(), 1, text.size(), stdout);
                std::fflush(stdout);
              },
          .terminal = isatty(STDOUT_FILENO) != 0};
}

}  // namespace linnet::inline v0
