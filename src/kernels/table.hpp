// The kernel table: for each op its kernels, best first, the reference last.
#pragma once

#include <memory>
#include <vector>

#include "kernels/kernel.hpp"

namespace linnet::inline v0 {

/// The first kernel of the op's row that accepts. Error: no row, or nobody accepts.
std::unique_ptr<Kernel> find_kernel(const KernelRequest& request);

/// One kernel of an op for tests: where it comes from ("onednn", "native", "reference").
struct Candidate {
  const char* backend;
  KernelFactory factory;
};

/// The ops that have kernels.
std::vector<std::string_view> op_names();
/// All kernels of the op, best first.
std::vector<Candidate> candidates(std::string_view op_name);

}  // namespace linnet::inline v0
