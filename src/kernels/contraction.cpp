#include "kernels/contraction.hpp"

#include "kernels/strides.hpp"

namespace linnet::inline v0 {

namespace {

using Loop = ContractionLoop;
using Loops = std::vector<Loop>;

/// The loops of the letters that a, b and y have or lack as told, outermost first.
struct Letters {
  const detail::EinsumTerms& terms;
  Strides a, b, y;
  Shape a_shape, b_shape;

  Loops loops(bool in_a, bool in_b, bool in_y) const {
    Loops found;
    const std::string& order = in_y ? terms.y : terms.a;
    for (const char letter : order) {
      const std::size_t i = terms.a.find(letter), j = terms.b.find(letter),
                        k = terms.y.find(letter);
      if ((i != terms.a.npos) != in_a || (j != terms.b.npos) != in_b || (k != terms.y.npos) != in_y)
        continue;
      found.push_back({in_a ? a_shape[static_cast<int>(i)] : b_shape[static_cast<int>(j)],
                       in_a ? a[i] : 0, in_b ? b[j] : 0, in_y ? y[k] : 0});
    }
    return found;
  }
};

/// Two neighbours become one where the outer steps over all of the inner in every tensor.
Loops merged(const Loops& loops) {
  Loops result;
  for (const Loop& loop : loops) {
    if (loop.size == 1) continue;
    if (!result.empty()) {
      Loop& outer = result.back();
      if (outer.a == loop.size * loop.a && outer.b == loop.size * loop.b &&
          outer.y == loop.size * loop.y) {
        outer = {outer.size * loop.size, loop.a, loop.b, loop.y};
        continue;
      }
    }
    result.push_back(loop);
  }
  return result;
}

/// Takes the best loop out of `loops`: one that steps by 1 in y, or else the longest.
Loop take(Loops& loops) {
  if (loops.empty()) return {};
  const auto best = std::max_element(loops.begin(), loops.end(), [](const Loop& p, const Loop& q) {
    return std::pair(p.y == 1, p.size) < std::pair(q.y == 1, q.size);
  });
  const Loop taken = *best;
  loops.erase(best);
  return taken;
}

void swap_inputs(Loop& loop) { std::swap(loop.a, loop.b); }

}  // namespace

Contraction::Contraction(const KernelRequest& request) {
  const auto terms = detail::EinsumTerms::of(request.op.as<ops::Einsum>()->equation);
  const Letters letters{terms,
                        strides_of(request.x(0)),
                        strides_of(request.x(1)),
                        strides_of(request.y()),
                        request.x(0),
                        request.x(1)};
  Loops rows = merged(letters.loops(true, false, true));
  Loops columns = merged(letters.loops(false, true, true));
  sums = merged(letters.loops(true, true, false));
  outer = merged(letters.loops(true, true, true));
  m = take(rows);
  n = take(columns);
  k = take(sums);
  outer.insert(outer.end(), rows.begin(), rows.end());
  outer.insert(outer.end(), columns.begin(), columns.end());
  if (n.size == 1 || n.y == 1 || m.y != 1) return;
  swapped = true;
  std::swap(m, n);
  for (Loop* loop : {&m, &n, &k}) swap_inputs(*loop);
  for (Loop& loop : outer) swap_inputs(loop);
  for (Loop& loop : sums) swap_inputs(loop);
}

}  // namespace linnet::inline v0
