// CSVLogger, JSONLogger: the logs of epochs as lines of a file.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <linnet/model/loggers.hpp>

#include "core/require.hpp"
#include "model/log_file.hpp"

namespace linnet::inline v0 {

using detail::cat;
using detail::fail;

namespace {

/// The shortest text that reads back as the number; "nan", "inf" and "-inf" as Python writes them.
std::string shortest(double value) {
  if (std::isnan(value)) return "nan";
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  return std::string(buffer, end);
}

/// A callback that writes a line for each epoch.
class LineLogger : public Callback {
 public:
  LineLogger(std::string_view name, std::string path, bool append)
      : name_(name), path_(std::move(path)), append_(append) {
    detail::require_path(cat(name, ": filename"), path_);
  }

  void on_train_begin(TrainingRun& run) override {
    names_ = run.log_names;
    std::ranges::sort(names_);
    if (append_) check_header();
    file_.open(path_, append_);
  }
  void on_epoch_end(TrainingRun&, int epoch, const Logs& logs) override {
    if (file_.empty()) file_.write(header());
    file_.write(line(epoch, logs));
  }
  void on_train_end(TrainingRun&) override { file_.close(); }

  std::string_view name() const override { return name_; }
  CallbackState state() const override { return {.values = file_.state()}; }
  void set_state(TrainingRun&, const CallbackState& state) override {
    file_.set_state(state.values);
    if (!file_.empty()) check_header();
  }

 protected:
  /// What a file that is empty begins with.
  virtual std::string header() const { return {}; }
  virtual std::string line(int epoch, const Logs& logs) const = 0;
  /// The numbers that epochs have, sorted.
  const std::vector<std::string>& names() const { return names_; }

 private:
  /// Lines of other numbers would follow one another. Error: a file that begins otherwise.
  void check_header() const {
    const std::string own = header();
    std::error_code ignored;
    if (own.empty() || !std::filesystem::is_regular_file(path_, ignored)) return;
    std::ifstream file(path_, std::ios::binary);
    std::string first;
    if (!std::getline(file, first)) return;
    if (first.ends_with('\r')) first.pop_back();
    if (own.substr(0, own.find('\n')) == first) return;
    fail(ErrorCode::bad_state, cat(name_, ": ", path_, " begins with '", first.substr(0, 200),
                                   "'; this fit has '", own.substr(0, own.find('\n')), "'"));
  }

  std::string_view name_;
  std::string path_;
  bool append_;
  detail::LogFile file_;
  std::vector<std::string> names_;
};

class CSVLoggerCallback final : public LineLogger {
 public:
  explicit CSVLoggerCallback(CSVLogger settings)
      : LineLogger(kName, std::move(settings.filename), settings.append),
        separator_(settings.separator) {
    constexpr std::string_view kOfNumbers = "+-.0123456789aefinN\"\n\r";
    const bool between = kOfNumbers.find(separator_) == kOfNumbers.npos;
    if (separator_ != '\0' && between) return;
    fail(ErrorCode::invalid_argument, cat(kName, ": separator: '", std::string(1, separator_),
                                          "' cannot stand between numbers"));
  }

 private:
  static constexpr std::string_view kName = "CSVLogger";

  std::string header() const override {
    std::string text = "epoch";
    for (const std::string& name : names()) text += separator_ + quoted(name);
    return text + '\n';
  }
  std::string line(int epoch, const Logs& logs) const override {
    std::string text = cat(epoch);
    for (const std::string& name : names()) {
      const double* value = logs.find(name);
      text += separator_ + (value == nullptr ? "NA" : shortest(*value));
    }
    return text + '\n';
  }

  /// In quotes where it could be mistaken.
  std::string quoted(const std::string& name) const {
    if (name.find_first_of(cat("\"\r\n", std::string(1, separator_))) == name.npos) return name;
    std::string text = "\"";
    for (const char c : name) text += c == '"' ? "\"\"" : std::string(1, c);
    return text + '"';
  }

  char separator_;
};

class JSONLoggerCallback final : public LineLogger {
 public:
  explicit JSONLoggerCallback(JSONLogger settings)
      : LineLogger("JSONLogger", std::move(settings.filename), settings.append) {}

 private:
  std::string line(int epoch, const Logs& logs) const override {
    std::string text = cat("{\"epoch\": ", epoch);
    for (const auto& [name, value] : logs) {
      text += cat(", ", quoted(name), ": ", std::isfinite(value) ? shortest(value) : "null");
    }
    return text + "}\n";
  }

  static std::string quoted(const std::string& name) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text = "\"";
    for (const char c : name) {
      const auto code = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') text += '\\';
      if (code >= 0x20) {
        text += c;
      } else {
        text += cat("\\u00", code / 16, std::string(1, kDigits[code % 16]));
      }
    }
    return text + '"';
  }
};

}  // namespace

std::shared_ptr<Callback> make_callback(CSVLogger settings) {
  return std::make_shared<CSVLoggerCallback>(std::move(settings));
}
std::shared_ptr<Callback> make_callback(JSONLogger settings) {
  return std::make_shared<JSONLoggerCallback>(std::move(settings));
}

}  // namespace linnet::inline v0
