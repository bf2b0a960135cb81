// Log: what the library has to say beside its results. It prints nothing; the program decides.
#pragma once

#include <functional>
#include <linnet/export.hpp>
#include <string_view>

namespace linnet::inline v0 {

enum class LogLevel : unsigned char { info, warning };

/// Gets one message at a time, from whatever thread has it; must not call set_log_sink().
using LogSink = std::function<void(LogLevel level, std::string_view message)>;

/// Where messages go from now on; an empty function, as at the start, drops them.
LINNET_API void set_log_sink(LogSink sink);

namespace detail {
LINNET_API void log(LogLevel level, std::string_view message);
}  // namespace detail

}  // namespace linnet::inline v0
