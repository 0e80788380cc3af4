// Every RPC as everybody, against expected.txt.
#include <gtest/gtest.h>

#include <list>
#include <map>
#include <set>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "oboro/upload/v1/upload.grpc.pb.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/rpc/method_index.h"
#include "services/platform/rpc/method_policy.h"
#include "tests/integration/matrix/all_modules.h"
#include "tests/integration/matrix/any_call.h"
#include "tests/integration/matrix/expected_table.h"
#include "tests/integration/matrix/harness.h"

namespace oboro::testing {
namespace {

using google::protobuf::MethodDescriptor;

constexpr const char* kTenants[] = {"tsukuba", "hamamatsu"};
constexpr const char* kMemberRoles[] = {"ADMINISTRATOR", "STEWARD", "ANALYST", "PRIVACY_OFFICER",
                                        "AUDITOR"};
constexpr const char* kAllServices[] = {"tenancy",      "upload",      "abstraction",
                                        "verification", "aggregation", "oborod"};
constexpr char kNowhere[] = "atlantis";

std::string Subject(const std::string& tenant, const std::string& role) {
  std::string subject = tenant + "-" + role;
  for (char& c : subject) c = c == '_' ? '-' : static_cast<char>(std::tolower(c));
  return subject;
}

class MatrixTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    harness_ = std::make_unique<Harness>(AllModules());
    expected_ = ReadExpected("tests/integration/matrix/expected.txt");
    harness_->AddOperator("operator");
    for (const std::string tenant : kTenants) {
      MakeTenant(tenant);
      for (const char* role : kMemberRoles) {
        harness_->AddMember(tenant, Subject(tenant, role), role);
      }
    }
  }
  static void TearDownTestSuite() { harness_.reset(); }

  // As CreateTenant does, but of a chosen id, and with keys in the token.
  static void MakeTenant(const std::string& id) {
    platform::TestDatabase& database = harness_->database();
    database.AddTenant(id, id == "tsukuba" ? "082201" : "221309");
  }

  std::string Token(const std::string& subject) {
    return harness_->issuer().Token(subject, harness_->clock().Now());
  }

  AnyAnswer Call(grpc::Channel& channel, const MethodDescriptor* method,
                 const std::string& resource, const std::string& token, bool deadline = true) {
    harness_->TakeAdmitted();
    const AnyAnswer answer = Invoke(channel, {method, resource, token, deadline});
    admitted_ = harness_->TakeAdmitted();
    // What a call that reached its handler may have changed.
    harness_->database().Sql("UPDATE tenancy.tenants SET state = 'ACTIVE'");
    return answer;
  }

  // Compares one cell of the table; `who` is for the message.
  void Expect(const std::string& outcome, const AnyAnswer& answer, const MethodDescriptor* method,
              const std::string& who) {
    const std::string where = absl::StrCat(platform::FullMethodName(*method), " as ", who, ": ",
                                           answer.status.error_code(), " ", answer.reason, " ",
                                           answer.status.error_message());
    if (outcome == "ok") {
      EXPECT_EQ(admitted_.size(), 1u) << where;
      EXPECT_NE(answer.reason, "INTERNAL") << where;
      EXPECT_NE(answer.status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << where;
    } else {
      EXPECT_TRUE(admitted_.empty()) << where;
      EXPECT_EQ(answer.reason, outcome == "gone"   ? "NOT_FOUND"
                               : outcome == "role" ? "ROLE_MISSING"
                                                   : outcome)
          << where;
      EXPECT_NE(answer.japanese, "") << where;
    }
  }

  static std::unique_ptr<Harness> harness_;
  static std::map<std::string, Expectation> expected_;
  std::vector<std::string> admitted_;
};

std::unique_ptr<Harness> MatrixTest::harness_;
std::map<std::string, Expectation> MatrixTest::expected_;

TEST_F(MatrixTest, EveryMethodHasItsEntries) {
  std::set<std::string> methods;
  for (const MethodDescriptor* method : AllMethods()) {
    const std::string name = platform::FullMethodName(*method);
    methods.insert(name);
    EXPECT_EQ(platform::MethodPolicies().count(name), 1u) << name;
    EXPECT_EQ(expected_.count(name), 1u) << name;
    // What the adapter finds a method by.
    EXPECT_EQ(platform::MethodOfRequest(*method->input_type()), method) << name;
  }
  for (const auto& [name, row] : expected_) EXPECT_EQ(methods.count(name), 1u) << name;
  for (const auto& [name, policy] : platform::MethodPolicies()) {
    EXPECT_EQ(methods.count(name), 1u) << name;
  }
}

TEST_F(MatrixTest, EveryRoleOfTheOwningTenantAndTheOperator) {
  const auto channel = harness_->Channel();
  for (const MethodDescriptor* method : AllMethods()) {
    const Expectation& row = expected_[platform::FullMethodName(*method)];
    for (const auto& [role, outcome] : row.roles) {
      const std::string who = role == "OPERATOR" ? "operator" : Subject("tsukuba", role);
      Expect(outcome, Call(*channel, method, row.Name("tsukuba"), Token(who)), method, who);
    }
  }
}

TEST_F(MatrixTest, AnotherTenantsResourceAnswersAsOneThatDoesNotExist) {
  const auto channel = harness_->Channel();
  for (const MethodDescriptor* method : AllMethods()) {
    const Expectation& row = expected_[platform::FullMethodName(*method)];
    std::vector<std::string> outsiders = {"stranger"};
    for (const char* role : kMemberRoles) outsiders.push_back(Subject("hamamatsu", role));
    for (const std::string& who : outsiders) {
      const AnyAnswer there = Call(*channel, method, row.Name("tsukuba"), Token(who));
      Expect(row.outside, there, method, who);
      if (row.outside != "gone") continue;
      const AnyAnswer nowhere = Call(*channel, method, row.Name(kNowhere), Token(who));
      EXPECT_EQ(there.Bytes(), nowhere.Bytes()) << platform::FullMethodName(*method);
    }
  }
}

TEST_F(MatrixTest, EveryServiceByItsCertificate) {
  for (const std::string service : kAllServices) {
    const auto channel = harness_->Channel(service);
    for (const MethodDescriptor* method : AllMethods()) {
      const Expectation& row = expected_[platform::FullMethodName(*method)];
      const AnyAnswer answer = Call(*channel, method, row.Name("tsukuba"), "");
      Expect(row.services.count(service) ? "ok" : "SERVICE_NOT_ALLOWED", answer, method, service);
    }
  }
}

TEST_F(MatrixTest, NoExpiredOrForgedTokenReachesAnything) {
  const auto channel = harness_->Channel();
  const absl::Time now = harness_->clock().Now();
  TokenIssuer other;
  const std::string expired = harness_->issuer().Token("tsukuba-steward", now - absl::Hours(2));
  const std::string forged = other.Token("tsukuba-steward", now);
  for (const MethodDescriptor* method : AllMethods()) {
    const std::string name = expected_[platform::FullMethodName(*method)].Name("tsukuba");
    Expect("TOKEN_MISSING", Call(*channel, method, name, ""), method, "nobody");
    Expect("TOKEN_EXPIRED", Call(*channel, method, name, expired), method, "expired");
    Expect("TOKEN_INVALID", Call(*channel, method, name, forged), method, "forged");
    Expect("DEADLINE_REQUIRED",
           Call(*channel, method, name, Token("tsukuba-steward"), /*deadline=*/false), method,
           "without a deadline");
  }
}

// A stream that waits for its first message is of no tenant yet, and holds a thread.
TEST_F(MatrixTest, SilentStreamsOfOnePersonDoNotTakeTheThreadsOfAll) {
  struct Silent {
    grpc::ClientContext context;
    upload::v1::AppendSnapshotResponse response;
    std::unique_ptr<grpc::ClientWriter<upload::v1::AppendSnapshotRequest>> writer;
  };
  const auto channel = harness_->Channel();
  const auto prepare = [this](grpc::ClientContext& context, const std::string& subject) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    context.AddMetadata("authorization", "Bearer " + Token(subject));
  };
  const auto list = [&](const std::string& subject, const std::string& tenant) {
    grpc::ClientContext context;
    prepare(context, subject);
    upload::v1::ListDatasetsRequest request;
    request.set_parent("tenants/" + tenant);
    upload::v1::ListDatasetsResponse response;
    return upload::v1::DatasetService::Stub(channel)
        .ListDatasets(&context, request, &response)
        .error_code();
  };
  // The server takes up streams in its own time.
  const auto until = [&](grpc::StatusCode wanted) {
    for (int i = 0; i < 1000; ++i) {
      if (list("tsukuba-steward", "tsukuba") == wanted) return true;
      std::this_thread::yield();
    }
    return false;
  };
  upload::v1::SnapshotService::Stub stub(channel);
  std::list<Silent> streams;
  for (int i = 0; i < 40; ++i) {
    Silent& silent = streams.emplace_back();
    prepare(silent.context, "tsukuba-steward");
    silent.writer = stub.AppendSnapshot(&silent.context, &silent.response);
  }
  EXPECT_TRUE(until(grpc::StatusCode::RESOURCE_EXHAUSTED));
  EXPECT_EQ(list("tsukuba-analyst", "tsukuba"), grpc::StatusCode::OK);
  EXPECT_EQ(list("hamamatsu-steward", "hamamatsu"), grpc::StatusCode::OK);
  for (Silent& silent : streams) {
    silent.context.TryCancel();
    EXPECT_FALSE(silent.writer->Finish().ok());
  }
  EXPECT_TRUE(until(grpc::StatusCode::OK));
}

// A service's certificate is no way round a person's token: the token decides alone.
TEST_F(MatrixTest, ATokenOnAServicesConnectionDecidesAlone) {
  const auto channel = harness_->Channel("aggregation");
  for (const MethodDescriptor* method : AllMethods()) {
    const Expectation& row = expected_[platform::FullMethodName(*method)];
    if (!row.has_tenant()) continue;
    const AnyAnswer answer =
        Call(*channel, method, row.Name("tsukuba"), Token("hamamatsu-steward"));
    Expect("gone", answer, method, "hamamatsu-steward over aggregation's connection");
    Expect("TOKEN_INVALID", Call(*channel, method, row.Name("tsukuba"), "rubbish"), method,
           "rubbish over aggregation's connection");
  }
}

}  // namespace
}  // namespace oboro::testing
