// Filters: how the chunks of a dataset are packed.
#pragma once

#include <vector>

#include "io/hdf5/storage.hpp"

namespace linnet::inline v0::detail::hdf5 {

enum class Filter : std::uint8_t { deflate, shuffle, fletcher32 };

/// The filters of a pipeline message (version 1 or 2), in the order in which they packed.
/// Error: unsupported: another filter, by name or number; one twice.
std::vector<Filter> read_filters(const Storage& storage, Bytes message);

/// The bytes into which these filters pack `size` bytes at least.
std::uint64_t least_packed(const std::vector<Filter>& filters, std::uint32_t skipped,
                           std::uint64_t size);

/// What was packed into `packed`: `size` bytes of elements of `element` bytes. Filters whose bit is
/// set in `skipped` were not applied; at least least_packed() bytes. Error: corrupt_file: another
/// size, a wrong checksum.
std::vector<std::byte> unpack(Bytes packed, const std::vector<Filter>& filters,
                              std::uint32_t skipped, std::size_t size, std::size_t element,
                              const Limits& limits);

}  // namespace linnet::inline v0::detail::hdf5
