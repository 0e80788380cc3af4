#include "services/tenancy/services.h"

#include <utility>

#include "services/platform/rpc/handler.h"

namespace oboro::tenancy {

using platform::CallContext;
using platform::HandleUnary;
using platform::LifeVerb;

namespace {

template <typename Response>
absl::StatusOr<Response> WithTenant(absl::StatusOr<v1::Tenant> tenant) {
  if (!tenant.ok()) return tenant.status();
  Response response;
  *response.mutable_tenant() = *std::move(tenant);
  return response;
}

}  // namespace

TenantServiceImpl::TenantServiceImpl(platform::Adapter* adapter, const Deps& deps)
    : adapter_(adapter),
      create_(deps),
      get_(deps),
      list_(deps),
      suspend_(deps, LifeVerb::kSuspend, "SUSPEND_TENANT"),
      resume_(deps, LifeVerb::kResume, "RESUME_TENANT"),
      seal_(deps, LifeVerb::kSeal, "SEAL_TENANT"),
      shred_(deps),
      set_quota_(deps),
      get_usage_(deps),
      list_usage_(deps) {}

grpc::Status TenantServiceImpl::CreateTenant(grpc::ServerContext* context,
                                             const v1::CreateTenantRequest* request,
                                             v1::CreateTenantResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, create_);
}

grpc::Status TenantServiceImpl::GetTenant(grpc::ServerContext* context,
                                          const v1::GetTenantRequest* request,
                                          v1::GetTenantResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, get_);
}

grpc::Status TenantServiceImpl::ListTenants(grpc::ServerContext* context,
                                            const v1::ListTenantsRequest* request,
                                            v1::ListTenantsResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, list_);
}

grpc::Status TenantServiceImpl::SuspendTenant(grpc::ServerContext* context,
                                              const v1::SuspendTenantRequest* request,
                                              v1::SuspendTenantResponse* response) {
  return HandleUnary(*adapter_, context, *request, response,
                     [&](const CallContext& call, const auto&) {
                       return WithTenant<v1::SuspendTenantResponse>(suspend_(call));
                     });
}

grpc::Status TenantServiceImpl::ResumeTenant(grpc::ServerContext* context,
                                             const v1::ResumeTenantRequest* request,
                                             v1::ResumeTenantResponse* response) {
  return HandleUnary(*adapter_, context, *request, response,
                     [&](const CallContext& call, const auto&) {
                       return WithTenant<v1::ResumeTenantResponse>(resume_(call));
                     });
}

grpc::Status TenantServiceImpl::SealTenant(grpc::ServerContext* context,
                                           const v1::SealTenantRequest* request,
                                           v1::SealTenantResponse* response) {
  return HandleUnary(*adapter_, context, *request, response,
                     [&](const CallContext& call, const auto&) {
                       return WithTenant<v1::SealTenantResponse>(seal_(call));
                     });
}

grpc::Status TenantServiceImpl::ShredTenant(grpc::ServerContext* context,
                                            const v1::ShredTenantRequest* request,
                                            v1::ShredTenantResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, shred_);
}

grpc::Status TenantServiceImpl::SetQuota(grpc::ServerContext* context,
                                         const v1::SetQuotaRequest* request,
                                         v1::SetQuotaResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, set_quota_);
}

grpc::Status TenantServiceImpl::GetUsage(grpc::ServerContext* context,
                                         const v1::GetUsageRequest* request,
                                         v1::GetUsageResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, get_usage_);
}

grpc::Status TenantServiceImpl::ListUsage(grpc::ServerContext* context,
                                          const v1::ListUsageRequest* request,
                                          v1::ListUsageResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, list_usage_);
}

DepartmentServiceImpl::DepartmentServiceImpl(platform::Adapter* adapter, const Deps& deps)
    : adapter_(adapter), create_(deps), list_(deps), update_(deps), delete_(deps) {}

grpc::Status DepartmentServiceImpl::CreateDepartment(grpc::ServerContext* context,
                                                     const v1::CreateDepartmentRequest* request,
                                                     v1::CreateDepartmentResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, create_);
}

grpc::Status DepartmentServiceImpl::ListDepartments(grpc::ServerContext* context,
                                                    const v1::ListDepartmentsRequest* request,
                                                    v1::ListDepartmentsResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, list_);
}

grpc::Status DepartmentServiceImpl::UpdateDepartment(grpc::ServerContext* context,
                                                     const v1::UpdateDepartmentRequest* request,
                                                     v1::UpdateDepartmentResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, update_);
}

grpc::Status DepartmentServiceImpl::DeleteDepartment(grpc::ServerContext* context,
                                                     const v1::DeleteDepartmentRequest* request,
                                                     v1::DeleteDepartmentResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, delete_);
}

MemberServiceImpl::MemberServiceImpl(platform::Adapter* adapter, const Deps& deps)
    : adapter_(adapter), add_(deps), list_(deps), remove_(deps), get_self_(deps) {}

grpc::Status MemberServiceImpl::AddMember(grpc::ServerContext* context,
                                          const v1::AddMemberRequest* request,
                                          v1::AddMemberResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, add_);
}

grpc::Status MemberServiceImpl::ListMembers(grpc::ServerContext* context,
                                            const v1::ListMembersRequest* request,
                                            v1::ListMembersResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, list_);
}

grpc::Status MemberServiceImpl::RemoveMember(grpc::ServerContext* context,
                                             const v1::RemoveMemberRequest* request,
                                             v1::RemoveMemberResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, remove_);
}

grpc::Status MemberServiceImpl::GetSelf(grpc::ServerContext* context,
                                        const v1::GetSelfRequest* request,
                                        v1::GetSelfResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, get_self_);
}

PolicyServiceImpl::PolicyServiceImpl(platform::Adapter* adapter, const Deps& deps)
    : adapter_(adapter), create_(deps), get_(deps), list_(deps), list_versions_(deps) {}

grpc::Status PolicyServiceImpl::CreatePolicy(grpc::ServerContext* context,
                                             const v1::CreatePolicyRequest* request,
                                             v1::CreatePolicyResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, create_);
}

grpc::Status PolicyServiceImpl::GetPolicy(grpc::ServerContext* context,
                                          const v1::GetPolicyRequest* request,
                                          v1::GetPolicyResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, get_);
}

grpc::Status PolicyServiceImpl::ListPolicies(grpc::ServerContext* context,
                                             const v1::ListPoliciesRequest* request,
                                             v1::ListPoliciesResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, list_);
}

grpc::Status PolicyServiceImpl::ListPolicyVersions(grpc::ServerContext* context,
                                                   const v1::ListPolicyVersionsRequest* request,
                                                   v1::ListPolicyVersionsResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, list_versions_);
}

KeyServiceImpl::KeyServiceImpl(platform::Adapter* adapter, const Deps& deps)
    : adapter_(adapter), rotate_(deps), list_(deps) {}

grpc::Status KeyServiceImpl::RotateKeys(grpc::ServerContext* context,
                                        const v1::RotateKeysRequest* request,
                                        v1::RotateKeysResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, rotate_);
}

grpc::Status KeyServiceImpl::ListKeys(grpc::ServerContext* context,
                                      const v1::ListKeysRequest* request,
                                      v1::ListKeysResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, list_);
}

OperationServiceImpl::OperationServiceImpl(platform::Adapter* adapter, const Deps& deps,
                                           absl::Duration interval)
    : adapter_(adapter), get_(deps), list_(deps), cancel_(deps), watch_(deps, interval) {}

grpc::Status OperationServiceImpl::GetOperation(grpc::ServerContext* context,
                                                const operation::v1::GetOperationRequest* request,
                                                operation::v1::GetOperationResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, get_);
}

grpc::Status OperationServiceImpl::ListOperations(
    grpc::ServerContext* context, const operation::v1::ListOperationsRequest* request,
    operation::v1::ListOperationsResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, list_);
}

grpc::Status OperationServiceImpl::CancelOperation(
    grpc::ServerContext* context, const operation::v1::CancelOperationRequest* request,
    operation::v1::CancelOperationResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, cancel_);
}

grpc::Status OperationServiceImpl::WatchOperation(
    grpc::ServerContext* context, const operation::v1::WatchOperationRequest* request,
    grpc::ServerWriter<operation::v1::WatchOperationResponse>* writer) {
  return platform::HandleServerStream(*adapter_, context, *request, writer, watch_);
}

AuditServiceImpl::AuditServiceImpl(platform::Adapter* adapter, const Deps& deps)
    : adapter_(adapter), list_(deps), verify_(deps), export_head_(deps), list_uses_(deps) {}

grpc::Status AuditServiceImpl::ListEvents(grpc::ServerContext* context,
                                          const audit::v1::ListEventsRequest* request,
                                          audit::v1::ListEventsResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, list_);
}

grpc::Status AuditServiceImpl::VerifyEvents(grpc::ServerContext* context,
                                            const audit::v1::VerifyEventsRequest* request,
                                            audit::v1::VerifyEventsResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, verify_);
}

grpc::Status AuditServiceImpl::ExportHead(grpc::ServerContext* context,
                                          const audit::v1::ExportHeadRequest* request,
                                          audit::v1::ExportHeadResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, export_head_);
}

grpc::Status AuditServiceImpl::ListDatasetUses(grpc::ServerContext* context,
                                               const audit::v1::ListDatasetUsesRequest* request,
                                               audit::v1::ListDatasetUsesResponse* response) {
  return HandleUnary(*adapter_, context, *request, response, list_uses_);
}

}  // namespace oboro::tenancy
