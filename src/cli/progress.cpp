#include "progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <linnet/io/atomic_file.hpp>
#include <linnet/model/loggers.hpp>

namespace linnet::cli {

std::vector<CallbackHandle> progress_on_terminal() {
  if (isatty(STDERR_FILENO) == 0) return {};
  return {ProgbarLogger{
      .sink = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); },
      .terminal = true}};
}

void check_writable(const std::string& path) { AtomicFile{path}; }

}  // namespace linnet::cli
