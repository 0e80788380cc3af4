#pragma once

#include "oboro/audit/v1/audit.grpc.pb.h"
#include "oboro/operation/v1/operation.grpc.pb.h"
#include "oboro/tenancy/v1/tenancy.grpc.pb.h"
#include "services/platform/rpc/adapter.h"
#include "services/tenancy/audit_handlers.h"
#include "services/tenancy/member_handlers.h"
#include "services/tenancy/operation_handlers.h"
#include "services/tenancy/policy_handlers.h"
#include "services/tenancy/tenant_handlers.h"

// The gRPC surface: every method passes through the adapter into its handler, and nothing else
// happens here.
namespace oboro::tenancy {

class TenantServiceImpl final : public v1::TenantService::Service {
 public:
  TenantServiceImpl(platform::Adapter* adapter, const Deps& deps);
  grpc::Status CreateTenant(grpc::ServerContext* context, const v1::CreateTenantRequest* request,
                            v1::CreateTenantResponse* response) override;
  grpc::Status GetTenant(grpc::ServerContext* context, const v1::GetTenantRequest* request,
                         v1::GetTenantResponse* response) override;
  grpc::Status ListTenants(grpc::ServerContext* context, const v1::ListTenantsRequest* request,
                           v1::ListTenantsResponse* response) override;
  grpc::Status SuspendTenant(grpc::ServerContext* context, const v1::SuspendTenantRequest* request,
                             v1::SuspendTenantResponse* response) override;
  grpc::Status ResumeTenant(grpc::ServerContext* context, const v1::ResumeTenantRequest* request,
                            v1::ResumeTenantResponse* response) override;
  grpc::Status SealTenant(grpc::ServerContext* context, const v1::SealTenantRequest* request,
                          v1::SealTenantResponse* response) override;
  grpc::Status ShredTenant(grpc::ServerContext* context, const v1::ShredTenantRequest* request,
                           v1::ShredTenantResponse* response) override;
  grpc::Status SetQuota(grpc::ServerContext* context, const v1::SetQuotaRequest* request,
                        v1::SetQuotaResponse* response) override;
  grpc::Status GetUsage(grpc::ServerContext* context, const v1::GetUsageRequest* request,
                        v1::GetUsageResponse* response) override;
  grpc::Status ListUsage(grpc::ServerContext* context, const v1::ListUsageRequest* request,
                         v1::ListUsageResponse* response) override;

 private:
  platform::Adapter* const adapter_;
  CreateTenantHandler create_;
  GetTenantHandler get_;
  ListTenantsHandler list_;
  ChangeStateHandler suspend_;
  ChangeStateHandler resume_;
  ChangeStateHandler seal_;
  ShredTenantHandler shred_;
  SetQuotaHandler set_quota_;
  GetUsageHandler get_usage_;
  ListUsageHandler list_usage_;
};

class DepartmentServiceImpl final : public v1::DepartmentService::Service {
 public:
  DepartmentServiceImpl(platform::Adapter* adapter, const Deps& deps);
  grpc::Status CreateDepartment(grpc::ServerContext* context,
                                const v1::CreateDepartmentRequest* request,
                                v1::CreateDepartmentResponse* response) override;
  grpc::Status ListDepartments(grpc::ServerContext* context,
                               const v1::ListDepartmentsRequest* request,
                               v1::ListDepartmentsResponse* response) override;
  grpc::Status UpdateDepartment(grpc::ServerContext* context,
                                const v1::UpdateDepartmentRequest* request,
                                v1::UpdateDepartmentResponse* response) override;
  grpc::Status DeleteDepartment(grpc::ServerContext* context,
                                const v1::DeleteDepartmentRequest* request,
                                v1::DeleteDepartmentResponse* response) override;

 private:
  platform::Adapter* const adapter_;
  CreateDepartmentHandler create_;
  ListDepartmentsHandler list_;
  UpdateDepartmentHandler update_;
  DeleteDepartmentHandler delete_;
};

class MemberServiceImpl final : public v1::MemberService::Service {
 public:
  MemberServiceImpl(platform::Adapter* adapter, const Deps& deps);
  grpc::Status AddMember(grpc::ServerContext* context, const v1::AddMemberRequest* request,
                         v1::AddMemberResponse* response) override;
  grpc::Status ListMembers(grpc::ServerContext* context, const v1::ListMembersRequest* request,
                           v1::ListMembersResponse* response) override;
  grpc::Status RemoveMember(grpc::ServerContext* context, const v1::RemoveMemberRequest* request,
                            v1::RemoveMemberResponse* response) override;
  grpc::Status GetSelf(grpc::ServerContext* context, const v1::GetSelfRequest* request,
                       v1::GetSelfResponse* response) override;

 private:
  platform::Adapter* const adapter_;
  AddMemberHandler add_;
  ListMembersHandler list_;
  RemoveMemberHandler remove_;
  GetSelfHandler get_self_;
};

class PolicyServiceImpl final : public v1::PolicyService::Service {
 public:
  PolicyServiceImpl(platform::Adapter* adapter, const Deps& deps);
  grpc::Status CreatePolicy(grpc::ServerContext* context, const v1::CreatePolicyRequest* request,
                            v1::CreatePolicyResponse* response) override;
  grpc::Status GetPolicy(grpc::ServerContext* context, const v1::GetPolicyRequest* request,
                         v1::GetPolicyResponse* response) override;
  grpc::Status ListPolicies(grpc::ServerContext* context, const v1::ListPoliciesRequest* request,
                            v1::ListPoliciesResponse* response) override;
  grpc::Status ListPolicyVersions(grpc::ServerContext* context,
                                  const v1::ListPolicyVersionsRequest* request,
                                  v1::ListPolicyVersionsResponse* response) override;

 private:
  platform::Adapter* const adapter_;
  CreatePolicyHandler create_;
  GetPolicyHandler get_;
  ListPoliciesHandler list_;
  ListPolicyVersionsHandler list_versions_;
};

class KeyServiceImpl final : public v1::KeyService::Service {
 public:
  KeyServiceImpl(platform::Adapter* adapter, const Deps& deps);
  grpc::Status RotateKeys(grpc::ServerContext* context, const v1::RotateKeysRequest* request,
                          v1::RotateKeysResponse* response) override;
  grpc::Status ListKeys(grpc::ServerContext* context, const v1::ListKeysRequest* request,
                        v1::ListKeysResponse* response) override;

 private:
  platform::Adapter* const adapter_;
  RotateKeysHandler rotate_;
  ListKeysHandler list_;
};

class OperationServiceImpl final : public operation::v1::OperationService::Service {
 public:
  OperationServiceImpl(platform::Adapter* adapter, const Deps& deps, absl::Duration interval);
  grpc::Status GetOperation(grpc::ServerContext* context,
                            const operation::v1::GetOperationRequest* request,
                            operation::v1::GetOperationResponse* response) override;
  grpc::Status ListOperations(grpc::ServerContext* context,
                              const operation::v1::ListOperationsRequest* request,
                              operation::v1::ListOperationsResponse* response) override;
  grpc::Status CancelOperation(grpc::ServerContext* context,
                               const operation::v1::CancelOperationRequest* request,
                               operation::v1::CancelOperationResponse* response) override;
  grpc::Status WatchOperation(
      grpc::ServerContext* context, const operation::v1::WatchOperationRequest* request,
      grpc::ServerWriter<operation::v1::WatchOperationResponse>* writer) override;
  void Drain() { watch_.Drain(); }

 private:
  platform::Adapter* const adapter_;
  GetOperationHandler get_;
  ListOperationsHandler list_;
  CancelOperationHandler cancel_;
  WatchOperationHandler watch_;
};

class AuditServiceImpl final : public audit::v1::AuditService::Service {
 public:
  AuditServiceImpl(platform::Adapter* adapter, const Deps& deps);
  grpc::Status ListEvents(grpc::ServerContext* context, const audit::v1::ListEventsRequest* request,
                          audit::v1::ListEventsResponse* response) override;
  grpc::Status VerifyEvents(grpc::ServerContext* context,
                            const audit::v1::VerifyEventsRequest* request,
                            audit::v1::VerifyEventsResponse* response) override;
  grpc::Status ExportHead(grpc::ServerContext* context, const audit::v1::ExportHeadRequest* request,
                          audit::v1::ExportHeadResponse* response) override;
  grpc::Status ListDatasetUses(grpc::ServerContext* context,
                               const audit::v1::ListDatasetUsesRequest* request,
                               audit::v1::ListDatasetUsesResponse* response) override;

 private:
  platform::Adapter* const adapter_;
  ListEventsHandler list_;
  VerifyEventsHandler verify_;
  ExportHeadHandler export_head_;
  ListDatasetUsesHandler list_uses_;
};

}  // namespace oboro::tenancy
