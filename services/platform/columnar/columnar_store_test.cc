#include "services/platform/columnar/columnar_store.h"

#include <gtest/gtest.h>

#include <memory>

#include "services/platform/columnar/testing/conformance.h"
#include "services/platform/keys/stream.h"
#include "services/platform/objects/testing/memory_store.h"

namespace oboro::platform {
namespace {

std::shared_ptr<ColumnarStore> MakeStore(const DuckDbStoreOptions& options) {
  auto objects = std::make_shared<MemoryObjectStore>();
  // The objects live as long as the store.
  return {MakeDuckDbColumnarStore(objects.get(), options).release(),
          [objects](ColumnarStore* store) { delete store; }};
}

DuckDbStoreOptions Small() {
  DuckDbStoreOptions options;
  options.tenants = 1;
  options.tables_per_tenant = 2;
  return options;
}

INSTANTIATE_TEST_SUITE_P(DuckDb, ColumnarStoreConformance,
                         ::testing::Values(ColumnarStoreFactory([] { return MakeStore({}); })));
// Tables and tenants go from memory all the time.
INSTANTIATE_TEST_SUITE_P(DuckDbThatForgets, ColumnarStoreConformance,
                         ::testing::Values(ColumnarStoreFactory([] {
                           return MakeStore(Small());
                         })));

TEST(DuckDbColumnarStoreTest, ObjectsAreCiphertextAndOthersObjectsAreRefused) {
  MemoryObjectStore objects;
  const auto store = MakeDuckDbColumnarStore(&objects, {});
  const TenantContext tenant =
      TenantContext::MakeResolved("tsukuba", "082201", 260000, TenantState::kActive);
  ColumnBatch table;
  table.rows = 1;
  table.columns = {{"column", {"canary"}, {0}}};
  ASSERT_OK_AND_ASSIGN(const int64_t bytes, store->Put(tenant, "o", SecretBytes(32), table));
  ASSERT_OK_AND_ASSIGN(const auto reader, objects.Open(tenant, "o", 0));
  std::string stored(1 << 20, '\0');
  ASSERT_OK_AND_ASSIGN(const size_t size, reader->Read(stored.data(), stored.size()));
  EXPECT_EQ(static_cast<int64_t>(size), bytes);
  EXPECT_EQ(stored.find("canary"), std::string::npos);
  EXPECT_EQ(stored.find("PAR1"), std::string::npos);

  ASSERT_OK_AND_ASSIGN(const auto writer, objects.Create(tenant, "no-table", 0));
  StreamEncryptor stream({"tsukuba", "no-table"}, SecretBytes(32), 0,
                         [&](absl::string_view piece) { return writer->Write(piece); });
  ASSERT_OK(stream.Write("not Parquet"));
  ASSERT_OK(stream.Finish());
  ASSERT_OK(writer->Commit());
  EXPECT_THAT(store->Query(tenant, "no-table", SecretBytes(32), {}),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace oboro::platform
