// Heard: what the library has to say while it lives; asked when no other thread may say more.
#pragma once

#include <algorithm>
#include <linnet/core/log.hpp>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace linnet::test {

class Heard {
 public:
  Heard() {
    set_log_sink([this](LogLevel, std::string_view message) {
      const std::lock_guard lock(mutex_);
      messages_.emplace_back(message);
    });
  }
  ~Heard() { set_log_sink({}); }
  Heard(const Heard&) = delete;
  Heard& operator=(const Heard&) = delete;

  /// The one message, or an empty one; then it listens anew.
  std::string take() {
    const std::string message = messages_.size() == 1 ? messages_[0] : std::string();
    messages_.clear();
    return message;
  }
  bool has(std::string_view part) const {
    return std::any_of(messages_.begin(), messages_.end(), [&](const std::string& message) {
      return message.find(part) != std::string::npos;
    });
  }
  std::size_t count() const { return messages_.size(); }

 private:
  std::mutex mutex_;
  std::vector<std::string> messages_;
};

}  // namespace linnet::test
