// Pickle: the stream in which numpy keeps Python objects, read without Python.
#pragma once

#include <cstddef>
#include <cstdint>
#include <linnet/core/error.hpp>
#include <map>
#include <span>
#include <string_view>
#include <vector>

namespace linnet::inline v0::detail::pickle {

using Bytes = std::span<const std::byte>;
/// The place of an object among all.
using Ref = std::uint32_t;

enum class Kind : std::uint8_t {
  none,
  boolean,
  integer,
  text,
  bytes,
  name,
  tuple,
  list,
  dict,
  made
};

/// What a stream says of one object. Names of Python stand for themselves, and calls of them are
/// written down: nothing is ever called.
struct Object {
  Kind kind = Kind::none;
  std::int64_t integer = 0;    ///< also of a boolean
  std::string_view text = {};  ///< of a text, bytes or a name ("numpy.dtype")
  std::vector<Ref> items =
      {};  ///< of a dict: key, value, key, ...; of a call: its arguments, a tuple
  bool has_state = false;
  Ref state = 0;  ///< what a call was given afterwards
};

[[noreturn]] void corrupt(std::string_view message);
[[noreturn]] void unsupported(std::string_view message);

/// Reads the opcodes that numpy's pickles of arrays have (protocols 3 and 4); all others are
/// refused, and so are names that are not in `names`. Objects, and
/// places on the stack, are `most` at most.
class Reader {
 public:
  Reader(Bytes stream, std::span<const std::string_view> names, std::size_t most = 1 << 20)
      : rest_(stream), names_(names), most_(most) {}

  /// The object that the stream is of. Error: corrupt_file; unsupported.
  const Object& read();
  const Object& at(Ref ref) const { return objects_[ref]; }

 private:
  bool step(std::uint8_t opcode);
  bool step_number(std::uint8_t opcode);
  bool step_text(std::uint8_t opcode);
  bool step_group(std::uint8_t opcode);
  bool step_memo(std::uint8_t opcode);

  std::string_view take(std::uint64_t size);
  std::uint64_t number(std::size_t width);
  std::string_view line();
  void push(Object object);
  Ref pop();
  std::vector<Ref> pop_marked();
  std::vector<Ref> pop_last(std::size_t count);
  void push_name(std::string_view module, std::string_view name);
  void call();
  void give_state();
  void add_items(Kind kind, const std::vector<Ref>& items);

  Bytes rest_;
  std::span<const std::string_view> names_;
  std::size_t most_;
  std::vector<Object> objects_;
  std::vector<Ref> stack_;
  std::vector<std::size_t> marks_;
  std::map<std::uint64_t, Ref> memo_;
};

}  // namespace linnet::inline v0::detail::pickle
