// Groups: the links that they hold.
#pragma once

#include <vector>

#include "io/hdf5/object_header.hpp"

namespace linnet::inline v0::detail::hdf5 {

enum class LinkKind : std::uint8_t { hard, soft, external, other };

struct Link {
  std::string_view name;  ///< in the file
  LinkKind kind = LinkKind::hard;
  std::uint64_t address = kNowhere;  ///< of the object's header, if hard
};

/// True if these are the messages of a group.
bool is_group(const Messages& messages);

/// The links of a group, by name. Old groups (symbol tables) and new ones (link messages, or a
/// dense heap of them). Error: corrupt_file; among other things a name twice.
std::vector<Link> read_links(Storage& storage, const Messages& messages);

}  // namespace linnet::inline v0::detail::hdf5
