#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/abstraction/recipe/recipe.h"

namespace oboro::abstraction {

/// A keyed pseudonym of 128 bits.
using LinkNumber = std::array<uint8_t, 16>;

/// Makes link numbers: the first 16 bytes of
///     HMAC-SHA256(key, "oboro.link.v1" || 00 || kind || 00 || value)
/// with kind "person" or "household" and the value in UTF-8 without blanks around it. The same
/// value gives the same number under one tenant's key and an unrelated one under any other; without
/// the key neither can be told from the value. About half a microsecond each.
class LinkNumberer {
 public:
  /// `key` is the tenant's pseudonym key of 32 bytes; only OpenSSL's context keeps it, and wipes
  /// it. InvalidArgument for another size.
  static absl::StatusOr<std::unique_ptr<LinkNumberer>> Create(std::span<const uint8_t> key);
  ~LinkNumberer();

  LinkNumberer(const LinkNumberer&) = delete;
  LinkNumberer& operator=(const LinkNumberer&) = delete;

  LinkNumber Make(LinkKind kind, std::string_view value);

 private:
  struct Contexts;
  explicit LinkNumberer(std::unique_ptr<Contexts> contexts);

  std::unique_ptr<Contexts> contexts_;
};

/// 32 lower-case hexadecimal digits.
std::string FormatLinkNumber(const LinkNumber& number);

}  // namespace oboro::abstraction
