// read_all: reads whatever an HDF5 file holds.
#pragma once

#include <string>
#include <vector>

#include "catch.hpp"
#include "io/hdf5/hdf5_file.hpp"

namespace linnet::test {

/// Reads all that is in the file, up to 100 objects; errors are answers like others.
inline void read_all(std::span<const std::byte> bytes) {
  const auto attempt = [](auto&& f) {
    try {
      f();
    } catch (const Error& error) {
      if (std::string(error.what()).empty()) FAIL("an error without a message");
    }
  };
  attempt([&] {
    detail::Hdf5File file(bytes, {.dataset_bytes = 1 << 22, .steps = 100'000});
    std::vector<std::string> paths{""};
    for (std::size_t i = 0; i < paths.size() && i < 100; ++i) {
      const std::string path = paths[i];
      attempt([&] {
        for (const auto& name : file.attributes(path)) {
          attempt([&] { file.attribute(path, name); });
        }
      });
      attempt([&] {
        if (!file.is_group(path)) {
          file.read(path);
          return;
        }
        for (const auto& name : file.list(path)) paths.push_back(path + "/" + name);
      });
    }
  });
}

}  // namespace linnet::test
