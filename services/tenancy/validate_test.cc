#include "services/tenancy/validate.h"

#include <gtest/gtest.h>

#include "services/platform/base/status_matchers.h"

namespace oboro::tenancy {
namespace {

using platform::HasReason;

std::string Repeated(const std::string& text, int times) {
  std::string out;
  while (times-- > 0) out += text;
  return out;
}

TEST(NormalizeMemberName, KeepsWhatPeopleAreCalled) {
  for (const std::string name : {"", "総務課 山田", "O'Brien", "髙﨑 𠮷野", "葛\U000E0100城"}) {
    ASSERT_OK_AND_ASSIGN(const std::string normal, NormalizeMemberName(name));
    EXPECT_EQ(normal, name);
  }
  EXPECT_OK(NormalizeMemberName(Repeated("𠮷", 100)));
}

// ガ as one character and as カ with a mark are one name; what stands around it is none of it.
TEST(NormalizeMemberName, IsComposedAndTrimmed) {
  ASSERT_OK_AND_ASSIGN(const std::string name, NormalizeMemberName(" \u3000カ\u3099ス課 "));
  EXPECT_EQ(name, "ガス課");
  ASSERT_OK_AND_ASSIGN(const std::string blank, NormalizeMemberName(" \u3000 "));
  EXPECT_EQ(blank, "");
}

TEST(NormalizeMemberName, RefusesWhatIsTooLongOrNoText) {
  EXPECT_THAT(NormalizeMemberName(Repeated("山", 101)), HasReason("INVALID_ARGUMENT"));
  EXPECT_THAT(NormalizeMemberName(std::string(10'000, ' ')), HasReason("INVALID_ARGUMENT"));
  for (const char* bad : {"山田\n運営", "\x1b[2J山田", "山\u202E田", "山\u0085田", "山\u200B田",
                          "山\u2028田", "a\tb", "\x7fx"}) {
    EXPECT_THAT(NormalizeMemberName(bad), HasReason("INVALID_ARGUMENT")) << bad;
  }
  EXPECT_THAT(NormalizeMemberName(std::string("山\0田", 7)), HasReason("INVALID_ARGUMENT"));
}

}  // namespace
}  // namespace oboro::tenancy
