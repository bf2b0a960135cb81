#include "io/hdf5/tree.hpp"

#include <vector>

namespace linnet::inline v0::detail::hdf5 {

namespace {

struct Node {
  int level = 0;
  std::uint64_t children = 0;
  Cursor cursor;  ///< before the first key
};

Node read_node(Storage& storage, std::uint64_t address, TreeType type) {
  storage.spend();
  Cursor cursor = storage.cursor(address, "B-tree");
  cursor.expect("TREE");
  if (cursor.u8() != static_cast<std::uint8_t>(type)) corrupt("B-tree: of another kind");
  const int level = cursor.u8();
  const std::uint64_t children = cursor.u16();
  cursor.address();  // its left neighbour
  cursor.address();  // its right neighbour
  return {level, children, cursor};
}

}  // namespace

void walk_tree(Storage& storage, std::uint64_t address, TreeType type, std::size_t key_bytes,
               const std::function<void(Bytes key, std::uint64_t child)>& visit) {
  std::vector<Node> open{read_node(storage, address, type)};
  if (open.back().level >= static_cast<int>(storage.limits().depth)) corrupt("B-tree: too deep");
  while (!open.empty()) {
    Node& node = open.back();
    if (node.children == 0) {
      open.pop_back();
      continue;
    }
    --node.children;
    storage.spend();
    const Bytes key = node.cursor.take(key_bytes);
    const std::uint64_t child = node.cursor.address();
    if (node.level == 0) {
      visit(key, child);
      continue;
    }
    const int below = node.level - 1;
    open.push_back(read_node(storage, child, type));
    // Levels fall by one, so that a tree cannot contain itself.
    if (open.back().level != below) corrupt("B-tree: a node of a wrong level");
  }
}

}  // namespace linnet::inline v0::detail::hdf5
