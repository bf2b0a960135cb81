#include "io/hdf5/group.hpp"

#include <algorithm>

#include "core/in_quotes.hpp"
#include "io/hdf5/dense.hpp"
#include "io/hdf5/tree.hpp"

namespace linnet::inline v0::detail::hdf5 {

namespace {

void check_name(Storage& storage, std::string_view name) {
  if (name.empty() || name.size() > storage.limits().name_bytes) {
    corrupt(cat("link: expected a name of 1 to ", storage.limits().name_bytes, " bytes, got ",
                std::uint64_t{name.size()}));
  }
  storage.spend(name.size() / 16);
}

/// The bytes of a local heap, which holds an old group's names.
Bytes read_local_heap(Storage& storage, std::uint64_t address) {
  Cursor cursor = storage.cursor(address, "local heap");
  cursor.expect("HEAP");
  cursor.expect_version(0);
  cursor.skip(3);
  const std::uint64_t size = cursor.length();
  cursor.length();  // its first free block
  return storage.at(cursor.address(), size, "local heap");
}

std::string_view heap_name(const Storage& storage, Bytes heap, std::uint64_t offset) {
  std::string_view text = text_of(part(heap, offset, 1, "local heap"));
  const std::uint64_t most = std::min(heap.size() - offset, storage.limits().name_bytes + 1);
  text = {text.data(), static_cast<std::size_t>(most)};
  const std::size_t end = text.find('\0');
  if (end == text.npos) corrupt("local heap: a name without an end");
  return text.substr(0, end);
}

/// One node of an old group: names and addresses.
void read_symbols(Storage& storage, std::uint64_t address, Bytes heap, std::vector<Link>& links) {
  constexpr std::uint32_t kSoft = 2;
  Cursor cursor = storage.cursor(address, "symbol table node");
  cursor.expect("SNOD");
  cursor.expect_version(1);
  cursor.skip(1);
  for (std::uint64_t left = cursor.u16(); left > 0; --left) {
    storage.spend();
    Link link;
    link.name = heap_name(storage, heap, cursor.number(storage.widths().offset));
    link.address = cursor.address();
    if (cursor.u32() == kSoft) link.kind = LinkKind::soft;
    cursor.skip(4 + 16);  // reserved, cached facts
    check_name(storage, link.name);
    links.push_back(link);
  }
}

std::vector<Link> read_symbol_table(Storage& storage, Bytes message) {
  Cursor cursor = storage.cursor(message, "symbol table message");
  const std::uint64_t tree = cursor.address();
  const Bytes heap = read_local_heap(storage, cursor.address());
  std::vector<Link> links;
  walk_tree(storage, tree, TreeType::group, storage.widths().length,
            [&](Bytes, std::uint64_t node) { read_symbols(storage, node, heap, links); });
  return links;
}

LinkKind kind_of(unsigned number) {
  if (number == 0) return LinkKind::hard;
  if (number == 1) return LinkKind::soft;
  return number == 64 ? LinkKind::external : LinkKind::other;
}

Link read_link(Storage& storage, Bytes message) {
  Cursor cursor = storage.cursor(message, "link message");
  cursor.expect_version(1);
  const unsigned flags = cursor.u8();
  Link link;
  if ((flags & 0x08) != 0) link.kind = kind_of(cursor.u8());
  if ((flags & 0x04) != 0) cursor.skip(8);  // when it was made
  if ((flags & 0x10) != 0) cursor.skip(1);  // the name's encoding
  link.name = text_of(cursor.take(cursor.number(std::size_t{1} << (flags & 3))));
  check_name(storage, link.name);
  if (link.kind == LinkKind::hard) link.address = cursor.address();
  return link;
}

std::vector<Link> read_link_messages(Storage& storage, const Messages& messages) {
  std::vector<Link> links;
  for (const Message& message : messages) {
    if (message.type != MessageType::link) continue;
    if (message.shared) unsupported("a shared link is not supported");
    links.push_back(read_link(storage, message.data));
  }
  const Message* info = find_message(messages, MessageType::link_info);
  if (info == nullptr) return links;
  for (const Bytes& message : dense_links(storage, info->data)) {
    links.push_back(read_link(storage, message));
  }
  return links;
}

}  // namespace

bool is_group(const Messages& messages) {
  return std::any_of(messages.begin(), messages.end(), [](const Message& message) {
    return message.type == MessageType::symbol_table || message.type == MessageType::link_info ||
           message.type == MessageType::link;
  });
}

std::vector<Link> read_links(Storage& storage, const Messages& messages) {
  const Message* table = find_message(messages, MessageType::symbol_table);
  std::vector<Link> links = table != nullptr ? read_symbol_table(storage, table->data)
                                             : read_link_messages(storage, messages);
  std::sort(links.begin(), links.end(),
            [](const Link& a, const Link& b) { return a.name < b.name; });
  const auto twice = std::adjacent_find(
      links.begin(), links.end(), [](const Link& a, const Link& b) { return a.name == b.name; });
  if (twice != links.end()) corrupt(cat("the name ", in_quotes(twice->name), " is there twice"));
  return links;
}

}  // namespace linnet::inline v0::detail::hdf5
