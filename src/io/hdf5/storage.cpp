#include "io/hdf5/storage.hpp"

#include <algorithm>

#include "io/hdf5/checksums.hpp"

namespace linnet::inline v0::detail::hdf5 {

void corrupt(std::string_view message) { fail(ErrorCode::corrupt_file, cat("hdf5: ", message)); }

void unsupported(std::string_view message) { fail(ErrorCode::unsupported, cat("hdf5: ", message)); }

std::uint64_t product(std::uint64_t a, std::uint64_t b, std::string_view what) {
  if (b != 0 && a > (kNowhere >> 1) / b) corrupt(cat(what, " is too large"));
  return a * b;
}

Bytes part(Bytes bytes, std::uint64_t begin, std::uint64_t size, std::string_view what) {
  if (begin > bytes.size() || size > bytes.size() - begin) {
    corrupt(cat(what, ": expected ", size, " bytes at ", begin, ", but there are ",
                std::uint64_t{bytes.size()}));
  }
  return bytes.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(size));
}

std::uint64_t Cursor::address() {
  const Bytes bytes = take(widths_.offset);
  const bool nowhere =
      std::all_of(bytes.begin(), bytes.end(), [](std::byte b) { return b == std::byte{0xFF}; });
  return nowhere ? kNowhere : number_of(bytes);
}

Bytes Cursor::take(std::uint64_t size) {
  if (size > left()) corrupt(cat(what_, ": ends too early"));
  const Bytes taken = bytes_.subspan(at_, static_cast<std::size_t>(size));
  at_ += taken.size();
  return taken;
}

void Cursor::align() { at_ = std::min(bytes_.size(), (at_ + 7) / 8 * 8); }

void Cursor::expect(std::string_view signature) {
  if (text_of(take(signature.size())) != signature) {
    corrupt(cat(what_, ": expected '", signature, "' at its start"));
  }
}

void Cursor::expect_version(std::uint8_t version) {
  const int found = u8();
  if (found != version) {
    unsupported(cat(what_, ": expected version ", int{version}, ", got ", found));
  }
}

Cursor Storage::cursor(std::uint64_t address, std::string_view what) const {
  return {part(bytes_, address, address <= bytes_.size() ? bytes_.size() - address : 1, what),
          widths_, what};
}

void Storage::spend(std::uint64_t steps) {
  if (steps > limits_.steps - steps_) {
    corrupt(cat("reading takes more than ", limits_.steps, " steps: a loop, or too large a file"));
  }
  steps_ += steps;
}

void Storage::check_sum(std::uint64_t address, std::uint64_t size, std::string_view what) {
  const Bytes block = at(address, size, what);
  spend_bytes(size);
  const Bytes stored = at(address + size, 4, what);
  if (limits_.checksums && number_of(stored) != lookup3(block)) {
    corrupt(cat(what, ": its checksum is wrong: the file is damaged"));
  }
}

}  // namespace linnet::inline v0::detail::hdf5
