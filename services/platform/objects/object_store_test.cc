#include "services/platform/objects/object_store.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#include "services/platform/objects/testing/conformance.h"
#include "services/platform/objects/testing/memory_store.h"

namespace oboro::platform {
namespace {

namespace fs = std::filesystem;

// A folder that goes with the test.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (fs::temp_directory_path() / "oboro-objects-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TempFolder() { fs::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::shared_ptr<ObjectStore> MakeDirectoryStore() {
  auto folder = std::make_shared<TempFolder>();
  absl::StatusOr<std::unique_ptr<ObjectStore>> store = OpenDirectoryStore(folder->path() + "/o");
  EXPECT_OK(store);
  // The folder lives as long as the store.
  return {store->release(), [folder](ObjectStore* s) { delete s; }};
}

INSTANTIATE_TEST_SUITE_P(Memory, ObjectStoreConformance, ::testing::Values(ObjectStoreFactory([] {
                           return std::make_shared<MemoryObjectStore>();
                         })));
INSTANTIATE_TEST_SUITE_P(Directory, ObjectStoreConformance,
                         ::testing::Values(ObjectStoreFactory(MakeDirectoryStore)));

TEST(DirectoryStoreTest, FilesAreTheOwnersAlone) {
  TempFolder folder;
  const mode_t before = umask(0);
  ASSERT_OK_AND_ASSIGN(auto store, OpenDirectoryStore(folder.path() + "/deep/root"));
  ASSERT_OK(PutObject(*store, TestTenant("t"), "o", 12, "x"));
  umask(before);
  struct stat status;
  ASSERT_EQ(stat((folder.path() + "/deep/root/t/o/000012").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  for (const char* path : {"/deep/root", "/deep/root/t", "/deep/root/t/o"}) {
    ASSERT_EQ(stat((folder.path() + path).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0700u) << path;
  }
}

TEST(DirectoryStoreTest, RefusesARootOpenToOthers) {
  TempFolder folder;
  fs::permissions(folder.path(), fs::perms::owner_all | fs::perms::others_read);
  EXPECT_THAT(OpenDirectoryStore(folder.path()), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(DirectoryStoreTest, FollowsNoLinkOutOfATenant) {
  TempFolder folder;
  ASSERT_OK_AND_ASSIGN(auto store, OpenDirectoryStore(folder.path() + "/o"));
  ASSERT_OK(PutObject(*store, TestTenant("other"), "secret", 0, "x"));
  fs::create_directory(folder.path() + "/o/t");
  fs::create_directory_symlink("../other/secret", folder.path() + "/o/t/stolen");
  EXPECT_FALSE(store->Open(TestTenant("t"), "stolen", 0).ok());
  EXPECT_FALSE(store->Create(TestTenant("t"), "stolen", 1).ok());
  fs::create_directory_symlink("other", folder.path() + "/o/u");
  EXPECT_FALSE(store->Open(TestTenant("u"), "secret", 0).ok());
}

TEST(DirectoryStoreTest, WhatAKilledWriterLeavesIsListedAndRemoved) {
  TempFolder folder;
  ASSERT_OK_AND_ASSIGN(auto store, OpenDirectoryStore(folder.path() + "/o"));
  const TenantContext tenant = TestTenant("t");
  const pid_t child = fork();
  if (child == 0) {
    auto writer = store->Create(tenant, "left", 0);
    if (writer.ok() && (*writer)->Write("half").ok()) raise(SIGKILL);
    _exit(1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_THAT(store->List(tenant), IsOkAndHolds(std::vector<std::string>{"left"}));
  EXPECT_THAT(store->Open(tenant, "left", 0), HasReason("NOT_FOUND"));
  EXPECT_THAT(SweepOrphanObjects(*store, tenant, [] { return std::vector<std::string>(); }),
              IsOkAndHolds(1));
  EXPECT_TRUE(fs::is_empty(folder.path() + "/o/t"));
}

TEST(DirectoryStoreTest, AFullDiskIsToldAndLeavesNothing) {
  TempFolder folder;
  ASSERT_OK_AND_ASSIGN(auto store, OpenDirectoryStore(folder.path() + "/o"));
  const TenantContext tenant = TestTenant("t");
  // In a process of its own: a file size limit stands in for the full disk.
  const pid_t child = fork();
  if (child == 0) {
    signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{1000, 1000};
    setrlimit(RLIMIT_FSIZE, &limit);
    auto writer = store->Create(tenant, "o", 0);
    const absl::Status wrote = (*writer)->Write(std::string(5000, 'x'));
    const absl::Status committed = (*writer)->Commit();
    writer->reset();
    _exit(ReasonOf(wrote).name == "OBJECT_STORE_FAILED" && !committed.ok() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_THAT(store->List(tenant), IsOkAndHolds(std::vector<std::string>{}));
}

}  // namespace
}  // namespace oboro::platform
