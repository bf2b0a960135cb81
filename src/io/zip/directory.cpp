#include "io/zip/directory.hpp"

#include <algorithm>
#include <set>

#include "core/in_quotes.hpp"
#include "io/bytes.hpp"

namespace linnet::inline v0::detail::zip {

namespace {

constexpr std::uint32_t kLocal = 0x04034b50, kEntry = 0x02014b50, kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50, kLocator64 = 0x07064b50;
constexpr std::uint64_t kLocalSize = 30, kEntrySize = 46, kEndSize = 22, kEnd64Size = 56,
                        kLocator64Size = 20;
constexpr std::uint64_t kIn64 = 0xffffffff;  ///< a size or offset that stands in the Zip64 field
constexpr std::uint16_t kZip64Field = 1;
constexpr std::uint64_t kMostComment = 0xffff;

/// `size` bytes from `begin` on. Error: they are not all there.
Bytes part(Bytes bytes, std::uint64_t begin, std::uint64_t size, std::string_view what) {
  if (begin > bytes.size() || size > bytes.size() - begin) {
    corrupt(cat(what, ": ends behind the end of the file"));
  }
  return bytes.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(size));
}

/// Little-endian numbers at fixed places of a record that is all there.
class Record {
 public:
  Record(Bytes file, std::uint64_t begin, std::uint64_t size, std::string_view what)
      : bytes_(part(file, begin, size, what)) {}
  std::uint16_t u16(std::size_t at) const { return static_cast<std::uint16_t>(number(at, 2)); }
  std::uint32_t u32(std::size_t at) const { return static_cast<std::uint32_t>(number(at, 4)); }
  std::uint64_t u64(std::size_t at) const { return number(at, 8); }

 private:
  std::uint64_t number(std::size_t at, std::size_t width) const {
    return number_of(bytes_.subspan(at, width));
  }
  Bytes bytes_;
};

/// Where the directory lies.
struct Extent {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
  std::uint64_t members = 0;
};

/// The record at the end of the file, before a comment that reaches to its last byte.
std::uint64_t find_end(Bytes file) {
  if (file.size() < kEndSize) corrupt("not a ZIP file: too short");
  const std::uint64_t last = file.size() - kEndSize;
  const std::uint64_t first = last - std::min(last, kMostComment);
  for (std::uint64_t at = last + 1; at-- > first;) {
    const Record end(file, at, kEndSize, "end of the directory");
    if (end.u32(0) == kEnd && at + kEndSize + end.u16(20) == file.size()) return at;
  }
  corrupt("not a ZIP file, or cut short: it has no directory at its end");
}

Extent find_directory64(Bytes file, std::uint64_t end) {
  if (end < kLocator64Size) corrupt("the Zip64 locator is missing");
  const Record locator(file, end - kLocator64Size, kLocator64Size, "Zip64 locator");
  if (locator.u32(0) != kLocator64) corrupt("the Zip64 locator is missing");
  const std::uint64_t at = locator.u64(8);
  const Record record(file, at, kEnd64Size, "Zip64 end of the directory");
  if (record.u32(0) != kEnd64) corrupt("the Zip64 end of the directory is missing");
  if (locator.u32(16) > 1 || record.u32(16) != 0 || record.u32(20) != 0 ||
      record.u64(24) != record.u64(32)) {
    unsupported("a ZIP file in several parts");
  }
  return {record.u64(48), record.u64(40), record.u64(32)};
}

Extent find_directory(Bytes file) {
  const std::uint64_t at = find_end(file);
  const Record end(file, at, kEndSize, "end of the directory");
  Extent directory{end.u32(16), end.u32(12), end.u16(10)};
  if (directory.begin == kIn64 || directory.size == kIn64 || directory.members == 0xffff) {
    directory = find_directory64(file, at);
  } else if (end.u16(4) != 0 || end.u16(6) != 0 || end.u16(8) != end.u16(10)) {
    unsupported("a ZIP file in several parts");
  }
  part(file.first(static_cast<std::size_t>(at)), directory.begin, directory.size, "directory");
  return directory;
}

/// A member as the directory describes it, before its data are looked at.
struct Entry {
  Member member;
  std::uint64_t packed_size = 0;
  std::uint64_t local = 0;  ///< where its local header begins
};

/// Takes the sizes and the offset that do not fit into 32 bits from the extra field.
void read_zip64(Bytes extra, Entry& entry) {
  std::uint64_t* const wide[] = {&entry.member.size, &entry.packed_size, &entry.local};
  for (std::uint64_t at = 0; at + 4 <= extra.size();) {
    const Record head(extra, at, 4, "extra field");
    const Bytes field = part(extra, at + 4, head.u16(2), "extra field");
    at += 4 + field.size();
    if (head.u16(0) != kZip64Field) continue;
    std::uint64_t used = 0;
    for (std::uint64_t* number : wide) {
      if (*number != kIn64) continue;
      *number = Record(field, used, 8, "Zip64 field").u64(0);
      used += 8;
    }
    return;
  }
}

void check_name(std::string_view name, const Limits& limits) {
  if (name.empty()) corrupt("a member without a name");
  if (name.size() > limits.name_bytes) {
    fail(ErrorCode::out_of_range,
         cat("zip: a name of more than ", limits.name_bytes, " bytes: ", in_quotes(name)));
  }
  bool bad = name.front() == '/' || name.find('\\') != name.npos || name.find(':') != name.npos ||
             name.find('\0') != name.npos;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view step = name.substr(begin, end - begin);
    bad = bad || step == ".." || step == ".";
    begin = end + 1;
  }
  if (bad) corrupt(cat("the name ", in_quotes(name), " is not a path within the file"));
}

void check_sizes(const Entry& entry, const Limits& limits) {
  const Member& m = entry.member;
  if (m.method == Method::stored && m.size != entry.packed_size) {
    corrupt(cat(in_quotes(m.name), ": stored, but its two sizes differ"));
  }
  if (m.size > limits.member_bytes) {
    fail(ErrorCode::out_of_range, cat("zip: ", in_quotes(m.name), ": ", m.size,
                                      " bytes, more than the limit of ", limits.member_bytes));
  }
  if (m.size > limits.small_bytes && m.size / limits.ratio > entry.packed_size) {
    fail(ErrorCode::out_of_range,
         cat("zip: ", in_quotes(m.name), ": ", entry.packed_size, " bytes that unpack to ", m.size,
             ", which is more than ", limits.ratio, " times as many"));
  }
}

/// The entry at `at`, which is moved to the next one.
Entry read_entry(Bytes directory, std::uint64_t& at, const Limits& limits) {
  const Record head(directory, at, kEntrySize, "directory");
  if (head.u32(0) != kEntry) corrupt("directory: expected an entry");
  const std::uint64_t name_size = head.u16(28), extra_size = head.u16(30);
  Entry entry;
  entry.member.name = text_of(part(directory, at + kEntrySize, name_size, "directory"));
  check_name(entry.member.name, limits);
  const std::string where = in_quotes(entry.member.name);
  if ((head.u16(8) & 0x2041) != 0) unsupported(cat(where, ": encrypted"));
  const unsigned method = head.u16(10);
  if (method != 0 && method != 8) {
    unsupported(cat(where, ": packed by method ", method, "; known: stored (0), deflate (8)"));
  }
  entry.member.method = static_cast<Method>(method);
  entry.member.crc = head.u32(16);
  entry.packed_size = head.u32(20);
  entry.member.size = head.u32(24);
  entry.local = head.u32(42);
  read_zip64(part(directory, at + kEntrySize + name_size, extra_size, "directory"), entry);
  check_sizes(entry, limits);
  at += kEntrySize + name_size + extra_size + head.u16(32);
  if (at > directory.size()) corrupt("directory: ends too early");
  return entry;
}

/// Finds the data behind the local header; gives where they end.
std::uint64_t find_data(Bytes file, Entry& entry) {
  const std::string where = in_quotes(entry.member.name);
  const Record head(file, entry.local, kLocalSize, where);
  if (head.u32(0) != kLocal) corrupt(cat(where, ": there is no member where it should be"));
  const std::uint64_t name_size = head.u16(26);
  const Bytes name = part(file, entry.local + kLocalSize, name_size, where);
  if (text_of(name) != entry.member.name ||
      head.u16(8) != static_cast<unsigned>(entry.member.method)) {
    corrupt(cat(where, ": its own header says something else than the directory"));
  }
  const std::uint64_t begin = entry.local + kLocalSize + name_size + head.u16(28);
  entry.member.packed = part(file, begin, entry.packed_size, where);
  return begin + entry.packed_size;
}

void refuse_overlaps(Bytes before_directory, std::vector<Entry>& entries) {
  std::vector<Entry*> order;
  for (Entry& entry : entries) order.push_back(&entry);
  std::sort(order.begin(), order.end(),
            [](const Entry* a, const Entry* b) { return a->local < b->local; });
  std::uint64_t end = 0;
  for (Entry* entry : order) {
    if (entry->local < end) {
      corrupt(cat(in_quotes(entry->member.name), ": lies within another member"));
    }
    end = find_data(before_directory, *entry);
  }
}

}  // namespace

void corrupt(std::string_view message) { fail(ErrorCode::corrupt_file, cat("zip: ", message)); }
void unsupported(std::string_view message) { fail(ErrorCode::unsupported, cat("zip: ", message)); }

std::vector<Member> read_directory(Bytes file, const Limits& limits) {
  const Extent extent = find_directory(file);
  if (extent.members > limits.members) {
    fail(ErrorCode::out_of_range,
         cat("zip: ", extent.members, " members, more than the limit of ", limits.members));
  }
  const Bytes directory = part(file, extent.begin, extent.size, "directory");
  std::vector<Entry> entries;
  std::set<std::string> names;
  std::uint64_t at = 0;
  while (entries.size() < extent.members) {
    entries.push_back(read_entry(directory, at, limits));
    const std::string& name = entries.back().member.name;
    if (!names.insert(name).second) corrupt(cat("two members are called ", in_quotes(name)));
  }
  if (at != directory.size()) corrupt("directory: it has more entries than it says");
  refuse_overlaps(file.first(static_cast<std::size_t>(extent.begin)), entries);
  std::vector<Member> members;
  for (Entry& entry : entries) {
    if (!entry.member.name.ends_with('/')) members.push_back(std::move(entry.member));
  }
  return members;
}

}  // namespace linnet::inline v0::detail::zip
