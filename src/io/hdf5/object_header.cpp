#include "io/hdf5/object_header.hpp"

#include <algorithm>

namespace linnet::inline v0::detail::hdf5 {

namespace {

constexpr std::string_view kWhat = "object header";
constexpr std::uint64_t kSignatureBytes = 4;
constexpr std::uint64_t kSumBytes = 4;
constexpr unsigned kShared = 2;  // a flag of messages

/// Collects messages block by block; a continuation message adds a block.
class HeaderReader {
 public:
  explicit HeaderReader(Storage& storage) : storage_(storage) {}

  Messages read(std::uint64_t address) {
    Cursor cursor = storage_.cursor(address, kWhat);
    if (text_of(cursor.rest()).starts_with("OHDR")) {
      start_version2(address, cursor);
    } else {
      start_version1(cursor);
    }
    for (std::size_t i = 0; i < blocks_.size(); ++i) read_block(blocks_[i]);
    return std::move(messages_);
  }

 private:
  void start_version1(Cursor cursor) {
    cursor.expect_version(1);
    cursor.skip(1 + 2 + 4);  // reserved, count of messages, of references
    const std::uint32_t size = cursor.u32();
    cursor.align();
    add_block(cursor.take(size));
  }

  void start_version2(std::uint64_t address, Cursor cursor) {
    version2_ = true;
    cursor.skip(kSignatureBytes);
    cursor.expect_version(2);
    const unsigned flags = cursor.u8();
    if ((flags & 0x20) != 0) cursor.skip(4 * 4);  // times
    if ((flags & 0x10) != 0) cursor.skip(2 + 2);  // when attributes become dense
    ordered_ = (flags & 0x04) != 0;
    const std::uint64_t size = cursor.number(std::size_t{1} << (flags & 3));
    add_block(cursor.take(size));
    storage_.check_sum(address, cursor.position(), kWhat);
  }

  void add_block(Bytes block) {
    storage_.spend();
    total_ += block.size();
    if (total_ > storage_.limits().header_bytes) {
      corrupt(cat("object header: more than ", storage_.limits().header_bytes, " bytes"));
    }
    blocks_.push_back(block);
  }

  void add_continuation(Bytes message) {
    Cursor cursor = storage_.cursor(message, "continuation message");
    const std::uint64_t address = cursor.address();
    const std::uint64_t size = cursor.length();
    const Bytes block = storage_.at(address, size, "continued object header");
    if (!version2_) return add_block(block);
    if (size < kSignatureBytes + kSumBytes || !text_of(block).starts_with("OCHK")) {
      corrupt("continued object header: expected 'OCHK' at its start");
    }
    storage_.check_sum(address, size - kSumBytes, "continued object header");
    add_block(part(block, kSignatureBytes, size - kSignatureBytes - kSumBytes, kWhat));
  }

  void read_block(Bytes block) {
    const std::size_t prefix = !version2_ ? 8 : ordered_ ? 6 : 4;
    Cursor cursor = storage_.cursor(block, kWhat);
    while (cursor.left() >= prefix) {  // less than that is a gap
      storage_.spend();
      const auto type = static_cast<MessageType>(version2_ ? cursor.u8() : cursor.u16());
      const std::uint16_t size = cursor.u16();
      const unsigned flags = cursor.u8();
      cursor.skip(prefix - (version2_ ? 4 : 5));
      const Bytes data = cursor.take(size);
      if (type == MessageType::continuation) {
        add_continuation(data);
      } else if (type != MessageType::nothing) {
        messages_.push_back({type, data, (flags & kShared) != 0});
      }
    }
  }

  Storage& storage_;
  bool version2_ = false;
  bool ordered_ = false;  // messages have numbers
  std::uint64_t total_ = 0;
  std::vector<Bytes> blocks_;
  Messages messages_;
};

}  // namespace

Messages read_object_header(Storage& storage, std::uint64_t address) {
  return HeaderReader(storage).read(address);
}

const Message* find_message(const Messages& messages, MessageType type) {
  const auto at = std::find_if(messages.begin(), messages.end(),
                               [type](const Message& message) { return message.type == type; });
  if (at == messages.end()) return nullptr;
  if (at->shared) unsupported("a shared message (such as a committed datatype) is not supported");
  return &*at;
}

const Message& need_message(const Messages& messages, MessageType type, std::string_view what) {
  const Message* message = find_message(messages, type);
  if (message == nullptr) corrupt(cat("the ", what, " is missing"));
  return *message;
}

}  // namespace linnet::inline v0::detail::hdf5
