#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "services/platform/base/clock.h"
#include "services/platform/base/crc32c.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/db/test_database.h"
#include "services/platform/jobs/job_lease.h"
#include "services/platform/jobs/job_rows.h"
#include "services/platform/jobs/testing/in_process_child.h"
#include "services/platform/keys/tenant_keys.h"
#include "services/platform/keys/testing/fake_key_manager.h"
#include "services/platform/objects/testing/memory_store.h"
#include "services/upload/append_snapshot_handler.h"
#include "services/upload/check_function.h"
#include "services/upload/check_job.h"
#include "services/upload/complete_snapshot_handler.h"
#include "services/upload/create_dataset_handler.h"
#include "services/upload/create_snapshot_handler.h"
#include "services/upload/destroy_snapshot_handler.h"
#include "services/upload/get_snapshot_handler.h"
#include "services/upload/list_findings_handler.h"

namespace oboro::upload {

using platform::HasReason;

inline constexpr char kSchema[] = R"(dataset: people
title: {ja: 人, en: people}
encoding: utf-8
key: [番号]
error_limit: 1
columns:
  - {name: 番号, type: digits, required: true}
  - {name: 性別, type: code, codes: ["1", "2"], required: true}
)";

// A valid file of `records` records.
inline std::string File(int records) {
  std::string file = "番号,性別\n";
  for (int i = 0; i < records; ++i) absl::StrAppend(&file, i, ",", 1 + i % 2, "\n");
  return file;
}

class UploadTest : public platform::DatabaseTest {
 protected:
  void SetUp() override {
    database().Sql("TRUNCATE jobs.jobs, jobs.lanes, tenancy.tenants CASCADE");
    tenant_ = std::make_unique<platform::TenantContext>(database().AddTenant("a", "082201"));
    auto tenancy = database().Open("oboro_tenancy");
    ASSERT_OK(keys_.CreateTenantKeys(*tenant_, 1));
    ASSERT_OK(tenancy->RunTx(*tenant_, "keys", [&](pqxx::work& tx) {
      tx.exec0(
          "INSERT INTO tenancy.audit_chains VALUES ('a', 0, decode(repeat('00', 32), 'hex'))"
          " ON CONFLICT DO NOTHING");
      return platform::InsertTenantKeys(tx, *tenant_, keys_, clock_.Now());
    }));
    AddSteward("m1", "shimin");
    db_ = database().Open("oboro_upload");
    deps_.db = db_.get();
    deps_.keys = &keys_;
    deps_.objects = &objects_;
    deps_.clock = &clock_;
    deps_.commit_bytes = 100;
  }

  // Makes who calls a steward of the department.
  void AddSteward(const std::string& member, const std::string& department) {
    database().Sql(absl::StrCat("INSERT INTO tenancy.members VALUES ('a', '", member,
                                "', 'https://idp', 'steward', 'STEWARD', '", department,
                                "', now())"));
  }

  platform::CallContext Call(const std::string& department = "shimin") {
    platform::CallContext call;
    call.caller.issuer = "https://idp";
    call.caller.subject = "steward";
    call.roles = static_cast<platform::RoleSet>(platform::Role::kSteward);
    if (!department.empty()) call.department_ids = {department};
    call.tenant_context = platform::TestDatabase::Tenant("a", "082201");
    call.method = "/oboro.upload.v1.SnapshotService/CompleteSnapshot";
    return call;
  }
  platform::CallContext ServiceCall() {
    platform::CallContext call = Call("");
    call.caller = {platform::Caller::Kind::kService, "", "abstraction"};
    call.roles = 0;
    return call;
  }

  std::string Open(bool retain = false, const std::string& request_id = "r1", bool review = false) {
    v1::CreateDatasetRequest dataset;
    dataset.set_parent("tenants/a");
    dataset.set_dataset_id("people");
    dataset.set_display_name("人");
    dataset.set_department("tenants/a/departments/shimin");
    dataset.set_retain_snapshots(retain);
    dataset.set_review_findings(review);
    dataset.set_schema(schema_);
    EXPECT_OK(CreateDatasetHandler(deps_).Handle(Call(), dataset));
    v1::CreateSnapshotRequest snapshot;
    snapshot.set_parent("tenants/a/datasets/people");
    snapshot.set_reference_date("2025-04-01");
    snapshot.set_request_id(request_id);
    auto made = CreateSnapshotHandler(deps_).Handle(Call(), snapshot);
    EXPECT_OK(made);
    return made.ok() ? made->snapshot().name() : "";
  }

  // Sends file[offset, end) in pieces of `piece`.
  absl::StatusOr<v1::AppendSnapshotResponse> Append(const std::string& name,
                                                    const std::string& file, size_t offset,
                                                    size_t end, size_t piece = 30,
                                                    uint32_t spoil = 0) {
    std::vector<v1::AppendSnapshotRequest> messages;
    size_t at = offset;
    do {
      v1::AppendSnapshotRequest message;
      if (messages.empty()) message.set_name(name);
      message.set_offset(static_cast<int64_t>(at));
      message.set_data(file.substr(at, std::min(piece, end - at)));
      at += message.data().size();
      message.set_crc32c(platform::Crc32c(message.data()) ^ (at >= end ? spoil : 0));
      messages.push_back(message);
    } while (at < end);
    size_t next = 1;
    return AppendSnapshotHandler(deps_).Handle(Call(), messages[0],
                                               [&](v1::AppendSnapshotRequest* out) {
                                                 if (between_) between_();
                                                 if (next == messages.size()) return false;
                                                 *out = messages[next++];
                                                 return true;
                                               });
  }

  absl::StatusOr<operation::v1::Operation> Complete(const std::string& name, int64_t total) {
    v1::CompleteSnapshotRequest request;
    request.set_name(name);
    request.set_total_bytes(total);
    auto response = CompleteSnapshotHandler(deps_).Handle(Call(), request);
    if (!response.ok()) return response.status();
    return response->operation();
  }

  v1::Snapshot Get(const std::string& name, bool service = true) {
    v1::GetSnapshotRequest request;
    request.set_name(name);
    auto response = GetSnapshotHandler(deps_).Handle(service ? ServiceCall() : Call(), request);
    EXPECT_OK(response);
    return response.ok() ? response->snapshot() : v1::Snapshot();
  }

  platform::LeasedJob Lease() {
    platform::WorkerOptions options;
    options.owner = "test";
    options.kinds = {"upload.check"};
    clock_.Advance(absl::Minutes(1));
    auto lease = platform::jobs_internal::LeaseNext(*db_, options, clock_.Now());
    EXPECT_OK(lease);
    EXPECT_TRUE(lease.ok() && lease->has_value());
    return lease.ok() && lease->has_value() ? (*lease)->job : platform::LeasedJob{};
  }

  absl::Status RunCheckJob(const platform::LeasedJob& job) {
    CheckJob handler(deps_, [](platform::ChildRequest request) {
      return platform::RunInProcess(std::move(request), RunCheck);
    });
    return handler.Run(*tenant_, job, [](const platform::ChildProgress&) { return true; });
  }

  std::string One(const std::string& sql) {
    const pqxx::result result = database().Sql(sql);
    return result.empty() ? "" : result[0][0].c_str();
  }

  platform::FakeClock clock_{absl::FromUnixSeconds(1'800'000'000)};
  platform::FakeKeyManager keys_;
  platform::MemoryObjectStore objects_;
  std::unique_ptr<platform::TenantContext> tenant_;
  std::unique_ptr<platform::Db> db_;
  std::function<void()> between_;  // Called between two messages of an append.
  std::string schema_ = kSchema;
  Deps deps_;
};

}  // namespace oboro::upload
