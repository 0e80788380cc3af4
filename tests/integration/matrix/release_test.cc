// Views, releases and the uses of a dataset over the wire, with every service in one process.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "oboro/aggregation/v1/aggregation.grpc.pb.h"
#include "oboro/audit/v1/audit.grpc.pb.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/rpc/errors.h"
#include "tests/integration/matrix/all_modules.h"
#include "tests/integration/matrix/harness.h"

namespace oboro::testing {
namespace {

using platform::HasReason;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
namespace gv = aggregation::v1;
namespace av = audit::v1;
using Views = gv::ViewService::Stub;
using Releases = gv::ReleaseService::Stub;

constexpr char kTenant[] = "tenants/tsukuba";

class ReleaseTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    harness_ = std::make_unique<Harness>(AllModules());
    channel_ = harness_->Channel();
    for (const std::string tenant : {"tsukuba", "hamamatsu"}) {
      harness_->database().AddTenant(tenant, tenant == "tsukuba" ? "082201" : "221309");
      harness_->database().Sql(absl::StrCat("INSERT INTO tenancy.audit_chains VALUES ('", tenant,
                                            "', 0, decode(repeat('00', 32), 'hex'))"));
    }
    const std::pair<const char*, const char*> members[] = {
        {"admin", "ADMINISTRATOR"},      {"analyst", "ANALYST"},         {"analyst2", "ANALYST"},
        {"privacy", "PRIVACY_OFFICER"},  {"auditor", "AUDITOR"},         {"steward", "STEWARD"},
        {"privacy2", "PRIVACY_OFFICER"}, {"privacy3", "PRIVACY_OFFICER"}};
    for (const auto& [subject, role] : members) harness_->AddMember("tsukuba", subject, role);
    harness_->AddMember("hamamatsu", "hamamatsu-analyst", "ANALYST");
  }
  static void TearDownTestSuite() {
    channel_.reset();
    harness_.reset();
  }

  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> As(const std::string& subject, Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                           Response*),
                              const Request& request) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    context.AddMetadata("authorization",
                        "Bearer " + harness_->issuer().Token(subject, harness_->clock().Now()));
    Response response;
    const grpc::Status status = (stub.*method)(&context, request, &response);
    if (!status.ok()) return platform::FromGrpc(status);
    return response;
  }

  // A statistic that `author` made; answers its name. Only its row: nothing here reads a cell.
  std::string Statistic(const std::string& author) {
    static int number = 0;
    const std::string id = absl::StrCat("st", ++number);
    harness_->database().Sql(absl::StrCat(
        "INSERT INTO jobs.jobs (tenant_id, job_id, kind, state, actor, permission, target_name, "
        "params, not_before, create_time, end_time) VALUES ('tsukuba', '",
        id, "', 'aggregation.run', 'SUCCEEDED', 'user:", TokenIssuer::kIssuer, "#", author,
        "', '/x', 'x', '{}', now(), now(), now()); INSERT INTO aggregation.statistics (tenant_id, "
        "statistic_id, display_name, tier, dimensions, cells, primary_suppressions, "
        "secondary_suppressions, suppressed, snapshot, reference_date, abstraction, recipe, "
        "recipe_version, verdict, policy, policy_version, engine_version, method, object_id, "
        "object_digest, job_id, create_time) VALUES ('tsukuba', '",
        id,
        "', '町別人口', 'INTERNAL', '[]', 4, 0, 0, 0, 'tenants/tsukuba/datasets/juki/snapshots/s', "
        "'2025-04-01', 'a-",
        id,
        "', 'r', 1, 'v', 'p', 1, '1', 'm', 'o', decode(repeat('ab', 32), "
        "'hex'), '",
        id, "', now())"));
    return absl::StrCat(kTenant, "/statistics/", id);
  }

  absl::StatusOr<gv::Release> Request(const std::string& who, const std::string& statistic,
                                      const std::string& request_id = "") {
    gv::RequestReleaseRequest request;
    request.set_parent(kTenant);
    request.set_statistic(statistic);
    request.set_reason("広報に掲載する");
    request.set_request_id(request_id);
    ASSIGN_OR_RETURN(const auto response, As(who, *releases_, &Releases::RequestRelease, request));
    return response.release();
  }
  absl::Status Review(const std::string& who, const std::string& release, bool approve,
                      const std::string& reason = "確かめた") {
    gv::ReviewReleaseRequest request;
    request.set_name(release);
    request.set_approve(approve);
    request.set_reason(reason);
    return As(who, *releases_, &Releases::ReviewRelease, request).status();
  }
  absl::Status Publish(const std::string& who, const std::string& release) {
    gv::PublishReleaseRequest request;
    request.set_name(release);
    return As(who, *releases_, &Releases::PublishRelease, request).status();
  }
  absl::Status Withdraw(const std::string& who, const std::string& release,
                        const std::string& reason = "誤りがあった") {
    gv::WithdrawReleaseRequest request;
    request.set_name(release);
    request.set_reason(reason);
    return As(who, *releases_, &Releases::WithdrawRelease, request).status();
  }
  // "STATE actor" of each step.
  std::vector<std::string> Steps(const std::string& release) {
    gv::GetReleaseRequest request;
    request.set_name(release);
    const auto response = As("auditor", *releases_, &Releases::GetRelease, request);
    EXPECT_OK(response);
    std::vector<std::string> steps;
    if (!response.ok()) return steps;
    for (const gv::ReleaseStep& step : response->release().steps()) {
      steps.push_back(
          absl::StrCat(gv::ReleaseState_Name(step.state()).substr(sizeof("RELEASE_STATE_") - 1),
                       " ", step.actor()));
    }
    return steps;
  }
  // "ACTION OUTCOME" of every event on a release, from the chain.
  std::vector<std::string> Chain(const std::string& release) {
    av::ListEventsRequest request;
    request.set_parent(kTenant);
    request.set_resource(release);
    const auto response = As("auditor", *audit_, &av::AuditService::Stub::ListEvents, request);
    EXPECT_OK(response);
    std::vector<std::string> events;
    if (!response.ok()) return events;
    for (const av::Event& event : response->events()) {
      events.push_back(absl::StrCat(event.action(), " ", event.outcome()));
    }
    return events;
  }

  static std::unique_ptr<Harness> harness_;
  static std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<Views> views_ = gv::ViewService::NewStub(channel_);
  std::unique_ptr<Releases> releases_ = gv::ReleaseService::NewStub(channel_);
  std::unique_ptr<av::AuditService::Stub> audit_ = av::AuditService::NewStub(channel_);
};

std::unique_ptr<Harness> ReleaseTest::harness_;
std::shared_ptr<grpc::Channel> ReleaseTest::channel_;

TEST_F(ReleaseTest, GoesOutByTheHandsOfTwoAndIsWithdrawn) {
  const auto release = Request("analyst", Statistic("analyst"));
  ASSERT_OK(release);
  EXPECT_EQ(release->state(), gv::RELEASE_STATE_REQUESTED);
  EXPECT_EQ(release->display_name(), "町別人口");
  EXPECT_EQ(release->requester(), "analyst");
  EXPECT_THAT(Publish("privacy", release->name()), HasReason("RELEASE_STATE"));
  ASSERT_OK(Review("privacy", release->name(), true));
  EXPECT_THAT(Review("privacy2", release->name(), true), HasReason("RELEASE_STATE"));
  EXPECT_THAT(Withdraw("analyst", release->name()), HasReason("RELEASE_NOT_YOURS"));
  ASSERT_OK(Publish("admin", release->name()));
  // After an answer that got lost.
  ASSERT_OK(Publish("admin", release->name()));
  ASSERT_OK(Withdraw("privacy2", release->name()));
  EXPECT_THAT(Withdraw("analyst", release->name()), HasReason("RELEASE_STATE"));
  EXPECT_THAT(Steps(release->name()), ElementsAre("REQUESTED analyst", "APPROVED privacy",
                                                  "PUBLISHED admin", "WITHDRAWN privacy2"));
  EXPECT_THAT(Chain(release->name()),
              ElementsAre("REQUEST_RELEASE OK", "APPROVE_RELEASE OK", "WITHDRAW_RELEASE REFUSED",
                          "PUBLISH_RELEASE OK", "WITHDRAW_RELEASE OK"));
}

TEST_F(ReleaseTest, NeitherWhoAskedNorWhoMadeItReviewsIt) {
  // Asked for by one, made by another privacy officer.
  const auto release = Request("privacy", Statistic("privacy2"));
  ASSERT_OK(release);
  EXPECT_THAT(Review("privacy", release->name(), true), HasReason("RELEASE_SELF_REVIEW"));
  EXPECT_THAT(Review("privacy2", release->name(), true), HasReason("RELEASE_SELF_REVIEW"));
  EXPECT_THAT(Review("privacy2", release->name(), false), HasReason("RELEASE_SELF_REVIEW"));
  EXPECT_THAT(Review("analyst", release->name(), true), HasReason("ROLE_MISSING"));
  EXPECT_THAT(Steps(release->name()), ElementsAre("REQUESTED privacy"));
  EXPECT_THAT(Chain(release->name()), ElementsAre("REQUEST_RELEASE OK", "APPROVE_RELEASE REFUSED",
                                                  "APPROVE_RELEASE REFUSED",
                                                  "REJECT_RELEASE REFUSED", "REFUSE_CALL REFUSED"));
  ASSERT_OK(Review("privacy3", release->name(), true));
}

TEST_F(ReleaseTest, ARejectionNeedsItsReasonAndLeavesRoomForAnotherRequest) {
  const std::string statistic = Statistic("analyst");
  const auto first = Request("analyst", statistic);
  ASSERT_OK(first);
  EXPECT_THAT(Request("analyst2", statistic), HasReason("RELEASE_UNDER_WAY"));
  EXPECT_THAT(Review("privacy", first->name(), false, " "), HasReason("INVALID_FIELD"));
  ASSERT_OK(Review("privacy", first->name(), false, "粒度が細かすぎる"));
  const auto second = Request("analyst2", statistic);
  ASSERT_OK(second);
  EXPECT_NE(first->name(), second->name());
  EXPECT_THAT(Withdraw("analyst", second->name()), HasReason("RELEASE_NOT_YOURS"));
  EXPECT_THAT(Withdraw("analyst2", second->name(), ""), HasReason("INVALID_FIELD"));
  EXPECT_OK(Withdraw("analyst2", second->name()));
}

TEST_F(ReleaseTest, ARequestIdIsOneRelease) {
  const std::string statistic = Statistic("analyst");
  const auto first = Request("analyst", statistic, "q-1");
  ASSERT_OK(first);
  const auto again = Request("analyst", statistic, "q-1");
  ASSERT_OK(again);
  EXPECT_EQ(first->name(), again->name());
  EXPECT_THAT(Request("analyst2", statistic, "q-1"), HasReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(Request("analyst", Statistic("analyst"), "q-1"), HasReason("REQUEST_ID_REUSED"));
  EXPECT_THAT(Request("analyst", absl::StrCat(kTenant, "/statistics/none")),
              HasReason("NOT_FOUND"));
}

TEST_F(ReleaseTest, OfReviewsAtOneTimeOneIsDone) {
  for (int round = 0; round < 5; ++round) {
    const auto release = Request("analyst", Statistic("analyst"));
    ASSERT_OK(release);
    std::atomic<int> done = 0, told = 0;
    std::vector<std::thread> threads;
    const std::pair<const char*, bool> reviews[] = {
        {"privacy", true}, {"privacy2", false}, {"privacy3", true}};
    for (const auto& [who, approve] : reviews) {
      threads.emplace_back([&, who = who, approve = approve] {
        const absl::Status status = Review(who, release->name(), approve);
        done += status.ok();
        told += platform::ReasonOf(status).name == "RELEASE_STATE";
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(done, 1);
    EXPECT_EQ(told, 2);
    EXPECT_EQ(Steps(release->name()).size(), 2u);
  }
}

TEST_F(ReleaseTest, RequestsAtOneTimeAreOneRelease) {
  const std::string statistic = Statistic("analyst");
  std::atomic<int> done = 0, told = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto release = Request("analyst", statistic);
      done += release.ok();
      told += platform::ReasonOf(release.status()).name == "RELEASE_UNDER_WAY";
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(told, 3);
}

TEST_F(ReleaseTest, AViewIsItsOwnersUntilItIsShared) {
  gv::CreateViewRequest create;
  create.set_parent(kTenant);
  create.mutable_view()->set_display_name("年齢別人口");
  create.mutable_view()->set_statistic(Statistic("analyst"));
  create.mutable_view()->set_layout_json("{\"rows\":[\"town\"]");
  EXPECT_THAT(As("analyst", *views_, &Views::CreateView, create), HasReason("INVALID_FIELD"));
  create.mutable_view()->set_layout_json("\"" + std::string(64 << 10, 'x') + "\"");
  EXPECT_THAT(As("analyst", *views_, &Views::CreateView, create), HasReason("INVALID_FIELD"));
  create.mutable_view()->set_layout_json("{\"rows\":[\"town\"]}");
  const auto created = As("analyst", *views_, &Views::CreateView, create);
  ASSERT_OK(created);
  const std::string name = created->view().name();
  EXPECT_EQ(created->view().owner(), "analyst");

  gv::GetViewRequest get;
  get.set_name(name);
  EXPECT_OK(As("analyst", *views_, &Views::GetView, get));
  const auto foreign = As("analyst2", *views_, &Views::GetView, get);
  EXPECT_THAT(foreign, HasReason("NOT_FOUND"));
  gv::GetViewRequest none;
  none.set_name(absl::StrCat(kTenant, "/views/none"));
  EXPECT_EQ(As("analyst2", *views_, &Views::GetView, none).status(), foreign.status());
  gv::ListViewsRequest list;
  list.set_parent(kTenant);
  EXPECT_THAT(As("analyst2", *views_, &Views::ListViews, list)->views(), IsEmpty());

  gv::UpdateViewRequest update;
  update.set_name(name);
  *update.mutable_view() = created->view();
  update.mutable_view()->set_display_name("年齢別人口（区別）");
  update.mutable_view()->set_shared(true);
  EXPECT_THAT(As("analyst2", *views_, &Views::UpdateView, update), HasReason("NOT_FOUND"));
  ASSERT_OK(As("analyst", *views_, &Views::UpdateView, update));
  const auto shared = As("analyst2", *views_, &Views::GetView, get);
  ASSERT_OK(shared);
  EXPECT_EQ(shared->view().display_name(), "年齢別人口（区別）");
  EXPECT_EQ(As("auditor", *views_, &Views::ListViews, list)->views_size(), 1);
  EXPECT_THAT(As("analyst2", *views_, &Views::UpdateView, update), HasReason("VIEW_NOT_YOURS"));
  gv::DeleteViewRequest remove;
  remove.set_name(name);
  EXPECT_THAT(As("analyst2", *views_, &Views::DeleteView, remove), HasReason("VIEW_NOT_YOURS"));
  ASSERT_OK(As("analyst", *views_, &Views::DeleteView, remove));
  EXPECT_THAT(As("analyst", *views_, &Views::GetView, get), HasReason("NOT_FOUND"));
}

TEST_F(ReleaseTest, AViewOfAnotherTenantsStatisticCannotBeMade) {
  gv::CreateViewRequest create;
  create.set_parent("tenants/hamamatsu");
  create.mutable_view()->set_display_name("x");
  create.mutable_view()->set_statistic(Statistic("analyst"));
  create.mutable_view()->set_layout_json("{}");
  EXPECT_THAT(As("hamamatsu-analyst", *views_, &Views::CreateView, create), HasReason("NOT_FOUND"));
}

TEST_F(ReleaseTest, TheStewardSeesWhoUsedWhatHisDepartmentHolds) {
  harness_->database().Sql(
      "INSERT INTO tenancy.departments VALUES ('tsukuba', 'zeimu', '税務課', now()); "
      "INSERT INTO tenancy.members VALUES ('tsukuba', 'm-zei', 'x', 'x', 'STEWARD', 'zeimu', "
      "now()); INSERT INTO upload.datasets VALUES ('tsukuba', 'juki', '住民基本台帳', 'shimin', "
      "'', "
      "false, now())");
  harness_->database().Sql(absl::StrCat("UPDATE tenancy.members SET issuer = '",
                                        TokenIssuer::kIssuer,
                                        "', subject = 'zei-steward' WHERE member_id = 'm-zei'"));
  const auto release = Request("analyst2", Statistic("analyst"));
  ASSERT_OK(release);
  av::ListDatasetUsesRequest request;
  request.set_parent(kTenant);
  request.set_dataset(absl::StrCat(kTenant, "/datasets/juki"));
  request.set_page_size(1);
  const auto uses = As("steward", *audit_, &av::AuditService::Stub::ListDatasetUses, request);
  ASSERT_OK(uses);
  ASSERT_EQ(uses->events_size(), 1);
  EXPECT_EQ(uses->events(0).action(), "REQUEST_RELEASE");
  EXPECT_EQ(uses->events(0).resource(), release->name());
  EXPECT_EQ(uses->events(0).hash(), "");
  EXPECT_OK(As("auditor", *audit_, &av::AuditService::Stub::ListDatasetUses, request));
  EXPECT_THAT(As("zei-steward", *audit_, &av::AuditService::Stub::ListDatasetUses, request),
              HasReason("NOT_YOUR_DEPARTMENT"));
  request.set_dataset(absl::StrCat(kTenant, "/datasets/none"));
  EXPECT_THAT(As("steward", *audit_, &av::AuditService::Stub::ListDatasetUses, request),
              HasReason("NOT_FOUND"));
}

}  // namespace
}  // namespace oboro::testing
