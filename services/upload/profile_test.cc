// Profiles: saved, chosen, kept with what was read by them.
#include <gtest/gtest.h>

#include <thread>

#include "services/upload/delete_profile_handler.h"
#include "services/upload/list_profiles_handler.h"
#include "services/upload/save_profile_handler.h"
#include "services/upload/testing/upload_fixture.h"

namespace oboro::upload {
namespace {

class ProfileTest : public UploadTest {
 protected:
  absl::StatusOr<v1::SaveProfileResponse> Save(const std::string& sex_of_man,
                                               const std::string& header = "ID") {
    v1::SaveProfileRequest request;
    request.set_parent("tenants/a/datasets/people");
    request.set_profile_id("juki-2026");
    v1::Profile& profile = *request.mutable_profile();
    profile.set_display_name("住基システム");
    profile.set_encoding("utf-8-sig");
    profile.set_delimiter("\t");
    auto* column = profile.add_columns();
    column->set_from(header);
    column->set_to("番号");
    profile.add_columns()->set_from("備考");
    auto* code = profile.add_codes();
    code->set_column("性別");
    code->set_from("男");
    code->set_to(sex_of_man);
    return SaveProfileHandler(deps_).Handle(Call(), request);
  }

  absl::StatusOr<v1::CreateSnapshotResponse> Create(const std::string& request_id,
                                                    const std::string& profile) {
    v1::CreateSnapshotRequest request;
    request.set_parent("tenants/a/datasets/people");
    request.set_reference_date("2025-04-01");
    request.set_request_id(request_id);
    request.set_profile(profile);
    return CreateSnapshotHandler(deps_).Handle(Call(), request);
  }
};

constexpr char kProfile[] = "tenants/a/datasets/people/profiles/juki-2026";

TEST_F(ProfileTest, AFileIsReadThroughTheProfileItWasOpenedWith) {
  Open();
  ASSERT_OK_AND_ASSIGN(const auto saved, Save("1"));
  EXPECT_EQ(saved.profile().name(), kProfile);
  EXPECT_EQ(saved.profile().encoding(), "utf-8-sig");
  ASSERT_OK_AND_ASSIGN(const auto made, Create("p1", kProfile));
  EXPECT_EQ(made.snapshot().profile(), kProfile);
  // A later change and even the deletion change nothing of what is under way.
  ASSERT_OK(Save("2", "NO"));
  v1::DeleteProfileRequest request;
  request.set_name(kProfile);
  ASSERT_OK(DeleteProfileHandler(deps_).Handle(Call(), request));
  EXPECT_THAT(DeleteProfileHandler(deps_).Handle(Call(), request), HasReason("NOT_FOUND"));
  const std::string name = made.snapshot().name();
  const std::string file = "\xEF\xBB\xBF性別\t備考\tID\n男\tx\t7\n女\ty\t8\n";
  ASSERT_OK(Append(name, file, 0, file.size()));
  ASSERT_OK(Complete(name, static_cast<int64_t>(file.size())));
  ASSERT_OK(RunCheckJob(Lease()));
  const v1::Snapshot snapshot = Get(name);
  EXPECT_EQ(snapshot.state(), v1::SNAPSHOT_STATE_ACCEPTED);
  EXPECT_EQ(snapshot.records(), 2);
  EXPECT_EQ(snapshot.errors(), 1);  // 女, which the profile does not name.
  EXPECT_NE(snapshot.schema().find("\"profile\""), std::string::npos);
  EXPECT_NE(snapshot.schema().find("\"ID\""), std::string::npos);
  v1::ListFindingsRequest list;
  list.set_parent(name);
  ASSERT_OK_AND_ASSIGN(const auto findings, ListFindingsHandler(deps_).Handle(Call(), list));
  EXPECT_EQ(findings.findings(0).column(), "性別");
  EXPECT_EQ(findings.findings(0).row(), 2);
}

TEST_F(ProfileTest, HeadersThatDoNotFitRefuseTheFile) {
  Open();
  ASSERT_OK(Save("1"));
  ASSERT_OK_AND_ASSIGN(const auto made, Create("p1", kProfile));
  const std::string name = made.snapshot().name(), file = "番地\tID\n1\t2\n";
  ASSERT_OK(Append(name, file, 0, file.size()));
  ASSERT_OK(Complete(name, static_cast<int64_t>(file.size())));
  const absl::Status refused = RunCheckJob(Lease());
  EXPECT_THAT(refused, HasReason("SNAPSHOT_REFUSED"));
  EXPECT_NE(refused.message().find("the file lacks '性別'; 1 headers are not mapped, the first in "
                                   "column 1"),
            std::string::npos)
      << refused;
  // In a file without a header line they would be a person's values.
  EXPECT_EQ(refused.ToString().find("番地"), std::string::npos) << refused;
}

TEST_F(ProfileTest, BelongsToTheDepartmentAndFitsTheSchema) {
  Open();
  EXPECT_THAT(Save("3"), HasReason("PROFILE_INVALID"));
  ASSERT_OK(Save("1"));
  ASSERT_OK(Save("2"));
  v1::ListProfilesRequest list;
  list.set_parent("tenants/a/datasets/people");
  ASSERT_OK_AND_ASSIGN(const auto listed, ListProfilesHandler(deps_).Handle(Call(), list));
  ASSERT_EQ(listed.profiles_size(), 1);
  EXPECT_EQ(listed.profiles(0).codes(0).to(), "2");
  EXPECT_THAT(ListProfilesHandler(deps_).Handle(Call("zei"), list),
              HasReason("NOT_YOUR_DEPARTMENT"));
  EXPECT_THAT(Create("p1", "tenants/a/datasets/people/profiles/none"), HasReason("NOT_FOUND"));
  ASSERT_OK(Create("p2", kProfile));
  EXPECT_THAT(Create("p2", ""), HasReason("REQUEST_ID_REUSED"));
}

TEST_F(ProfileTest, TheSameRequestAtTheSameTimeIsOneSnapshot) {
  Open();
  std::vector<std::string> names(8);
  std::vector<std::thread> threads;
  for (std::string& name : names) {
    threads.emplace_back([&] {
      const auto made = Create("once", "");
      EXPECT_OK(made);
      if (made.ok()) name = made->snapshot().name();
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& name : names) EXPECT_EQ(name, names[0]);
  EXPECT_EQ(One("SELECT count(*) FROM upload.snapshots WHERE request_id = 'once'"), "1");
  EXPECT_EQ(One("SELECT count(*) FROM tenancy.data_keys"), "2");  // Of Open's and of this one.
}

}  // namespace
}  // namespace oboro::upload
