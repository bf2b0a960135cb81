// EventFile: a file of summaries that TensorBoard reads.
#pragma once

#include <linnet/core/shape.hpp>
#include <span>
#include <string>
#include <string_view>

#include "model/log_file.hpp"

namespace linnet::inline v0::detail {

/// CRC-32C (Castagnoli), as TFRecord files use it, masked.
std::uint32_t masked_crc32c(std::string_view bytes);

/// Records of a TFRecord file, each an Event in protobuf's encoding: what tf.summary.scalar,
/// .histogram and .text of TensorFlow 2 write.
class EventFile {
 public:
  /// A new file in `folder`, made when the first event comes. Error: io.
  void open(const std::string& folder);
  void close() { file_.close(); }

  /// Error (io) of all three: the file cannot be made or written.
  void scalar(std::string_view tag, Index step, double value);
  /// How many of the finite numbers lie in each of 30 ranges of one width.
  void histogram(std::string_view tag, Index step, std::span<const float> values);
  void text(std::string_view tag, Index step, std::string_view text);

  /// The file, and how much of it there is.
  Config state() const;
  void set_state(const Config& state);

 private:
  void summary(std::string_view tag, Index step, std::string_view plugin, int data_class,
               std::string_view tensor);
  void record(std::string_view event);

  std::string folder_, name_;
  LogFile file_;
  bool begun_ = false;  ///< the file is there
};

}  // namespace linnet::inline v0::detail
