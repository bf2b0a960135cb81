// The header of an object: its messages.
#pragma once

#include <vector>

#include "io/hdf5/storage.hpp"

namespace linnet::inline v0::detail::hdf5 {

enum class MessageType : std::uint16_t {
  nothing = 0,
  dataspace = 1,
  link_info = 2,
  datatype = 3,
  fill_value = 5,
  link = 6,
  external_files = 7,
  layout = 8,
  group_info = 10,
  filters = 11,
  attribute = 12,
  continuation = 16,
  symbol_table = 17,
  attribute_info = 21,
};

struct Message {
  MessageType type = MessageType::nothing;
  Bytes data;
  bool shared = false;  ///< `data` says where in the file the message itself is
};

using Messages = std::vector<Message>;

/// The messages of the header at `address` (version 1 or 2), those of continuation blocks too.
Messages read_object_header(Storage& storage, std::uint64_t address);

/// The first message of that type, or null. Error: unsupported: it is a shared one.
const Message* find_message(const Messages& messages, MessageType type);
/// Error: corrupt_file: there is none; `what` is missing.
const Message& need_message(const Messages& messages, MessageType type, std::string_view what);

}  // namespace linnet::inline v0::detail::hdf5
