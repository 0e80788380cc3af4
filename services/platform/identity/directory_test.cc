#include "services/platform/identity/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/db/test_database.h"
#include "services/platform/identity/department.h"

namespace oboro::platform {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DirectoryTest : public ::testing::Test {
 protected:
  DirectoryTest() {
    database_.AddTenant("ta", "082201");
    database_.Sql("INSERT INTO tenancy.departments VALUES ('ta', 'zeimu', '税務課', now())");
    db_ = database_.Open("oboro_upload");
  }

  void AddMember(const std::string& subject, const std::string& role,
                 const std::string& department) {
    database_.Sql(absl::StrCat("INSERT INTO tenancy.members VALUES ('ta', 'm", ++members_,
                               "', 'https://issuer', '", subject, "', '", role, "', ",
                               department.empty() ? "NULL" : "'" + department + "'", ", now())"));
  }

  Standing Find(const std::string& subject) {
    Caller caller;
    caller.issuer = "https://issuer";
    caller.subject = subject;
    auto standing =
        db_->RunDirectoryTx("test", [&](pqxx::work& tx) { return FindStanding(tx, "ta", caller); });
    EXPECT_OK(standing);
    return *std::move(standing);
  }

  TestDatabase database_;
  std::unique_ptr<Db> db_;
  int members_ = 0;
};

TEST_F(DirectoryTest, AnAnalystsDepartmentGivesHimNoneOfItsData) {
  AddMember("both", "STEWARD", "shimin");
  AddMember("both", "ANALYST", "zeimu");
  const Standing both = Find("both");
  EXPECT_TRUE(Has(both.roles, Role::kSteward) && Has(both.roles, Role::kAnalyst));
  EXPECT_THAT(both.department_ids, ElementsAre("shimin"));
}

TEST_F(DirectoryTest, AStewardOfNoDepartmentIsOneOfAll) {
  AddMember("small-town", "STEWARD", "");
  AddMember("small-town", "STEWARD", "zeimu");
  EXPECT_THAT(Find("small-town").department_ids, IsEmpty());
  AddMember("two", "STEWARD", "zeimu");
  AddMember("two", "STEWARD", "shimin");
  EXPECT_THAT(Find("two").department_ids, ElementsAre("shimin", "zeimu"));
}

TEST_F(DirectoryTest, AJobsActorIsOfADepartmentOrNot) {
  AddMember("shimin", "STEWARD", "shimin");
  AddMember("all", "STEWARD", "");
  AddMember("analyst", "ANALYST", "shimin");
  AddMember("admin", "ADMINISTRATOR", "");
  const auto of = [&](const std::string& actor, const std::string& department) {
    auto found = db_->RunDirectoryTx(
        "test", [&](pqxx::work& tx) { return IsOfDepartment(tx, "ta", actor, department); });
    EXPECT_OK(found);
    return found.ok() && *found;
  };
  EXPECT_TRUE(of("user:https://issuer#shimin", "shimin"));
  EXPECT_FALSE(of("user:https://issuer#shimin", "zeimu"));
  EXPECT_FALSE(of("user:https://other#shimin", "shimin"));
  EXPECT_TRUE(of("user:https://issuer#all", "zeimu"));
  EXPECT_FALSE(of("user:https://issuer#analyst", "shimin"));
  EXPECT_FALSE(of("user:https://issuer#admin", "shimin"));
  EXPECT_FALSE(of("user:https://issuer#stranger", "shimin"));
  EXPECT_TRUE(of("service:abstraction", "shimin"));
  EXPECT_FALSE(
      db_->RunDirectoryTx(
             "test", [](pqxx::work& tx) { return IsOfDepartment(tx, "ta", "nobody", "shimin"); })
          .ok());
}

TEST_F(DirectoryTest, AStrangerIsNothing) {
  const Standing stranger = Find("stranger");
  EXPECT_FALSE(stranger.member);
  EXPECT_EQ(stranger.roles, 0u);
}

}  // namespace
}  // namespace oboro::platform
