#include "services/cli/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"

namespace oboro::cli {

absl::Status InvalidInput(absl::string_view message, absl::string_view message_ja) {
  return platform::ReasonedError(
      absl::StatusCode::kInvalidArgument,
      {"INVALID_INPUT", std::string(message), std::string(message_ja), {}});
}

namespace {

absl::Status CannotRead(const std::string& path) {
  return InvalidInput(
      absl::StrCat("Cannot read ", path, ": ", std::strerror(errno), ". Check the path."),
      absl::StrCat(path, " を読めません。パスを確かめてください。"));
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream contents;
  if (!in || !(contents << in.rdbuf())) return CannotRead(path);
  return contents.str();
}

absl::StatusOr<std::string> ReadHead(const std::string& path, size_t bytes) {
  std::ifstream in(path, std::ios::binary);
  std::string head(bytes, '\0');
  if (!in) return CannotRead(path);
  in.read(head.data(), static_cast<std::streamsize>(bytes));
  if (in.bad()) return CannotRead(path);
  head.resize(static_cast<size_t>(in.gcount()));
  return head;
}

absl::Status WriteFile(const std::string& path, absl::string_view contents, int mode) {
  const std::string temporary = absl::StrCat(path, ".new");
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  bool ok = fd >= 0;
  for (size_t at = 0; ok && at < contents.size();) {
    const ssize_t n = write(fd, contents.data() + at, contents.size() - at);
    ok = n > 0;
    if (ok) at += static_cast<size_t>(n);
  }
  if (fd >= 0) ok = close(fd) == 0 && ok;
  if (ok) ok = std::rename(temporary.c_str(), path.c_str()) == 0;
  if (ok) return absl::OkStatus();
  const std::string error = std::strerror(errno);
  unlink(temporary.c_str());
  return InvalidInput(absl::StrCat("Cannot write ", path, ": ", error, ". Choose another place."),
                      absl::StrCat(path, " に書き込めません。別の場所を指定してください。"));
}

}  // namespace oboro::cli
