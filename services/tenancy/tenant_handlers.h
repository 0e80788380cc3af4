#pragma once

#include "absl/status/statusor.h"
#include "oboro/tenancy/v1/tenancy.pb.h"
#include "services/platform/identity/tenant_gate.h"
#include "services/platform/rpc/call_context.h"
#include "services/tenancy/deps.h"

namespace oboro::tenancy {

// One class for each RPC of TenantService. Who may call was decided before (rpc/adapter.h).

class CreateTenantHandler {
 public:
  explicit CreateTenantHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::CreateTenantResponse> operator()(const platform::CallContext& call,
                                                      const v1::CreateTenantRequest& request);

 private:
  absl::Status InsertTenant(const platform::TenantContext& tenant,
                            const platform::CallContext& call,
                            const v1::CreateTenantRequest& request);
  const Deps deps_;
};

class GetTenantHandler {
 public:
  explicit GetTenantHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::GetTenantResponse> operator()(const platform::CallContext& call,
                                                   const v1::GetTenantRequest& request);

 private:
  const Deps deps_;
};

class ListTenantsHandler {
 public:
  explicit ListTenantsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListTenantsResponse> operator()(const platform::CallContext& call,
                                                     const v1::ListTenantsRequest& request);

 private:
  const Deps deps_;
};

// Suspend, Resume and Seal: one row, one event.
class ChangeStateHandler {
 public:
  ChangeStateHandler(const Deps& deps, platform::LifeVerb verb, const char* action)
      : deps_(deps), verb_(verb), action_(action) {}
  absl::StatusOr<v1::Tenant> operator()(const platform::CallContext& call);

 private:
  const Deps deps_;
  const platform::LifeVerb verb_;
  const char* const action_;
};

class ShredTenantHandler {
 public:
  explicit ShredTenantHandler(const Deps& deps)
      : deps_(deps), close_(deps, platform::LifeVerb::kShred, "BEGIN_SHRED_TENANT") {}
  absl::StatusOr<v1::ShredTenantResponse> operator()(const platform::CallContext& call,
                                                     const v1::ShredTenantRequest& request);

 private:
  const Deps deps_;
  ChangeStateHandler close_;
};

class SetQuotaHandler {
 public:
  explicit SetQuotaHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::SetQuotaResponse> operator()(const platform::CallContext& call,
                                                  const v1::SetQuotaRequest& request);

 private:
  const Deps deps_;
};

class GetUsageHandler {
 public:
  explicit GetUsageHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::GetUsageResponse> operator()(const platform::CallContext& call,
                                                  const v1::GetUsageRequest& request);

 private:
  const Deps deps_;
};

class ListUsageHandler {
 public:
  explicit ListUsageHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListUsageResponse> operator()(const platform::CallContext& call,
                                                   const v1::ListUsageRequest& request);

 private:
  const Deps deps_;
};

}  // namespace oboro::tenancy
