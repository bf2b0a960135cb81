#include "io/zip/zip_writer.hpp"

#include <zlib.h>

#include <algorithm>

namespace linnet::inline v0::detail {

namespace {

constexpr std::uint64_t kIn64 = 0xffffffff;   // stands in the Zip64 field
constexpr std::uint64_t kCountIn64 = 0xffff;  // stands in the Zip64 end
constexpr std::uint64_t kVersion = 20, kVersion64 = 45;
constexpr std::uint64_t kUtf8 = 1 << 11;     // a flag: of the name
constexpr std::uint64_t kDate = 1 << 5 | 1;  // the first day of 1980: always the same

/// Little-endian numbers and texts, one after the other.
class Record {
 public:
  Record& u16(std::uint64_t value) { return number(value, 2); }
  Record& u32(std::uint64_t value) { return number(value, 4); }
  Record& u64(std::uint64_t value) { return number(value, 8); }
  Record& text(std::string_view text) {
    bytes_ += text;
    return *this;
  }
  std::string_view bytes() const { return bytes_; }

 private:
  Record& number(std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) bytes_ += static_cast<char>(value >> 8 * i & 0xff);
    return *this;
  }
  std::string bytes_;
};

std::uint64_t narrow(std::uint64_t value) { return std::min(value, kIn64); }

/// What both headers of a member say of it: version, flags, method, date, sum, sizes.
void add_facts(Record& record, std::uint64_t version, std::uint32_t crc, std::uint64_t size) {
  record.u16(version).u16(kUtf8).u16(0).u16(0).u16(kDate);
  record.u32(crc).u32(narrow(size)).u32(narrow(size));
}

}  // namespace

std::uint32_t zip_checksum(zip::Bytes bytes) {
  return static_cast<std::uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

void ZipWriter::write(std::string_view record) {
  file_.write(std::as_bytes(std::span(record)));
  written_ += record.size();
}

void ZipWriter::add(std::string_view name, zip::Bytes bytes) {
  const Entry entry{std::string(name), zip_checksum(bytes), bytes.size(), written_};
  const bool wide = entry.size >= kIn64;
  Record field, header;
  if (wide) field.u16(1).u16(16).u64(entry.size).u64(entry.size);
  header.u32(0x04034b50);
  add_facts(header, wide ? kVersion64 : kVersion, entry.crc, entry.size);
  header.u16(name.size()).u16(field.bytes().size()).text(name).text(field.bytes());
  write(header.bytes());
  file_.write(bytes);
  written_ += bytes.size();
  entries_.push_back(entry);
}

void ZipWriter::finish() {
  const std::uint64_t begin = written_, count = entries_.size();
  for (const Entry& entry : entries_) {
    Record wide, header;
    if (entry.size >= kIn64) wide.u64(entry.size).u64(entry.size);
    if (entry.begin >= kIn64) wide.u64(entry.begin);
    Record field;
    if (!wide.bytes().empty()) field.u16(1).u16(wide.bytes().size()).text(wide.bytes());
    const std::uint64_t version = wide.bytes().empty() ? kVersion : kVersion64;
    header.u32(0x02014b50).u16(version);
    add_facts(header, version, entry.crc, entry.size);
    header.u16(entry.name.size()).u16(field.bytes().size()).u16(0);  // no comment
    header.u16(0).u16(0).u32(0).u32(narrow(entry.begin));            // disk, attributes
    write(header.text(entry.name).text(field.bytes()).bytes());
  }
  const std::uint64_t size = written_ - begin, end64 = written_;
  Record end;
  if (count >= kCountIn64 || size >= kIn64 || begin >= kIn64) {
    end.u32(0x06064b50).u64(44).u16(kVersion64).u16(kVersion64).u32(0).u32(0);
    end.u64(count).u64(count).u64(size).u64(begin);
    end.u32(0x07064b50).u32(0).u64(end64).u32(1);
  }
  const std::uint64_t shown = std::min(count, kCountIn64);
  end.u32(0x06054b50).u16(0).u16(0).u16(shown).u16(shown).u32(narrow(size)).u32(narrow(begin));
  write(end.u16(0).bytes());
  file_.commit();
}

}  // namespace linnet::inline v0::detail
