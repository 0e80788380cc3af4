#pragma once

#include "absl/status/statusor.h"
#include "oboro/tenancy/v1/tenancy.pb.h"
#include "services/platform/rpc/call_context.h"
#include "services/tenancy/deps.h"

namespace oboro::tenancy {

// One class for each RPC of DepartmentService and MemberService.

class CreateDepartmentHandler {
 public:
  explicit CreateDepartmentHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::CreateDepartmentResponse> operator()(
      const platform::CallContext& call, const v1::CreateDepartmentRequest& request);

 private:
  const Deps deps_;
};

class ListDepartmentsHandler {
 public:
  explicit ListDepartmentsHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListDepartmentsResponse> operator()(const platform::CallContext& call,
                                                         const v1::ListDepartmentsRequest& request);

 private:
  const Deps deps_;
};

class AddMemberHandler {
 public:
  explicit AddMemberHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::AddMemberResponse> operator()(const platform::CallContext& call,
                                                   const v1::AddMemberRequest& request);

 private:
  const Deps deps_;
};

class ListMembersHandler {
 public:
  explicit ListMembersHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::ListMembersResponse> operator()(const platform::CallContext& call,
                                                     const v1::ListMembersRequest& request);

 private:
  const Deps deps_;
};

class RemoveMemberHandler {
 public:
  explicit RemoveMemberHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::RemoveMemberResponse> operator()(const platform::CallContext& call,
                                                      const v1::RemoveMemberRequest& request);

 private:
  const Deps deps_;
};

class GetSelfHandler {
 public:
  explicit GetSelfHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::GetSelfResponse> operator()(const platform::CallContext& call,
                                                 const v1::GetSelfRequest& request);

 private:
  const Deps deps_;
};

class UpdateDepartmentHandler {
 public:
  explicit UpdateDepartmentHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::UpdateDepartmentResponse> operator()(
      const platform::CallContext& call, const v1::UpdateDepartmentRequest& request);

 private:
  const Deps deps_;
};

class DeleteDepartmentHandler {
 public:
  explicit DeleteDepartmentHandler(const Deps& deps) : deps_(deps) {}
  absl::StatusOr<v1::DeleteDepartmentResponse> operator()(
      const platform::CallContext& call, const v1::DeleteDepartmentRequest& request);

 private:
  const Deps deps_;
};

}  // namespace oboro::tenancy
