#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "services/abstraction/preview_recipe_handler.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/db/test_database.h"

namespace oboro::abstraction {
namespace {

using platform::HasReason;

constexpr char kSchema[] = R"(dataset: people
title: {ja: 人, en: people}
encoding: utf-8
error_limit: 0
columns:
  - {name: 宛名番号, type: digits, required: true, length: 10, check_digit: m11w2-7}
  - {name: 氏名, type: text, required: true}
  - {name: 区分, type: code, codes: ["a", "b", "c"]}
  - {name: 額, type: integer, required: true}
)";
constexpr char kRecipe[] = R"(recipe: people
title: {ja: 人, en: people}
reference: none
unlisted: refuse
drop: [氏名]
columns:
  - {name: person, source: 宛名番号, transform: link_number, kind: person}
  - {name: kind, source: 区分, transform: code_map, map: {a: 甲, b: 乙}}
  - {name: amount, source: 額, transform: numeric_band, cuts: [10, 100]}
quasi_identifiers: [kind]
sensitive: [amount]
)";

std::string File(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

class FakePeers final : public Peers {
 public:
  absl::StatusOr<upload::v1::Snapshot> GetSnapshot(const std::string&) override {
    return absl::InternalError("a preview needs no snapshot");
  }
  absl::StatusOr<upload::v1::Dataset> GetDataset(const std::string& name) override {
    if (name != "tenants/a/datasets/d") return platform::NotFoundError();
    upload::v1::Dataset dataset;
    dataset.set_schema(schema);
    return dataset;
  }
  absl::Status DestroySnapshot(const std::string&) override {
    return absl::InternalError("a preview destroys nothing");
  }
  std::string schema = kSchema;
};

class PreviewTest : public ::testing::Test {
 protected:
  PreviewTest() { deps_.peers = &peers_; }  // Neither database nor keys nor objects.

  static v1::PreviewRecipeRequest Request(const std::string& document = kRecipe) {
    v1::PreviewRecipeRequest request;
    request.set_parent("tenants/a");
    request.set_document(document);
    request.set_dataset("tenants/a/datasets/d");
    request.set_seed(3);
    return request;
  }
  absl::StatusOr<v1::PreviewRecipeResponse> Preview(const v1::PreviewRecipeRequest& request) {
    platform::CallContext call;
    call.tenant_context = platform::TestDatabase::Tenant("a", "082201");
    return PreviewRecipeHandler(deps_).Handle(call, request);
  }

  FakePeers peers_;
  Deps deps_;
};

TEST_F(PreviewTest, ShowsTheSameRecordsBeforeAndAfter) {
  v1::PreviewRecipeRequest request = Request();
  request.set_records(50);
  ASSERT_OK_AND_ASSIGN(const v1::PreviewRecipeResponse shown, Preview(request));
  ASSERT_EQ(shown.source_columns_size(), 4);
  ASSERT_EQ(shown.source_records_size(), 50);
  ASSERT_EQ(shown.records_size(), 50);
  ASSERT_EQ(shown.columns_size(), 3);
  EXPECT_EQ(shown.columns(0).kind(), v1::COLUMN_KIND_LINK_NUMBER);
  EXPECT_EQ(shown.columns(1).kind(), v1::COLUMN_KIND_QUASI_IDENTIFIER);
  EXPECT_EQ(shown.columns(2).kind(), v1::COLUMN_KIND_SENSITIVE);
  // What the recipe says, reckoned here once more.
  const std::map<std::string, std::string> map = {{"a", "甲"}, {"b", "乙"}};
  int64_t unknown = 0;
  std::set<std::string> kinds, links;
  for (int i = 0; i < 50; ++i) {
    const auto& before = shown.source_records(i).values();
    const auto& after = shown.records(i).values();
    ASSERT_EQ(before.size(), 4);
    ASSERT_EQ(after.size(), 3);
    EXPECT_EQ(after[0].size(), 32u);
    EXPECT_EQ(after[0].find(before[0]), std::string::npos);
    const auto label = map.find(before[2]);
    EXPECT_EQ(after[1], label == map.end() ? "不詳" : label->second);
    unknown += label == map.end() ? 1 : 0;
    const int amount = std::stoi(before[3]);
    EXPECT_EQ(after[2], amount < 10 ? "10未満" : amount < 100 ? "10-99" : "100以上");
    kinds.insert(after[1]);
    links.insert(after[0]);
  }
  EXPECT_GT(unknown, 5);
  EXPECT_EQ(shown.columns(1).unknown_values(), unknown);
  EXPECT_EQ(shown.columns(1).distinct_values(), static_cast<int64_t>(kinds.size()));
  EXPECT_EQ(shown.columns(0).distinct_values(), static_cast<int64_t>(links.size()));
}

TEST_F(PreviewTest, TheSeedTellsWhichRecords) {
  ASSERT_OK_AND_ASSIGN(const auto first, Preview(Request()));
  ASSERT_OK_AND_ASSIGN(const auto again, Preview(Request()));
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
  EXPECT_EQ(first.records_size(), 10);
  v1::PreviewRecipeRequest request = Request();
  request.set_seed(4);
  ASSERT_OK_AND_ASSIGN(const auto other, Preview(request));
  EXPECT_NE(first.source_records(0).values(0), other.source_records(0).values(0));
}

TEST_F(PreviewTest, ShippedLayoutsHaveTheirPreview) {
  for (const std::string name : {"resident_register", "npa_hojuhyo", "adult"}) {
    peers_.schema = File("deploy/schemas/" + name + ".yaml");
    v1::PreviewRecipeRequest request = Request(File("deploy/recipes/" + name + ".yaml"));
    request.set_records(50);
    const auto shown = Preview(request);
    ASSERT_TRUE(shown.ok()) << name << shown.status();
    EXPECT_EQ(shown->records_size(), 50) << name;
    EXPECT_LT(shown->ByteSizeLong(), size_t{1} << 20);
  }
}

TEST_F(PreviewTest, FaultsAreTold) {
  EXPECT_THAT(Preview(Request("recipe: x")), HasReason("RECIPE_INVALID"));
  EXPECT_THAT(Preview(Request(std::string((512 << 10) + 1, 'x'))), HasReason("INVALID_FIELD"));
  peers_.schema =
      "dataset: o\ntitle: {ja: 他, en: o}\nencoding: utf-8\nerror_limit: 0\n"
      "columns:\n  - {name: 他, type: text}\n";
  EXPECT_THAT(Preview(Request()), HasReason("RECIPE_DOES_NOT_FIT"));
  v1::PreviewRecipeRequest request = Request();
  request.set_records(51);
  EXPECT_THAT(Preview(request), HasReason("INVALID_FIELD"));
  request.set_records(-1);
  EXPECT_THAT(Preview(request), HasReason("INVALID_FIELD"));
  request = Request();
  request.set_dataset("tenants/b/datasets/d");
  EXPECT_THAT(Preview(request), HasReason("NOT_FOUND"));
  request.set_dataset("tenants/a/datasets/none");
  EXPECT_THAT(Preview(request), HasReason("NOT_FOUND"));
}

}  // namespace
}  // namespace oboro::abstraction
