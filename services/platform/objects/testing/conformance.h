#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "services/platform/base/status_matchers.h"
#include "services/platform/objects/object_store.h"

// What every object store must do. A backend's test makes one instance:
//   INSTANTIATE_TEST_SUITE_P(Memory, ObjectStoreConformance,
//   ::testing::Values(ObjectStoreFactory(...)));
namespace oboro::platform {

using ObjectStoreFactory = std::function<std::shared_ptr<ObjectStore>()>;

inline TenantContext TestTenant(const std::string& id) {
  return TenantContext::MakeResolved(id, "082201", 260000, TenantState::kActive);
}

inline absl::Status PutObject(ObjectStore& store, const TenantContext& tenant,
                              const std::string& object_id, int part, absl::string_view bytes) {
  ASSIGN_OR_RETURN(const auto writer, store.Create(tenant, object_id, part));
  RETURN_IF_ERROR(writer->Write(bytes));
  return writer->Commit();
}

inline absl::StatusOr<std::string> ReadAll(absl::StatusOr<std::unique_ptr<ObjectReader>> reader) {
  RETURN_IF_ERROR(reader.status());
  std::string all;
  char buffer[1000];
  while (true) {
    ASSIGN_OR_RETURN(const size_t got, (*reader)->Read(buffer, sizeof buffer));
    if (got == 0) return all;
    all.append(buffer, got);
  }
}

class ObjectStoreConformance : public ::testing::TestWithParam<ObjectStoreFactory> {
 protected:
  std::shared_ptr<ObjectStore> store_ = GetParam()();
  const TenantContext a_ = TestTenant("tsukuba");
  const TenantContext b_ = TestTenant("hamamatsu");
};

TEST_P(ObjectStoreConformance, GivesBackWhatWasCommitted) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{3'000'000}}) {
    const std::string id = "o-" + std::to_string(size);
    const std::string bytes(size, 'x');
    ASSERT_OK(PutObject(*store_, a_, id, 0, bytes));
    EXPECT_THAT(ReadAll(store_->Open(a_, id, 0)), IsOkAndHolds(bytes));
  }
}

TEST_P(ObjectStoreConformance, NothingIsVisibleBeforeCommit) {
  ASSERT_OK_AND_ASSIGN(auto writer, store_->Create(a_, "o", 0));
  ASSERT_OK(writer->Write("half"));
  EXPECT_THAT(store_->Open(a_, "o", 0), HasReason("NOT_FOUND"));
  EXPECT_THAT(store_->Parts(a_, "o"), IsOkAndHolds(std::vector<int>{}));
  EXPECT_THAT(store_->List(a_), IsOkAndHolds(std::vector<std::string>{"o"})) << "leftovers count";
  ASSERT_OK(writer->Commit());
  EXPECT_THAT(ReadAll(store_->Open(a_, "o", 0)), IsOkAndHolds("half"));
}

TEST_P(ObjectStoreConformance, ADroppedWriterLeavesNothing) {
  {
    ASSERT_OK_AND_ASSIGN(auto writer, store_->Create(a_, "o", 0));
    ASSERT_OK(writer->Write("gone"));
  }
  EXPECT_THAT(store_->List(a_), IsOkAndHolds(std::vector<std::string>{}));
  ASSERT_OK(PutObject(*store_, a_, "p", 0, "kept"));
  {
    ASSERT_OK_AND_ASSIGN(auto writer, store_->Create(a_, "p", 1));
  }
  EXPECT_THAT(store_->Parts(a_, "p"), IsOkAndHolds(std::vector<int>{0}));
}

TEST_P(ObjectStoreConformance, APartIsWrittenOnce) {
  ASSERT_OK(PutObject(*store_, a_, "o", 3, "first"));
  EXPECT_THAT(PutObject(*store_, a_, "o", 3, "second"), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(ReadAll(store_->Open(a_, "o", 3)), IsOkAndHolds("first"));
}

TEST_P(ObjectStoreConformance, PartsMayHaveGapsAndReadAsOne) {
  ASSERT_OK(PutObject(*store_, a_, "o", 7, "three"));
  ASSERT_OK(PutObject(*store_, a_, "o", 0, "one "));
  ASSERT_OK(PutObject(*store_, a_, "o", 2, "two "));
  ASSERT_OK(PutObject(*store_, a_, "o", 3, ""));
  EXPECT_THAT(store_->Parts(a_, "o"), IsOkAndHolds(std::vector<int>{0, 2, 3, 7}));
  EXPECT_THAT(ReadAll(ReadParts(*store_, a_, "o", {0, 2, 3, 7})), IsOkAndHolds("one two three"));
  EXPECT_THAT(ReadAll(ReadParts(*store_, a_, "o", {0, 1})), HasReason("NOT_FOUND"));
  ASSERT_OK(store_->RemovePart(a_, "o", 2));
  ASSERT_OK(store_->RemovePart(a_, "o", 2));
  EXPECT_THAT(store_->Parts(a_, "o"), IsOkAndHolds(std::vector<int>{0, 3, 7}));
}

TEST_P(ObjectStoreConformance, TenantsDoNotMeet) {
  ASSERT_OK(PutObject(*store_, a_, "o", 0, "of tsukuba"));
  EXPECT_THAT(store_->Open(b_, "o", 0), HasReason("NOT_FOUND"));
  EXPECT_THAT(store_->List(b_), IsOkAndHolds(std::vector<std::string>{}));
  ASSERT_OK(PutObject(*store_, b_, "o", 0, "of hamamatsu"));
  ASSERT_OK(store_->Remove(b_, "o"));
  EXPECT_THAT(ReadAll(store_->Open(a_, "o", 0)), IsOkAndHolds("of tsukuba"));
}

TEST_P(ObjectStoreConformance, RemoveTakesEverythingAndIsIdempotent) {
  ASSERT_OK(PutObject(*store_, a_, "o", 0, "zero"));
  ASSERT_OK(PutObject(*store_, a_, "o", 1, "one"));
  ASSERT_OK_AND_ASSIGN(auto reader, store_->Open(a_, "o", 1));
  ASSERT_OK(store_->Remove(a_, "o"));
  ASSERT_OK(store_->Remove(a_, "o"));
  EXPECT_THAT(store_->Open(a_, "o", 0), HasReason("NOT_FOUND"));
  EXPECT_THAT(store_->List(a_), IsOkAndHolds(std::vector<std::string>{}));
  EXPECT_THAT(ReadAll(std::move(reader)), IsOkAndHolds("one"));
}

TEST_P(ObjectStoreConformance, RefusesNamesThatCouldBePaths) {
  for (const char* id : {"", ".", "..", "../x", "a/b", "/etc/passwd", "A", "a.b", "a\\b", "-a"}) {
    EXPECT_THAT(store_->Create(a_, id, 0), HasReason("INVALID_OBJECT_NAME")) << id;
    EXPECT_THAT(store_->Open(a_, id, 0), HasReason("INVALID_OBJECT_NAME")) << id;
    EXPECT_THAT(store_->Remove(a_, id), HasReason("INVALID_OBJECT_NAME")) << id;
    EXPECT_THAT(store_->List(TestTenant(id)), HasReason("INVALID_OBJECT_NAME")) << id;
    EXPECT_THAT(store_->Open(TestTenant(id), "o", 0), HasReason("INVALID_OBJECT_NAME")) << id;
  }
  EXPECT_THAT(store_->Create(a_, std::string("a\0b", 3), 0), HasReason("INVALID_OBJECT_NAME"));
  EXPECT_THAT(store_->Create(a_, "o", -1), HasReason("INVALID_OBJECT_NAME"));
  EXPECT_THAT(store_->Create(a_, "o", kMaxObjectPart + 1), HasReason("INVALID_OBJECT_NAME"));
}

TEST_P(ObjectStoreConformance, WritersOfOneObjectDoNotDisturbEachOther) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        if (i % 2 == 0) {
          auto dropped = store_->Create(a_, "o", 500);
          EXPECT_OK(dropped);
        }
        EXPECT_OK(PutObject(*store_, a_, "o", 100 * t + i, "bytes"));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ASSERT_OK_AND_ASSIGN(const std::vector<int> parts, store_->Parts(a_, "o"));
  EXPECT_EQ(parts.size(), 100u);
}

TEST_P(ObjectStoreConformance, TheSweepTakesOrphansOnly) {
  ASSERT_OK(PutObject(*store_, a_, "live", 0, "x"));
  ASSERT_OK(PutObject(*store_, a_, "orphan", 0, "x"));
  ASSERT_OK(PutObject(*store_, b_, "other", 0, "x"));
  const auto known = [this]() -> absl::StatusOr<std::vector<std::string>> {
    // A writer that begins now has its row, but was not listed: it must not go.
    RETURN_IF_ERROR(PutObject(*store_, a_, "late", 0, "x"));
    return std::vector<std::string>{"live", "never-written"};
  };
  EXPECT_THAT(SweepOrphanObjects(*store_, a_, known), IsOkAndHolds(1));
  EXPECT_THAT(store_->List(a_), IsOkAndHolds(std::vector<std::string>{"late", "live"}));
  EXPECT_THAT(store_->List(b_), IsOkAndHolds(std::vector<std::string>{"other"}));
  const auto failing = []() -> absl::StatusOr<std::vector<std::string>> {
    return absl::UnavailableError("database");
  };
  EXPECT_FALSE(SweepOrphanObjects(*store_, a_, failing).ok());
  EXPECT_THAT(store_->List(a_), IsOkAndHolds(std::vector<std::string>{"late", "live"}));
}

}  // namespace oboro::platform
