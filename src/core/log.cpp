#include <linnet/core/log.hpp>
#include <mutex>

namespace linnet::inline v0 {

namespace {

std::mutex mutex;

/// Never destroyed: messages may come while the program ends.
LogSink& current_sink() {
  static auto* const sink = new LogSink;
  return *sink;
}

}  // namespace

void set_log_sink(LogSink sink) {
  const std::lock_guard lock(mutex);
  current_sink() = std::move(sink);
}

void detail::log(LogLevel level, std::string_view message) {
  const std::lock_guard lock(mutex);
  if (current_sink()) current_sink()(level, message);
}

}  // namespace linnet::inline v0
