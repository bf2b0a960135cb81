// RecurrentKernel: a recurrent layer's kernel in panels, as its steps multiply by it.
#pragma once

#include <linnet/ops/recurrence.hpp>

#include "kernels/native/packed_matrix.hpp"

namespace linnet::inline v0 {

/// U (units, gates * units) in one part, or of a gru in two: the gates z and r, and g. With
/// `transposed` the parts are those of U'.
class RecurrentKernel {
 public:
  RecurrentKernel(const ops::Recurrence& op, Index units, bool transposed = false)
      : units_(units), gates_(op.gates()), transposed_(transposed) {
    const bool gru = op.kind == ops::RecurrenceKind::gru;
    const Index split = (gru ? 2 : gates_) * units;
    parts_[0] = transposed ? PackedMatrix(split, units) : PackedMatrix(units, split);
    if (gru) parts_[1] = PackedMatrix(units, units);
    count_ = gru ? 2 : 1;
  }

  Index floats() const { return parts_[0].floats() + (count_ > 1 ? parts_[1].floats() : 0); }

  void pack(const float* kernel, float* packed) const {
    const Index width = gates_ * units_;
    for (int part = 0; part < count_; ++part) {
      const float* from = kernel + part * 2 * units_;
      parts_[part].pack(from, transposed_ ? 1 : width, transposed_ ? width : 1,
                        packed + offset(part));
    }
  }

  void multiply(int part, const float* packed, const float** in, float* const* out, Index rows,
                SumStart start) const {
    parts_[part].multiply(packed + offset(part), in, out, rows, start);
  }

 private:
  Index offset(int part) const { return part == 0 ? 0 : parts_[0].floats(); }

  Index units_, gates_;
  bool transposed_;
  int count_ = 1;
  PackedMatrix parts_[2];
};

}  // namespace linnet::inline v0
