#include "progress.hpp"

#include <unistd.h>

#include <cstdio>
#include <linnet/io/atomic_file.hpp>
#include <linnet/model/loggers.hpp>

#include "arguments.hpp"

namespace linnet::cli {

std::vector<CallbackHandle> progress_on_terminal() {
  if (isatty(STDERR_FILENO) == 0) return {};
  return {ProgbarLogger{
      .sink = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); },
      .terminal = true}};
}

void check_writable(const std::string& path, std::initializer_list<std::string_view> endings,
                    std::string_view instead) {
  for (const std::string_view ending : endings) {
    if (!path.ends_with(ending)) continue;
    throw UsageError(
        detail::cat(path, ": this model cannot be written as ", ending, ": ", instead));
  }
  AtomicFile{path};
}

}  // namespace linnet::cli
