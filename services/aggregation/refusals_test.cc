#include "services/aggregation/refusals.h"

#include <gtest/gtest.h>

#include "services/aggregation/errors.h"
#include "services/aggregation/joint/joint_errors.h"

namespace oboro::aggregation {
namespace {

TEST(RefusalsTest, EveryRuleOfTheLedgerIsARefusalAndNothingElseIs) {
  EXPECT_EQ(RefusedBy(LedgerRefused(), "s1, s2"), "s1, s2");
  // One that names nobody counts all the same.
  EXPECT_EQ(RefusedBy(LedgerRefused(), ""), "LEDGER_REFUSED");
  EXPECT_EQ(RefusedBy(LedgerBasisDiffers(), ""), "LEDGER_BASIS_DIFFERS");
  EXPECT_EQ(RefusedBy(LedgerTooLarge(), ""), "LEDGER_TOO_LARGE");
  EXPECT_EQ(RefusedBy(LedgerMeasure(), ""), "LEDGER_MEASURE");
  EXPECT_EQ(RefusedBy(LedgerZeros(), ""), "LEDGER_ZEROS");
  EXPECT_EQ(RefusedBy(LedgerDatesLinked(), ""), "LEDGER_DATES_LINKED");
  EXPECT_EQ(RefusedBy(LedgerIncomplete(), ""), "LEDGER_INCOMPLETE");
  // Else nobody who waits would ever be let in again.
  EXPECT_EQ(RefusedBy(LedgerRefusalsExhausted(), ""), "");
  EXPECT_EQ(RefusedBy(JointPartFailed(), ""), "");
  EXPECT_EQ(RefusedBy(NoRecords(), ""), "");
  EXPECT_EQ(RefusedBy(absl::OkStatus(), ""), "");
  EXPECT_EQ(RefusedBy(absl::UnavailableError("no database"), ""), "");
}

}  // namespace
}  // namespace oboro::aggregation
