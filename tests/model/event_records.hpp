// read_events: the summaries in the event files of a folder, read by code that the writer has no
// part in.
#pragma once

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "io/temp_folder.hpp"

namespace linnet::test {

/// CRC-32C bit by bit, masked as in TFRecord files.
inline std::uint32_t slow_masked_crc(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFu;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
  }
  crc = ~crc;
  return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

/// The fields of a protobuf message: numbers, and the bytes of strings and messages.
struct ProtoFields {
  std::multimap<int, std::uint64_t> numbers;
  std::multimap<int, std::string> bytes;

  explicit ProtoFields(std::string_view message) {
    std::size_t at = 0;
    const auto varint = [&] {
      std::uint64_t value = 0;
      for (int shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(message.at(at++));
        value |= std::uint64_t{byte & 127u} << shift;
        if (byte < 128) return value;
      }
    };
    const auto take = [&](std::size_t count) {
      if (message.size() - at < count) throw std::runtime_error("a field that ends too late");
      at += count;
      return message.substr(at - count, count);
    };
    while (at < message.size()) {
      const std::uint64_t key = varint();
      const int number = static_cast<int>(key / 8);
      if (key % 8 == 0) {
        numbers.emplace(number, varint());
      } else if (key % 8 == 1) {
        std::uint64_t bits = 0;
        std::memcpy(&bits, take(8).data(), 8);
        numbers.emplace(number, bits);
      } else if (key % 8 == 2) {
        bytes.emplace(number, take(static_cast<std::size_t>(varint())));
      } else {
        throw std::runtime_error("a wire type that is not used");
      }
    }
  }
  std::uint64_t number(int field) const {
    return numbers.count(field) ? numbers.find(field)->second : 0;
  }
  std::string part(int field) const { return bytes.count(field) ? bytes.find(field)->second : ""; }
};

struct EventRecord {
  std::int64_t step = 0;
  std::string tag, plugin, text;
  float scalar = 0;
  std::vector<double> histogram;  ///< begin, end, count of each range
  friend bool operator==(const EventRecord&, const EventRecord&) = default;
};

inline EventRecord event_of(const ProtoFields& event) {
  EventRecord record{.step = static_cast<std::int64_t>(event.number(2)),
                     .tag = {},
                     .plugin = {},
                     .text = {},
                     .histogram = {}};
  const ProtoFields value{ProtoFields(event.part(5)).part(1)};
  const ProtoFields tensor(value.part(8));
  record.tag = value.part(1);
  record.plugin = ProtoFields(ProtoFields(value.part(9)).part(1)).part(1);
  const std::string content = tensor.part(4);
  if (record.plugin == "scalars") {
    std::memcpy(&record.scalar, content.data(), sizeof(float));
  } else if (record.plugin == "histograms") {
    record.histogram.resize(content.size() / sizeof(double));
    std::memcpy(record.histogram.data(), content.data(), content.size());
  } else {
    record.text = tensor.part(8);
  }
  return record;
}

/// Throws at a checksum or a length that is wrong.
inline std::vector<EventRecord> read_events(const std::string& folder) {
  std::vector<EventRecord> records;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string bytes = file_text(entry.path().string());
    const std::string_view file(bytes);
    for (std::size_t at = 0, number = 0; at < file.size(); ++number) {
      std::uint64_t length = 0;
      std::uint32_t length_crc = 0, crc = 0;
      std::memcpy(&length, file.substr(at, 8).data(), 8);
      std::memcpy(&length_crc, file.substr(at + 8, 4).data(), 4);
      if (length_crc != slow_masked_crc(file.substr(at, 8))) throw std::runtime_error("length");
      const std::string_view record = file.substr(at + 12, static_cast<std::size_t>(length));
      std::memcpy(&crc, file.substr(at + 12 + record.size(), 4).data(), 4);
      if (crc != slow_masked_crc(record)) throw std::runtime_error("checksum");
      const ProtoFields event(record);
      if (number == 0 && event.part(3) != "brain.Event:2") throw std::runtime_error("version");
      if (number > 0) records.push_back(event_of(event));
      at += 16 + record.size();
    }
  }
  return records;
}

}  // namespace linnet::test
