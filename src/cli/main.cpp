// The `linnet` command. Exit codes: 0, 1 (it failed), 2 (it was called wrongly).
#include <algorithm>
#include <cstdio>
#include <linnet/core/printable.hpp>
#include <linnet/version.hpp>

#include "commands.hpp"

namespace linnet::cli {

namespace {

constexpr int kFailure = 1, kUsage = 2;

const Command* const kCommands[] = {&kTrainText, &kFinetune, &kPredict, &kEvaluate, &kVerify,
                                    &kInspect,   &kSummary,  &kConvert, &kBench};

const Command* find_command(std::string_view name) {
  for (const Command* command : kCommands) {
    if (command->name == name) return command;
  }
  return nullptr;
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

/// One entry of a help text: what, and what it does.
void print_entry(const std::string& what, std::string_view does) {
  std::printf("  %-24s %.*s\n", what.c_str(), static_cast<int>(does.size()), does.data());
}

void print_help() {
  print("linnet trains and runs models.\n\nUsage: linnet COMMAND ...\n\n");
  for (const Command* command : kCommands) {
    print_entry(std::string(command->name), command->summary);
  }
  print_entry("help [COMMAND]", "this text, or a command's options with (defaults)");
  print_entry("--version", "the version");
  print(
      "\nExit codes: 0; 1: it failed, or inspect or verify found something wrong; 2: it was called "
      "wrongly.\n");
}

void print_help(const Command& command) {
  print("Usage: linnet ");
  print(command.name);
  print(" ");
  print(command.usage);
  print("\n\n");
  print(command.summary);
  print("\n\n");
  for (const Option& option : command.options) {
    const std::string value = option.value.empty() ? "" : " " + std::string(option.value);
    print_entry(std::string(option.name) + value, option.help);
  }
  print_entry("-h, --help", "this text");
  if (command.notes.empty()) return;
  print("\n");
  print(command.notes);
}

/// What the library calls by the names of C++.
void use_names_of_options(std::string& message) {
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"limits.bytes", "--max-bytes"},
      {"limits.parameters", "--max-parameters"},
      {".include_optimizer = false", "--no-optimizer"}};
  for (const auto& [name, option] : kNames) {
    const std::size_t at = message.find(name);
    if (at != std::string::npos) message.replace(at, name.size(), option);
  }
}

/// Messages are one line, whatever a file name or a label holds.
int complain(std::string message, int code) {
  use_names_of_options(message);
  std::ranges::replace(message, '\n', ' ');
  std::fprintf(stderr, "linnet: %s\n", detail::printable(message).c_str());
  return code;
}

void refuse_more(const std::vector<std::string>& words, std::size_t count) {
  if (words.size() > count) throw UsageError("unexpected '" + words[count] + "'");
}

int run_help(const std::vector<std::string>& words) {
  if (words.size() < 2) {
    print_help();
    return 0;
  }
  const Command* command = find_command(words[1]);
  if (command == nullptr) throw UsageError("there is no command '" + words[1] + "'");
  refuse_more(words, 2);
  print_help(*command);
  return 0;
}

int run(const std::vector<std::string>& words) {
  if (words.empty()) throw UsageError("a command is missing; try linnet help");
  const std::string& first = words[0];
  if (first == "help" || first == "--help" || first == "-h") return run_help(words);
  if (first == "--version") {
    refuse_more(words, 1);
    std::printf("linnet %d.%d.%d\n", LINNET_VERSION_MAJOR, LINNET_VERSION_MINOR,
                LINNET_VERSION_PATCH);
    return 0;
  }
  const Command* command = find_command(first);
  if (command == nullptr) throw UsageError("there is no command '" + first + "'; try linnet help");
  const std::span<const std::string> rest(words.begin() + 1, words.end());
  const Arguments arguments(command->options, rest);
  arguments.help() ? print_help(*command) : command->run(arguments);
  return 0;
}

}  // namespace

}  // namespace linnet::cli

int main(int argc, char** argv) {
  using namespace linnet::cli;
  try {
    const int code = run(std::vector<std::string>(argv + std::min(argc, 1), argv + argc));
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
      return complain("cannot write to standard output", kFailure);
    return code;
  } catch (const UsageError& error) {
    return complain(error.what(), kUsage);
  } catch (const std::exception& error) {
    return complain(error.what(), kFailure);
  }
}
