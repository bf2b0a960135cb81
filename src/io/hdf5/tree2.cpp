#include "io/hdf5/tree2.hpp"

#include <bit>

namespace linnet::inline v0::detail::hdf5 {

namespace {

constexpr std::string_view kWhat = "B-tree (version 2)";
constexpr std::uint64_t kNodeFrame = 4 + 1 + 1 + 4;  // signature, version, type, checksum

/// Bytes that hold any number up to `most`.
std::size_t width_of(std::uint64_t most) {
  return most == 0 ? 1 : (static_cast<std::size_t>(std::bit_width(most)) + 7) / 8;
}

class RecordReader {
 public:
  RecordReader(Storage& storage, Tree2Type type) : storage_(storage), type_(type) {}

  std::vector<Bytes> read(std::uint64_t address) {
    Cursor cursor = storage_.cursor(address, kWhat);
    start(cursor, "BTHD");
    const std::uint64_t node_bytes = cursor.u32();
    record_bytes_ = cursor.u16();
    const std::size_t depth = cursor.u16();
    cursor.skip(2);  // when nodes are split and merged
    const std::uint64_t root = cursor.address();
    const std::uint64_t count = cursor.u16();
    cursor.length();  // of all records
    storage_.check_sum(address, cursor.position(), kWhat);
    if (root == kNowhere) return {};
    measure(node_bytes, depth);
    read_node(root, depth, count);
    return std::move(records_);
  }

 private:
  void start(Cursor& cursor, std::string_view signature) const {
    cursor.expect(signature);
    cursor.expect_version(0);
    if (cursor.u8() != static_cast<std::uint8_t>(type_)) corrupt(cat(kWhat, ": of another kind"));
  }

  /// How wide the counts of records are in pointers to nodes of each level: it follows from how
  /// many records fit below at most.
  void measure(std::uint64_t node_bytes, std::size_t depth) {
    if (record_bytes_ == 0 || node_bytes < kNodeFrame + record_bytes_ ||
        depth >= storage_.limits().depth) {
      corrupt(cat(kWhat, ": its sizes make no sense"));
    }
    std::uint64_t all = (node_bytes - kNodeFrame) / record_bytes_;  // that a subtree can hold
    count_width_ = width_of(all);
    total_widths_.push_back(0);  // a leaf's total is its count
    while (total_widths_.size() < depth) {
      const std::uint64_t pointer = storage_.widths().offset + count_width_ + total_widths_.back();
      if (node_bytes < kNodeFrame + pointer) corrupt(cat(kWhat, ": its nodes are too small"));
      const std::uint64_t own = (node_bytes - kNodeFrame - pointer) / (record_bytes_ + pointer);
      if (own == 0) corrupt(cat(kWhat, ": its nodes are too small"));
      all = product(own + 1, all, kWhat) + own;
      total_widths_.push_back(width_of(all));
    }
  }

  /// Levels fall by one, so that a tree cannot contain itself.
  void read_node(std::uint64_t address, std::size_t level, std::uint64_t count) {
    storage_.spend(1 + count);
    Cursor cursor = storage_.cursor(address, kWhat);
    start(cursor, level == 0 ? "BTLF" : "BTIN");
    for (std::uint64_t i = 0; i < count; ++i) records_.push_back(cursor.take(record_bytes_));
    std::vector<std::pair<std::uint64_t, std::uint64_t>> children;
    for (std::uint64_t i = 0; level > 0 && i <= count; ++i) {
      const std::uint64_t child = cursor.address();
      children.emplace_back(child, cursor.number(count_width_));
      cursor.skip(total_widths_[level - 1]);
    }
    storage_.check_sum(address, cursor.position(), kWhat);
    for (const auto& [child, records] : children) read_node(child, level - 1, records);
  }

  Storage& storage_;
  Tree2Type type_;
  std::size_t record_bytes_ = 0;
  std::size_t count_width_ = 0;
  std::vector<std::size_t> total_widths_;  // by level of the node pointed to
  std::vector<Bytes> records_;
};

}  // namespace

std::vector<Bytes> read_records(Storage& storage, std::uint64_t address, Tree2Type type) {
  return RecordReader(storage, type).read(address);
}

}  // namespace linnet::inline v0::detail::hdf5
