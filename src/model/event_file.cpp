#include "model/event_file.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <vector>

namespace linnet::inline v0::detail {

namespace {

// Protobuf: a message is a list of fields, each a key (number * 8 + wire type) and a value.

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 128; value >>= 7) bytes += static_cast<char>(value | 128);
  return bytes + static_cast<char>(value);
}

template <class T>
std::string little_endian(T value) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  const auto bits = std::bit_cast<Bits>(value);
  std::string bytes;
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes += static_cast<char>(bits >> (8 * i));
  return bytes;
}

std::string integer_field(unsigned number, std::int64_t value) {
  return varint(number * 8) + varint(static_cast<std::uint64_t>(value));
}
std::string double_field(unsigned number, double value) {
  return varint(number * 8 + 1) + little_endian(value);
}
std::string bytes_field(unsigned number, std::string_view bytes) {
  return varint(number * 8 + 2) + varint(bytes.size()) + std::string(bytes);
}

// TensorFlow's messages: TensorProto.

enum class ElementType : std::uint8_t { float32 = 1, float64 = 2, string = 7 };

std::string tensor_start(ElementType type, std::initializer_list<Index> shape) {
  std::string dims;
  for (const Index size : shape) dims += bytes_field(2, integer_field(1, size));
  return integer_field(1, static_cast<int>(type)) + bytes_field(2, dims);
}

double now() {
  const auto time = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(time).count();
}

/// TensorBoard knows the files by the word tfevents, and reads them in the order of their names.
std::string new_name() {
  static std::atomic<std::uint64_t> count{0};
  char host[256] = "localhost";
  gethostname(host, sizeof host - 1);
  return cat("events.out.tfevents.", static_cast<std::int64_t>(now()), ".", host, ".",
             static_cast<std::int64_t>(getpid()), ".", count++, ".v2");
}

}  // namespace

std::uint32_t masked_crc32c(std::string_view bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> made{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
      std::uint32_t crc = byte;
      for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0u);
      made[byte] = crc;
    }
    return made;
  }();
  std::uint32_t crc = ~0u;
  for (const char c : bytes) crc = (crc >> 8) ^ table[(crc ^ static_cast<unsigned char>(c)) & 255];
  crc = ~crc;
  return std::rotr(crc, 15) + 0xA282EAD8u;
}

void EventFile::open(const std::string& folder) {
  folder_ = folder;
  name_ = new_name();
  begun_ = false;
  file_.close();
}

void EventFile::scalar(std::string_view tag, Index step, double value) {
  const auto number = static_cast<float>(value);
  summary(tag, step, "scalars", 1,
          tensor_start(ElementType::float32, {}) + bytes_field(4, little_endian(number)));
}

void EventFile::histogram(std::string_view tag, Index step, std::span<const float> values) {
  constexpr std::size_t kRanges = 30;
  std::vector<double> finite;
  for (const float value : values) {
    if (std::isfinite(value)) finite.push_back(double{value});
  }
  std::string rows;  // (ranges, 3): where each begins and ends, and how many numbers it has
  std::size_t ranges = 0;
  const auto add = [&](double begin, double end, double count) {
    rows += little_endian(begin) + little_endian(end) + little_endian(count);
    ++ranges;
  };
  if (!finite.empty()) {
    const auto [low, high] = std::ranges::minmax(finite);
    const double width = (high - low) / static_cast<double>(kRanges);
    std::array<double, kRanges> counts{};
    for (const double value : finite) {
      const double place = width > 0 ? (value - low) / width : 0;
      counts[std::min(static_cast<std::size_t>(place), kRanges - 1)] += 1;
    }
    if (width == 0) add(low - 0.5, low + 0.5, counts[0]);
    for (std::size_t i = 0; i < kRanges && width > 0; ++i) {
      const bool last = i + 1 == kRanges;
      add(low + width * static_cast<double>(i),
          last ? high : low + width * static_cast<double>(i + 1), counts[i]);
    }
  }
  summary(
      tag, step, "histograms", 2,
      tensor_start(ElementType::float64, {static_cast<Index>(ranges), 3}) + bytes_field(4, rows));
}

void EventFile::text(std::string_view tag, Index step, std::string_view text) {
  summary(tag, step, "text", 2, tensor_start(ElementType::string, {}) + bytes_field(8, text));
}

/// Event {wall_time, step, Summary {Value {tag, SummaryMetadata {PluginData}, TensorProto}}}
void EventFile::summary(std::string_view tag, Index step, std::string_view plugin, int data_class,
                        std::string_view tensor) {
  if (!begun_) {
    begun_ = true;
    file_.open((std::filesystem::path(folder_) / name_).string(), false);
    record(double_field(1, now()) + bytes_field(3, "brain.Event:2"));
  }
  const std::string metadata =
      bytes_field(1, bytes_field(1, plugin)) + integer_field(4, data_class);
  const std::string value = bytes_field(1, tag) + bytes_field(8, tensor) + bytes_field(9, metadata);
  record(double_field(1, now()) + integer_field(2, step) + bytes_field(5, bytes_field(1, value)));
}

/// TFRecord: length, its checksum, the bytes, their checksum.
void EventFile::record(std::string_view event) {
  const std::string length = little_endian(std::uint64_t{event.size()});
  file_.write(length + little_endian(masked_crc32c(length)) + std::string(event) +
              little_endian(masked_crc32c(event)));
}

Config EventFile::state() const {
  Config state;
  state["file"] = Config(name_);
  state["size"] = begun_ ? file_.state() : Config(0);
  return state;
}

/// Where the file no longer is, a new one begins.
void EventFile::set_state(const Config& state) {
  const auto name = std::filesystem::path(state.at("file").as_string()).filename();
  const std::string path = (std::filesystem::path(folder_) / name).string();
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return;
  name_ = name.string();
  if (state.at("size").as_integer() == 0) return;
  begun_ = true;
  file_.open(path, true);
  file_.set_state(state.at("size"));
}

}  // namespace linnet::inline v0::detail
