#pragma once

#include <cstdint>
#include <string>

namespace oboro::platform {

// Roles as bits; a member may hold several. The words of design.md 1.
enum class Role : uint32_t {
  kOperator = 1u << 0,        // 運営
  kAdministrator = 1u << 1,   // 管理者
  kSteward = 1u << 2,         // 保有課
  kAnalyst = 1u << 3,         // 分析
  kPrivacyOfficer = 1u << 4,  // 個人情報保護
  kAuditor = 1u << 5,         // 監査
};
using RoleSet = uint32_t;
constexpr RoleSet operator|(Role a, Role b) {
  return static_cast<RoleSet>(a) | static_cast<RoleSet>(b);
}
constexpr RoleSet operator|(RoleSet a, Role b) { return a | static_cast<RoleSet>(b); }
constexpr bool Has(RoleSet set, Role role) { return (set & static_cast<RoleSet>(role)) != 0; }

// Who calls, proven on this very call: a person by his token, or a service by its certificate.
struct Caller {
  enum class Kind { kUser, kService };
  Kind kind = Kind::kUser;
  std::string issuer;   // Users only.
  std::string subject;  // Token subject, or the service's name.

  // user:{issuer}#{subject} or service:{name}: what audit events and jobs store.
  std::string actor() const {
    return kind == Kind::kService ? "service:" + subject : "user:" + issuer + "#" + subject;
  }
};

}  // namespace oboro::platform
