#include "io/hdf5/global_heap.hpp"

namespace linnet::inline v0::detail::hdf5 {

Bytes GlobalHeaps::object(std::uint64_t address, std::uint64_t number) {
  auto heap = heaps_.find(address);
  if (heap == heaps_.end()) heap = heaps_.emplace(address, read(address)).first;
  const auto object = heap->second.find(number);
  if (object == heap->second.end()) corrupt(cat("global heap: no object ", number));
  return object->second;
}

GlobalHeaps::Objects GlobalHeaps::read(std::uint64_t address) {
  constexpr std::string_view kWhat = "global heap";
  Cursor header = storage_.cursor(address, kWhat);
  header.expect("GCOL");
  header.expect_version(1);
  header.skip(3);
  const std::uint64_t size = header.length();
  Cursor cursor = storage_.cursor(storage_.at(address, size, kWhat), kWhat);
  cursor.skip(header.position());
  Objects objects;
  const std::size_t prefix = 2 + 2 + 4 + storage_.widths().length;
  while (cursor.left() >= prefix) {
    storage_.spend();
    const std::uint16_t number = cursor.u16();
    if (number == 0) break;  // free space up to the end
    cursor.skip(2 + 4);      // references, reserved
    objects.emplace(number, cursor.take(cursor.length()));
    cursor.align();
  }
  return objects;
}

}  // namespace linnet::inline v0::detail::hdf5
