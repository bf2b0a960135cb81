#include "io/npz/pickle.hpp"

#include <algorithm>

#include "core/in_quotes.hpp"
#include "io/bytes.hpp"

namespace linnet::inline v0::detail::pickle {

void corrupt(std::string_view message) { fail(ErrorCode::corrupt_file, cat("pickle: ", message)); }

void unsupported(std::string_view message) {
  fail(ErrorCode::unsupported, cat("pickle: ", message));
}

const Object& Reader::read() {
  if (take(1) != "\x80") corrupt("it does not begin with a protocol");
  const std::uint64_t protocol = number(1);
  if (protocol != 3 && protocol != 4) unsupported(cat("expected protocol 3 or 4, got ", protocol));
  for (std::uint64_t opcode = number(1); opcode != '.'; opcode = number(1)) {
    const auto code = static_cast<std::uint8_t>(opcode);
    if (step(code) || step_number(code) || step_text(code) || step_group(code) || step_memo(code)) {
      continue;
    }
    unsupported(cat("the opcode ", opcode, " is none of those that arrays need"));
  }
  if (stack_.size() != 1 || !marks_.empty()) corrupt("it is not one object");
  return at(stack_.front());
}

bool Reader::step(std::uint8_t opcode) {
  switch (opcode) {
    case 0x95:  // a frame begins
      take(8);
      return true;
    case '(':
      if (marks_.size() >= most_) corrupt("too many objects");
      marks_.push_back(stack_.size());
      return true;
    case 'R':
      call();
      return true;
    case 'b':
      give_state();
      return true;
    case 'c': {
      const std::string_view module = line();
      push_name(module, line());
      return true;
    }
    case 0x93: {
      const std::vector<Ref> parts = pop_last(2);
      if (at(parts[0]).kind != Kind::text || at(parts[1]).kind != Kind::text) {
        corrupt("a name that is no text");
      }
      push_name(at(parts[0]).text, at(parts[1]).text);
      return true;
    }
    default:
      return false;
  }
}

bool Reader::step_number(std::uint8_t opcode) {
  const auto integer = [&](std::int64_t value) { push({.kind = Kind::integer, .integer = value}); };
  switch (opcode) {
    case 'N':
      push({});
      return true;
    case 0x88:
    case 0x89:
      push({.kind = Kind::boolean, .integer = opcode == 0x88});
      return true;
    case 'K':
      integer(static_cast<std::int64_t>(number(1)));
      return true;
    case 'M':
      integer(static_cast<std::int64_t>(number(2)));
      return true;
    case 'J':
      integer(static_cast<std::int32_t>(number(4)));
      return true;
    case 0x8A: {  // of so many bytes
      const std::uint64_t width = number(1);
      if (width > 8) unsupported("an integer of more than 64 bits");
      std::uint64_t bits = number(static_cast<std::size_t>(width));
      if (width > 0 && width < 8 && (bits >> (8 * width - 1)) != 0) {
        bits |= ~std::uint64_t{0} << (8 * width);
      }
      integer(static_cast<std::int64_t>(bits));
      return true;
    }
    default:
      return false;
  }
}

bool Reader::step_text(std::uint8_t opcode) {
  const auto text = [&](Kind kind, std::size_t width) {
    push({.kind = kind, .text = take(number(width))});
    return true;
  };
  switch (opcode) {
    case 0x8C:
      return text(Kind::text, 1);
    case 'X':
      return text(Kind::text, 4);
    case 0x8D:
      return text(Kind::text, 8);
    case 'C':
      return text(Kind::bytes, 1);
    case 'B':
      return text(Kind::bytes, 4);
    case 0x8E:
      return text(Kind::bytes, 8);
    default:
      return false;
  }
}

bool Reader::step_group(std::uint8_t opcode) {
  const auto group = [&](Kind kind, std::vector<Ref> items) {
    push({.kind = kind, .items = std::move(items)});
    return true;
  };
  switch (opcode) {
    case ')':
      return group(Kind::tuple, {});
    case 0x85:
    case 0x86:
    case 0x87:
      return group(Kind::tuple, pop_last(opcode - 0x84u));
    case 't':
      return group(Kind::tuple, pop_marked());
    case ']':
      return group(Kind::list, {});
    case '}':
      return group(Kind::dict, {});
    case 'a':
      add_items(Kind::list, pop_last(1));
      return true;
    case 'e':
      add_items(Kind::list, pop_marked());
      return true;
    case 's':
      add_items(Kind::dict, pop_last(2));
      return true;
    case 'u':
      add_items(Kind::dict, pop_marked());
      return true;
    default:
      return false;
  }
}

bool Reader::step_memo(std::uint8_t opcode) {
  const auto keep = [&](std::uint64_t place) {
    if (stack_.empty()) corrupt("nothing to remember");
    memo_[place] = stack_.back();
    if (memo_.size() > most_) corrupt("too many objects");
    return true;
  };
  const auto recall = [&](std::uint64_t place) {
    const auto known = memo_.find(place);
    if (known == memo_.end()) corrupt("what is recalled was never remembered");
    stack_.push_back(known->second);
    if (stack_.size() > most_) corrupt("too many objects");
    return true;
  };
  switch (opcode) {
    case 0x94:
      return keep(memo_.size());
    case 'q':
      return keep(number(1));
    case 'r':
      return keep(number(4));
    case 'h':
      return recall(number(1));
    case 'j':
      return recall(number(4));
    default:
      return false;
  }
}

std::string_view Reader::take(std::uint64_t size) {
  if (size > rest_.size()) corrupt("it ends too early");
  const Bytes taken = rest_.first(static_cast<std::size_t>(size));
  rest_ = rest_.subspan(taken.size());
  return {reinterpret_cast<const char*>(taken.data()), taken.size()};
}

std::uint64_t Reader::number(std::size_t width) {
  const std::string_view bytes = take(width);
  return number_of(std::as_bytes(std::span(bytes)));
}

std::string_view Reader::line() {
  const std::string_view all(reinterpret_cast<const char*>(rest_.data()), rest_.size());
  const std::size_t end = all.find('\n');
  if (end == all.npos) corrupt("it ends too early");
  take(end + 1);
  return all.substr(0, end);
}

void Reader::push(Object object) {
  if (objects_.size() >= most_) corrupt("too many objects");
  stack_.push_back(static_cast<Ref>(objects_.size()));
  objects_.push_back(std::move(object));
}

std::vector<Ref> Reader::pop_last(std::size_t count) {
  const std::size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() - floor < count) corrupt("an object is missing");
  std::vector<Ref> items(stack_.end() - static_cast<std::ptrdiff_t>(count), stack_.end());
  stack_.resize(stack_.size() - count);
  return items;
}

Ref Reader::pop() { return pop_last(1).front(); }

std::vector<Ref> Reader::pop_marked() {
  if (marks_.empty()) corrupt("a group without a beginning");
  std::vector<Ref> items = pop_last(stack_.size() - marks_.back());
  marks_.pop_back();
  return items;
}

void Reader::push_name(std::string_view module, std::string_view name) {
  const std::string whole = cat(module, ".", name);
  const auto known = std::ranges::find(names_, std::string_view(whole));
  if (known == names_.end()) {
    unsupported(cat("it names ", in_quotes(whole), ", which is no part of an array"));
  }
  push({.kind = Kind::name, .text = *known});
}

/// A call becomes an object that says what was called with what.
void Reader::call() {
  const Ref arguments = pop();
  const Ref called = pop();
  if (at(called).kind != Kind::name || at(arguments).kind != Kind::tuple) {
    corrupt("a call of something that is no name");
  }
  push({.kind = Kind::made, .text = at(called).text, .items = {arguments}});
}

void Reader::give_state() {
  const Ref state = pop();
  if (stack_.empty() || at(stack_.back()).kind != Kind::made) corrupt("a state of no object");
  Object& object = objects_[stack_.back()];
  if (object.has_state) corrupt("a second state of an object");
  object.has_state = true;
  object.state = state;
}

void Reader::add_items(Kind kind, const std::vector<Ref>& items) {
  if (stack_.empty() || at(stack_.back()).kind != kind) corrupt("items of no list or dict");
  if (kind == Kind::dict && items.size() % 2 != 0) corrupt("a key without a value");
  auto& all = objects_[stack_.back()].items;
  all.insert(all.end(), items.begin(), items.end());
}

}  // namespace linnet::inline v0::detail::pickle
