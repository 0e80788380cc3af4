#pragma once

#include <cstdint>
#include <string>
#include <utility>

namespace oboro::platform {

// Where a tenant is in its life; the gate table (identity/tenant_gate.h) says what each allows.
enum class TenantState { kActive, kSuspended, kSealed, kShredded };

// The right to act for one tenant. Only the handler adapter (rpc/) and the job worker (jobs/) make
// one, after membership and state were checked; database, keys, objects and audit take it first, so
// that no code can reach a tenant that was not resolved. Move-only: it is never stored aside.
class TenantContext {
 public:
  TenantContext(TenantContext&&) = default;
  TenantContext& operator=(TenantContext&&) = default;
  TenantContext(const TenantContext&) = delete;
  TenantContext& operator=(const TenantContext&) = delete;

  const std::string& id() const { return id_; }
  const std::string& municipality_code() const { return municipality_code_; }
  int64_t population() const { return population_; }
  TenantState state() const { return state_; }
  // "tenants/{id}"
  std::string name() const { return "tenants/" + id_; }

  // Call sites outside identity/, jobs/ and tests are a fault: a test greps for them.
  static TenantContext MakeResolved(std::string id, std::string municipality_code,
                                    int64_t population, TenantState state) {
    return TenantContext(std::move(id), std::move(municipality_code), population, state);
  }

 private:
  TenantContext(std::string id, std::string code, int64_t population, TenantState state)
      : id_(std::move(id)),
        municipality_code_(std::move(code)),
        population_(population),
        state_(state) {}

  std::string id_;
  std::string municipality_code_;
  int64_t population_;
  TenantState state_;
};

}  // namespace oboro::platform
