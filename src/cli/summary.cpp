#include <cstdio>

#include "commands.hpp"

namespace linnet::cli {

namespace {

void run(const Arguments& arguments) {
  const std::string path = arguments.names({"MODEL"}).front();
  const Model model = load_model(path, 1, false);
  std::printf("%s", model.summary().c_str());
  if (model.labels().empty()) return;
  std::printf("Labels (%zu):", model.labels().size());
  for (const std::string& label : model.labels()) std::printf(" %s", label.c_str());
  std::printf("\n");
}

}  // namespace

const Command kSummary{"summary", "MODEL", "layers, shapes, parameters and labels", {}, run};

}  // namespace linnet::cli
