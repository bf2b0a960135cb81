#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <linnet/io/atomic_file.hpp>
#include <string>
#include <vector>

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

namespace {

/// What is asked of the disk while one exists, in this order; the call named `failing` fails, as
/// often as there are codes.
struct DiskCalls {
  DiskCalls() { watching = this; }
  ~DiskCalls() { watching = nullptr; }
  DiskCalls(const DiskCalls&) = delete;
  DiskCalls& operator=(const DiskCalls&) = delete;

  /// True if the call shall go on; else errno is set.
  static bool go_on(const char* call) {
    if (watching == nullptr) return true;
    watching->seen.push_back(call);
    if (watching->failing != call || watching->codes.empty()) return true;
    errno = watching->codes.back();
    watching->codes.pop_back();
    return false;
  }

  std::vector<std::string> seen;
  std::string failing;
  std::vector<int> codes;
  static inline DiskCalls* watching = nullptr;
};

using Calls = std::vector<std::string>;
const Calls kWhole{"sync file", "rename", "sync folder"};

}  // namespace

// The program's own, which the library then calls.
extern "C" int fsync(int file) {
  struct stat info {};
  const bool folder = fstat(file, &info) == 0 && S_ISDIR(info.st_mode);
  if (!DiskCalls::go_on(folder ? "sync folder" : "sync file")) return -1;
  return static_cast<int>(syscall(SYS_fsync, file));
}

extern "C" int rename(const char* from, const char* to) noexcept {
  return DiskCalls::go_on("rename") ? renameat(AT_FDCWD, from, AT_FDCWD, to) : -1;
}

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

TEST_CASE("A file is brought to disk before it takes its name, and the name after it", "[io]") {
  const TempFolder folder;
  const std::string path = folder.path("a");
  for (const std::string& call : kWhole) {
    INFO("interrupted: " << call);
    DiskCalls calls;
    if (call != "rename") {  // which no signal interrupts
      calls.failing = call;
      calls.codes = {EINTR};
    }
    write_file(path, bytes_of(call));
    Calls wanted = kWhole;
    if (call != "rename") wanted.insert(std::find(wanted.begin(), wanted.end(), call), call);
    CHECK(calls.seen == wanted);
    CHECK(file_text(path) == call);
  }
  DiskCalls calls;  // file systems that cannot
  calls.failing = "sync folder";
  for (const int code : {EINVAL, ENOTSUP, EROFS}) {
    calls.codes = {code};
    write_file(path, bytes_of("new"));
  }
  CHECK(file_text(path) == "new");
}

TEST_CASE("A disk that fails is an error, and the old file stays until the new one is there",
          "[io]") {
  const TempFolder folder;
  const std::string path = folder.path("a");
  const auto refused = [&](const std::string& call, const char* message) {
    INFO(call);
    put_text(path, "old");
    DiskCalls calls;
    calls.failing = call;
    calls.codes = {EIO};
    CHECK(error_of([&] {
            write_file(path, bytes_of("new"));
            return 0;
          }).is(ErrorCode::io, path + ": " + message + ": Input/output error"));
    CHECK(calls.seen.back() == call);
    CHECK(folder.count() == 1);
    return file_text(path);
  };
  CHECK(refused("sync file", "cannot bring to disk") == "old");
  CHECK(refused("rename", "cannot replace") == "old");
  CHECK(refused("sync folder", "written, but cannot sync its folder") == "new");
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
