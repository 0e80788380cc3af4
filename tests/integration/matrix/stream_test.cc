// Upload streams that fall silent, over the wire.
#include <gtest/gtest.h>

#include <list>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "oboro/tenancy/v1/tenancy.grpc.pb.h"
#include "oboro/upload/v1/upload.grpc.pb.h"
#include "services/platform/base/crc32c.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/rpc/errors.h"
#include "services/tenancy/module.h"
#include "services/upload/module.h"
#include "tests/integration/matrix/harness.h"

namespace oboro::testing {
namespace {

namespace uv = upload::v1;
using Snapshots = uv::SnapshotService::Stub;

constexpr char kSchema[] = R"(dataset: people
title: {ja: 人, en: people}
encoding: utf-8
error_limit: 0
columns:
  - {name: 番号, type: digits, required: true}
)";

class StreamTest : public ::testing::Test {
 protected:
  void SetUp() override {
    harness_.AddOperator("operator");
    tenancy::v1::CreateTenantRequest tenant;
    tenant.set_municipality_code("082201");
    tenant.set_display_name("つくば市");
    tenant.set_population(250000);
    tenant.mutable_administrator()->set_issuer(TokenIssuer::kIssuer);
    tenant.mutable_administrator()->set_subject("admin");
    tenant.mutable_quota()->set_bytes(1 << 30);
    tenant.mutable_quota()->set_rows(1000000);
    tenant.mutable_quota()->set_concurrent_jobs(2);
    const auto made = As<tenancy::v1::TenantService::Stub>(
        "operator", &tenancy::v1::TenantService::Stub::CreateTenant, tenant);
    ASSERT_OK(made);
    tenant_ = made->tenant().name();
    harness_.AddMember(tenant_.substr(sizeof("tenants/") - 1), "steward", "STEWARD");
    tenancy::v1::CreateDepartmentRequest department;
    department.set_parent(tenant_);
    department.set_department_id("shimin");
    department.set_display_name("市民課");
    ASSERT_OK(As<tenancy::v1::DepartmentService::Stub>(
        "admin", &tenancy::v1::DepartmentService::Stub::CreateDepartment, department));
    uv::CreateDatasetRequest dataset;
    dataset.set_parent(tenant_);
    dataset.set_dataset_id("people");
    dataset.set_display_name("人");
    dataset.set_department(tenant_ + "/departments/shimin");
    dataset.set_schema(kSchema);
    ASSERT_OK(
        As<uv::DatasetService::Stub>("steward", &uv::DatasetService::Stub::CreateDataset, dataset));
  }

  void Prepare(grpc::ClientContext& context, const std::string& subject, std::chrono::hours hours) {
    context.set_deadline(std::chrono::system_clock::now() + hours);
    context.AddMetadata("authorization",
                        "Bearer " + harness_.issuer().Token(subject, harness_.clock().Now()));
  }

  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> As(const std::string& subject,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request) {
    grpc::ClientContext context;
    Prepare(context, subject, std::chrono::hours(1));
    Stub stub(channel_);
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return platform::FromGrpc(status);
    return response;
  }

  std::string NewSnapshot(int number) {
    uv::CreateSnapshotRequest request;
    request.set_parent(tenant_ + "/datasets/people");
    request.set_reference_date("2025-04-01");
    request.set_request_id(absl::StrCat("r", number));
    const auto made = As<Snapshots>("steward", &Snapshots::CreateSnapshot, request);
    EXPECT_OK(made);
    return made.ok() ? made->snapshot().name() : "";
  }

  absl::Status Look(const std::string& snapshot) {
    uv::GetSnapshotRequest request;
    request.set_name(snapshot);
    return As<Snapshots>("steward", &Snapshots::GetSnapshot, request).status();
  }

  Harness harness_{{{"tenancy", tenancy::MakeTenancyModule}, {"upload", upload::MakeUploadModule}},
                   /*stream_idle_seconds=*/1};
  const std::shared_ptr<grpc::Channel> channel_ = harness_.Channel();
  std::string tenant_;
};

// Each of a tenant's 32 places is taken by an upload with a day until its deadline that sent one
// piece and then nothing: the service ends them, keeps the piece, and serves the tenant again.
TEST_F(StreamTest, SilentUploadsDoNotHoldTheirTenantsPlaces) {
  struct Silent {
    std::string snapshot;
    grpc::ClientContext context;
    uv::AppendSnapshotResponse response;
    std::unique_ptr<grpc::ClientWriter<uv::AppendSnapshotRequest>> writer;
  };
  Snapshots stub(channel_);
  std::list<Silent> streams;
  for (int i = 0; i < 32; ++i) streams.emplace_back().snapshot = NewSnapshot(i);
  harness_.TakeAdmitted();
  for (Silent& silent : streams) {
    Prepare(silent.context, "steward", std::chrono::hours(24));
    silent.writer = stub.AppendSnapshot(&silent.context, &silent.response);
    uv::AppendSnapshotRequest piece;
    piece.set_name(silent.snapshot);
    piece.set_data("番号\n1\n");
    piece.set_crc32c(platform::Crc32c(piece.data()));
    ASSERT_TRUE(silent.writer->Write(piece));
  }
  // Not closed by the client: only the service can end them.
  for (Silent& silent : streams) EXPECT_FALSE(silent.writer->Finish().ok());
  EXPECT_EQ(harness_.TakeAdmitted().size(), 32u);
  const absl::Time end = absl::Now() + absl::Seconds(30);
  absl::Status status;
  do {
    status = Look(streams.front().snapshot);
  } while (!status.ok() && absl::Now() < end);
  EXPECT_OK(status);
  for (Silent& silent : streams) {
    uv::GetSnapshotRequest request;
    request.set_name(silent.snapshot);
    const auto found = As<Snapshots>("steward", &Snapshots::GetSnapshot, request);
    ASSERT_OK(found);
    EXPECT_EQ(found->snapshot().committed_bytes(), static_cast<int64_t>(sizeof("番号\n1\n") - 1));
  }
}

TEST_F(StreamTest, AStreamWithoutAFirstMessageIsEndedToo) {
  Snapshots stub(channel_);
  grpc::ClientContext context;
  Prepare(context, "steward", std::chrono::hours(24));
  uv::AppendSnapshotResponse response;
  const auto writer = stub.AppendSnapshot(&context, &response);
  EXPECT_FALSE(writer->Finish().ok());
}

}  // namespace
}  // namespace oboro::testing
