// LogFile: a file that grows while a model trains, and that a later run goes on with.
#pragma once

#include <cstdint>
#include <linnet/core/config.hpp>
#include <string>
#include <string_view>

namespace linnet::inline v0::detail {

/// Makes the folders that a file lies in. What cannot be made is an error of who opens the file.
void make_folder_of(const std::string& path);

/// Every write() reaches the system at once, so that a killed program leaves what it wrote.
class LogFile {
 public:
  LogFile() = default;
  ~LogFile() { close(); }
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  /// Makes the file, with the folders that it is in; what is there is kept with `append`, and
  /// otherwise until the first write(). Error: io.
  void open(const std::string& path, bool append);
  /// Error: io.
  void write(std::string_view bytes);
  void close();
  /// No byte is in the file, or will be kept.
  bool empty() const { return size_ == 0; }

  /// How much of the file there is. With it a file that has grown since, by what now comes again,
  /// goes on from there; one that is shorter or gone begins anew. After open().
  Config state() const { return Config(size_); }
  void set_state(const Config& state);

 private:
  void cut();
  [[noreturn]] void refuse(const char* what);

  std::string path_;
  int file_ = -1;
  std::int64_t size_ = 0;
  bool cut_ = false;  ///< the file ends at size_
};

}  // namespace linnet::inline v0::detail
