#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <linnet/io/atomic_file.hpp>
#include <string>

#include "catch.hpp"
#include "core/error_of.hpp"
#include "io/temp_folder.hpp"

using namespace linnet;
using test::bytes_of;
using test::error_of;
using test::file_text;
using test::put_text;
using test::TempFolder;

namespace fs = std::filesystem;

TEST_CASE("A committed file has all bytes and leaves no temporary", "[io]") {
  const TempFolder folder;
  const std::string path = folder.path("a");
  AtomicFile file(path);
  file.write(bytes_of("hello "));
  file.write(bytes_of("world"));
  file.overwrite(0, bytes_of("H"));
  CHECK_FALSE(fs::exists(path));
  file.commit();
  CHECK(file_text(path) == "Hello world");
  CHECK(folder.count() == 1);
  CHECK(error_of([&] {
          file.commit();
          return 0;
        }).is(ErrorCode::bad_state));
  CHECK(error_of([&] {
          file.write({});
          return 0;
        }).is(ErrorCode::bad_state));
}

TEST_CASE("Without a commit the old file stays", "[io]") {
  const TempFolder folder;
  const std::string path = folder.path("a");
  put_text(path, "old");
  {
    AtomicFile file(path);
    file.write(bytes_of("new"));
    CHECK(folder.count() == 2);
  }
  CHECK(file_text(path) == "old");
  CHECK(folder.count() == 1);
}

TEST_CASE("An old file is replaced, its permissions kept and its links followed", "[io]") {
  const TempFolder folder;
  const std::string path = folder.path("a");
  put_text(path, "old");
  fs::permissions(path, fs::perms{0640});
  fs::create_symlink("a", folder.path("link"));
  write_file(folder.path("link"), bytes_of("new"));
  CHECK(file_text(path) == "new");
  CHECK(fs::is_symlink(folder.path("link")));
  CHECK(fs::status(path).permissions() == fs::perms{0640});
  const mode_t mask = umask(0022);
  write_file(folder.path("b"), {});
  umask(mask);
  CHECK(fs::status(folder.path("b")).permissions() == fs::perms{0644});
}

TEST_CASE("What cannot be written is refused before anything is made", "[io]") {
  const TempFolder folder;
  fs::create_directory(folder.path("folder"));
  fs::create_symlink("nowhere", folder.path("dangling"));
  for (const std::string& path :
       {folder.path("none/a"), folder.path("folder"), folder.path("dangling"),
        std::string("/dev/full"), folder.path("")}) {
    INFO(path);
    CHECK(error_of([&] {
            write_file(path, bytes_of("x"));
            return 0;
          }).is(ErrorCode::io, path));
  }
  CHECK(folder.count() == 2);
  CHECK(error_of([&] {
          write_file("", bytes_of("x"));
          return 0;
        }).is(ErrorCode::invalid_argument, "path is empty"));
}

TEST_CASE("Bytes that were not written cannot be overwritten", "[io]") {
  const TempFolder folder;
  AtomicFile file(folder.path("a"));
  file.write(bytes_of("abc"));
  const auto overwrite = [&](std::uint64_t offset, const std::string& text) {
    return error_of([&] {
      file.overwrite(offset, bytes_of(text));
      return 0;
    });
  };
  CHECK_FALSE(overwrite(1, "xy").code.has_value());
  CHECK(overwrite(2, "xy").is(ErrorCode::out_of_range));
  CHECK(overwrite(~std::uint64_t{0}, "xy").is(ErrorCode::out_of_range));
}

TEST_CASE("When the disk is full the old file stays and the temporary goes", "[io]") {
  const TempFolder folder;
  const std::string path = folder.path("a");
  put_text(path, "old");
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {  // may write 100 kB only
    const rlimit limit{100'000, 100'000};
    std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    const auto caught = error_of([&] {
      write_file(path, bytes_of(std::string(200'000, 'x')));
      return 0;
    });
    _exit(caught.is(ErrorCode::io, path + ": cannot write: File too large") ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(file_text(path) == "old");
  CHECK(folder.count() == 1);
}

TEST_CASE("A process that is killed while it writes leaves the old file", "[io]") {
  const TempFolder folder;
  const std::string path = folder.path("a");
  put_text(path, "old");
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    AtomicFile file(path);
    file.write(bytes_of(std::string(200'000, 'x')));
    std::raise(SIGKILL);
  }
  REQUIRE(waitpid(child, nullptr, 0) == child);
  CHECK(file_text(path) == "old");
  write_file(path, bytes_of("new"));
  CHECK(file_text(path) == "new");
}
