#include "services/sdc/records/byte_source.h"

#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace oboro::sdc {

absl::StatusOr<size_t> FdSource::Read(std::span<char> buffer) {
  if (buffer.empty()) return 0;
  for (;;) {
    const ssize_t n = ::read(fd_, buffer.data(), buffer.size());
    if (n >= 0) return static_cast<size_t>(n);
    if (errno != EINTR) {
      return absl::DataLossError(absl::StrCat("reading failed: ", std::strerror(errno)));
    }
  }
}

}  // namespace oboro::sdc
