// The contract of ops: whatever a plan can run is compared with its definition somewhere.
#include "catch.hpp"
#include "kernels/table.hpp"
#include "ops/checked_ops.hpp"

namespace linnet::test {

TEST_CASE("Every op of the kernel table has a check of its own", "[contract]") {
  REQUIRE(op_names().size() > 50);
  for (const std::string_view name : op_names()) {
    INFO("no test calls check_op on the op " << std::string(name));
    CHECK(checked_ops().contains(name));
  }
}

}  // namespace linnet::test
