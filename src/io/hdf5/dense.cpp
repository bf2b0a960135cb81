#include "io/hdf5/dense.hpp"

#include "io/hdf5/fractal_heap.hpp"
#include "io/hdf5/tree2.hpp"

namespace linnet::inline v0::detail::hdf5 {

namespace {

/// Both info messages: version, flags, a highest number if the first flag is set, then the address
/// of a heap, which holds messages, and of an index of them by name.
/// In a record of the index the id of a message stands after `id_at` bytes.
std::vector<Bytes> read_dense(Storage& storage, Bytes info, std::size_t number_bytes,
                              Tree2Type type, std::uint64_t id_at) {
  Cursor cursor = storage.cursor(info, "info message");
  cursor.expect_version(0);
  const unsigned flags = cursor.u8();
  if ((flags & 1) != 0) cursor.skip(number_bytes);
  const std::uint64_t heap_address = cursor.address();
  const std::uint64_t index = cursor.address();
  std::vector<Bytes> messages;
  if (heap_address == kNowhere || index == kNowhere) return messages;
  const FractalHeap heap(storage, heap_address);
  for (const Bytes& record : read_records(storage, index, type)) {
    messages.push_back(heap.object(part(record, id_at, heap.id_bytes(), "B-tree record")));
  }
  return messages;
}

}  // namespace

std::vector<Bytes> dense_links(Storage& storage, Bytes link_info) {
  return read_dense(storage, link_info, 8, Tree2Type::link_names, 4);  // after a hash
}

std::vector<Bytes> dense_attributes(Storage& storage, Bytes attribute_info) {
  return read_dense(storage, attribute_info, 2, Tree2Type::attribute_names, 0);
}

}  // namespace linnet::inline v0::detail::hdf5
