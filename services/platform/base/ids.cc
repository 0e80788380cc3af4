#include "services/platform/base/ids.h"

#include <openssl/rand.h>

#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status.h"

namespace oboro::platform {
namespace {

constexpr char kAlphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
constexpr size_t kIdLength = 26;
constexpr size_t kMaxIdLength = 63;

absl::Status InvalidName(absl::string_view pattern) {
  return ReasonedError(
      absl::StatusCode::kInvalidArgument,
      {"INVALID_NAME",
       absl::StrCat("The name must look like ", pattern, ", each * an id [a-z][a-z0-9-]{0,62}."),
       absl::StrCat("名前は ", pattern, " の形で指定してください（* は [a-z][a-z0-9-]{0,62}）。"),
       {{"pattern", std::string(pattern)}}});
}

}  // namespace

std::string NewId() {
  std::array<unsigned char, kIdLength> random;
  // Ids must not be guessable; without randomness nothing here is safe.
  OBORO_CHECK(RAND_bytes(random.data(), random.size()) == 1);
  std::string id;
  for (const unsigned char byte : random) id.push_back(kAlphabet[byte % 32]);
  id[0] = kAlphabet[random[0] % 26];
  return id;
}

bool IsId(absl::string_view id) {
  if (id.empty() || id.size() > kMaxIdLength || id[0] < 'a' || id[0] > 'z') return false;
  for (const char c : id) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    if (!allowed) return false;
  }
  return true;
}

absl::StatusOr<std::vector<std::string>> ParseName(absl::string_view name,
                                                   absl::string_view pattern) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  const std::vector<absl::string_view> wanted = absl::StrSplit(pattern, '/');
  if (parts.size() != wanted.size()) return InvalidName(pattern);
  std::vector<std::string> ids;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (wanted[i] == "*") {
      if (!IsId(parts[i])) return InvalidName(pattern);
      ids.emplace_back(parts[i]);
    } else if (parts[i] != wanted[i]) {
      return InvalidName(pattern);
    }
  }
  return ids;
}

std::string DatasetOf(absl::string_view snapshot) {
  if (!ParseName(snapshot, "tenants/*/datasets/*/snapshots/*").ok()) return "";
  return std::string(snapshot.substr(0, snapshot.rfind("/snapshots/")));
}

}  // namespace oboro::platform
