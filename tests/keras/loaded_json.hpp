// A model from the text of its architecture.
#pragma once

#include <linnet/model/model.hpp>

#include "io/temp_folder.hpp"

namespace linnet::test {

inline Model loaded_json(const std::string& json) {
  const TempFolder folder;
  put_text(folder.path("m.json"), json);
  return Model::load(folder.path("m.json"));
}

}  // namespace linnet::test
