#include "services/abstraction/preview_recipe_handler.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/abstraction/errors.h"
#include "services/abstraction/recipe/recipe.h"
#include "services/abstraction/recipe/record_abstractor.h"
#include "services/abstraction/resources.h"
#include "services/civic/layout/dataset_schema.h"
#include "services/civic/synth/layout_rows.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"

namespace oboro::abstraction {
namespace {

constexpr int kUsualRecords = 10;
constexpr int kMostRecords = 50;
constexpr civic::CivilDate kUsualDate = {2025, 4, 1};
// A value shown; 50 records of 200 columns stay below a message's limit.
constexpr size_t kShownBytes = 256;

using Rows = std::vector<std::vector<std::string>>;

// The 時点 of the made-up records: the recipe's own, that ages come out as it means them.
civic::CivilDate DateOf(const Recipe& recipe) {
  const civic::CivilDate date = recipe.reference_date.value_or(kUsualDate);
  return date.year >= 1990 && date.year <= 2100 ? date : kUsualDate;
}

std::string Cut(const std::string& value) {
  size_t size = std::min(value.size(), kShownBytes);
  while (size > 0 && size < value.size() && (static_cast<uint8_t>(value[size]) & 0xC0) == 0x80) {
    --size;
  }
  return value.substr(0, size);
}

v1::ColumnKind KindOf(ColumnRole role) {
  switch (role) {
    case ColumnRole::kLink:
      return v1::COLUMN_KIND_LINK_NUMBER;
    case ColumnRole::kQuasiIdentifier:
      return v1::COLUMN_KIND_QUASI_IDENTIFIER;
    case ColumnRole::kSensitive:
      return v1::COLUMN_KIND_SENSITIVE;
    case ColumnRole::kOther:
      return v1::COLUMN_KIND_OTHER;
  }
  return v1::COLUMN_KIND_OTHER;
}

std::string ValueAt(const RecordAbstractor& abstractor, const Batch& batch, size_t column,
                    size_t record) {
  const BatchColumn& values = batch.columns[column];
  if (abstractor.recipe().columns[column].transform == Transform::kLinkNumber) {
    const LinkNumber& link = values.links[record];
    return link == LinkNumber{} ? "" : FormatLinkNumber(link);
  }
  return abstractor.dictionary(column)[values.codes[record]];
}

void FillAfter(const RecordAbstractor& abstractor, const Batch& batch,
               v1::PreviewRecipeResponse* out) {
  for (size_t r = 0; r < batch.records; ++r) out->add_records();
  for (size_t c = 0; c < abstractor.columns(); ++c) {
    std::set<std::string> distinct;
    for (size_t r = 0; r < batch.records; ++r) {
      const std::string value = ValueAt(abstractor, batch, c, r);
      distinct.insert(value);
      out->mutable_records(static_cast<int>(r))->add_values(Cut(value));
    }
    v1::Column* column = out->add_columns();
    column->set_name(abstractor.recipe().columns[c].name);
    column->set_kind(KindOf(abstractor.recipe().columns[c].role));
    column->set_distinct_values(static_cast<int64_t>(distinct.size()));
    column->set_unknown_values(static_cast<int64_t>(abstractor.unknown(c)));
  }
}

absl::StatusOr<v1::PreviewRecipeResponse> Preview(const Recipe& recipe,
                                                  const civic::DatasetSchema& schema,
                                                  const Rows& rows, uint64_t seed) {
  v1::PreviewRecipeResponse out;
  std::vector<std::string> header;
  for (const civic::ColumnSchema& column : schema.columns) {
    header.push_back(column.name);
    out.add_source_columns(column.name);
  }
  // Not a tenant's key: the link numbers shown are of nobody.
  const std::string key = Sha256(absl::StrCat("oboro/1 preview ", seed));
  auto abstractor = RecordAbstractor::Create(
      recipe, header, DateOf(recipe), {reinterpret_cast<const uint8_t*>(key.data()), key.size()});
  if (!abstractor.ok()) return RecipeDoesNotFit(abstractor.status().message());
  for (const std::vector<std::string>& row : rows) {
    const std::vector<std::string_view> fields(row.begin(), row.end());
    const absl::Status added = (*abstractor)->Add(fields);
    if (!added.ok()) return RecipeDoesNotFit(added.message());
    v1::PreviewRecord* before = out.add_source_records();
    for (const std::string& value : row) before->add_values(Cut(value));
  }
  const Batch batch = (*abstractor)->TakeBatch();
  FillAfter(**abstractor, batch, &out);
  return out;
}

}  // namespace

absl::StatusOr<v1::PreviewRecipeResponse> PreviewRecipeHandler::Handle(
    const platform::CallContext& call, const v1::PreviewRecipeRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> dataset,
                   platform::ParseName(request.dataset(), "tenants/*/datasets/*"));
  if (dataset[0] != call.tenant().id()) return platform::NotFoundError();
  if (request.records() < 0 || request.records() > kMostRecords) {
    return InvalidField("records", "1 to 50, or 0 for 10", "1～50（0 は10件）");
  }
  if (request.document().size() > kMaxRecipeBytes) {
    return InvalidField("document", "at most 512 KiB", "512 KiB 以下の文書");
  }
  const auto recipe = ParseRecipe(request.document());
  if (!recipe.ok()) return RecipeInvalid(recipe.status().message());
  ASSIGN_OR_RETURN(const upload::v1::Dataset layout, deps_.peers->GetDataset(request.dataset()));
  const auto schema = civic::ParseDatasetSchema(layout.schema());
  if (!schema.ok()) return absl::InternalError("a stored dataset's schema cannot be read");
  civic::LayoutRowsOptions options;
  options.municipality = call.tenant().municipality_code();
  options.as_of = DateOf(*recipe);
  options.seed = request.seed();
  options.records = static_cast<size_t>(request.records() == 0 ? kUsualRecords : request.records());
  const absl::StatusOr<Rows> rows = civic::MakeLayoutRows(*schema, options);
  if (!rows.ok()) return absl::InternalError("no records can be made up for the layout");
  return Preview(*recipe, *schema, *rows, request.seed());
}

}  // namespace oboro::abstraction
