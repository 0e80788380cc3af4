#include <gtest/gtest.h>

#include <set>

#include "services/platform/base/ids.h"
#include "services/platform/base/secret.h"
#include "services/platform/base/status_matchers.h"

namespace oboro::platform {
namespace {

using ::testing::ElementsAre;

TEST(IdsTest, NewIdsAreValidAndDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = NewId();
    EXPECT_TRUE(IsId(id)) << id;
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(IdsTest, ParsesNames) {
  EXPECT_THAT(ParseName("tenants/a/datasets/b-1", "tenants/*/datasets/*"),
              IsOkAndHolds(ElementsAre("a", "b-1")));
}

TEST(IdsTest, RefusesWhatIsNoName) {
  for (const char* name : {"", "tenants", "tenants/", "tenants/A", "tenants/../x", "tenant/a",
                           "tenants/a/", "tenants/a/b", "tenants/1a"}) {
    EXPECT_THAT(ParseName(name, "tenants/*"), HasReason("INVALID_NAME")) << name;
  }
  EXPECT_FALSE(IsId(std::string(64, 'a')));
}

TEST(SecretBytesTest, MovesAndWipes) {
  SecretBytes secret(4);
  secret.data()[0] = 7;
  const uint8_t* where = secret.data();
  SecretBytes moved = std::move(secret);
  EXPECT_EQ(moved.data(), where);
  EXPECT_TRUE(secret.empty());
  moved.Wipe();
  EXPECT_TRUE(moved.empty());
}

}  // namespace
}  // namespace oboro::platform
