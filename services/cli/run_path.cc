#include "services/cli/run_path.h"

#include <sys/resource.h>

#include <algorithm>
#include <functional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "oboro/abstraction/v1/abstraction.grpc.pb.h"
#include "oboro/aggregation/v1/aggregation.grpc.pb.h"
#include "oboro/tenancy/v1/tenancy.grpc.pb.h"
#include "oboro/upload/v1/upload.grpc.pb.h"
#include "oboro/verification/v1/verification.grpc.pb.h"
#include "services/cli/files.h"
#include "services/cli/progress.h"
#include "services/cli/statistic_text.h"
#include "services/cli/text.h"
#include "services/cli/transfer.h"
#include "services/cli/watch.h"
#include "services/platform/base/status.h"

namespace oboro::cli {
namespace {

using abstraction::v1::AbstractionService;
using abstraction::v1::RecipeService;
using aggregation::v1::StatisticService;
using operation::v1::Operation;
using tenancy::v1::PolicyService;
using upload::v1::DatasetService;
using upload::v1::SnapshotService;
using verification::v1::VerificationService;

// The steps of one run; each leaves what the next needs in `outcome`.
class Runner {
 public:
  Runner(App& app, const Actors& actors, const RunSpec& spec)
      : app_(app), actors_(actors), spec_(spec) {}

  absl::StatusOr<RunOutcome> Run() {
    RETURN_IF_ERROR(EnsureDataset());
    RETURN_IF_ERROR(EnsureRecipe());
    RETURN_IF_ERROR(EnsurePolicy());
    RETURN_IF_ERROR(Upload());
    RETURN_IF_ERROR(Abstract());
    RETURN_IF_ERROR(Verify());
    RETURN_IF_ERROR(Aggregate());
    if (spec_.show_refusal) RETURN_IF_ERROR(ShowRefusal());
    RETURN_IF_ERROR(Export());
    return std::move(outcome_);
  }

 private:
  absl::Status EnsureDataset();
  absl::Status EnsureRecipe();
  absl::Status EnsurePolicy();
  absl::Status Upload();
  absl::Status Abstract();
  absl::Status Verify();
  absl::Status Aggregate();
  absl::Status ShowRefusal();
  absl::Status Export();

  aggregation::v1::CreateStatisticRequest StatisticRequest(verification::v1::Tier tier) const;
  // Watches an operation to its end and measures it in `stage`, which the caller notes.
  absl::StatusOr<Operation> Follow(Session& session, const Operation& operation,
                                   StageRecord* stage);
  void Note(const StageRecord& stage);

  App& app_;
  const Actors& actors_;
  const RunSpec& spec_;
  RunOutcome outcome_;
};

void Runner::Note(const StageRecord& stage) {
  outcome_.stages.push_back(stage);
  operation::v1::StageReport report;
  report.set_seconds(stage.seconds);
  report.set_records(stage.records);
  report.set_peak_memory_bytes(stage.peak_memory_bytes);
  app_.output().Say(absl::StrCat("  ", Pad(stage.title, 26), StageLine(report)));
}

absl::StatusOr<Operation> Runner::Follow(Session& session, const Operation& operation,
                                         StageRecord* stage) {
  const absl::Time begin = absl::Now();
  ASSIGN_OR_RETURN(Operation done, Watch(app_, session, operation.name()));
  stage->seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  for (const auto& report : done.stages()) {
    stage->records = std::max(stage->records, report.records());
    stage->peak_memory_bytes = std::max(stage->peak_memory_bytes, report.peak_memory_bytes());
  }
  return done;
}

absl::Status Runner::EnsureDataset() {
  upload::v1::CreateDatasetRequest request;
  request.set_parent(spec_.tenant);
  request.set_dataset_id(spec_.dataset_id);
  request.set_display_name(spec_.dataset_title);
  request.set_department(FullName(spec_.tenant, "departments", spec_.department_id));
  ASSIGN_OR_RETURN(*request.mutable_schema(), ReadFile(spec_.schema_file));
  const auto created = actors_.steward->Call(&DatasetService::Stub::CreateDataset, request);
  if (created.status().code() == absl::StatusCode::kAlreadyExists) return absl::OkStatus();
  return created.status();
}

absl::Status Runner::EnsureRecipe() {
  abstraction::v1::CreateRecipeRequest request;
  request.set_parent(spec_.tenant);
  request.set_recipe_id(spec_.recipe_id);
  ASSIGN_OR_RETURN(*request.mutable_document(), ReadFile(spec_.recipe_file));
  abstraction::v1::GetRecipeRequest get;
  get.set_name(FullName(spec_.tenant, "recipes", spec_.recipe_id));
  const auto existing = actors_.steward->Call(&RecipeService::Stub::GetRecipe, get);
  if (existing.ok() && existing->recipe().document() == request.document()) return absl::OkStatus();
  return actors_.steward->Call(&RecipeService::Stub::CreateRecipe, request).status();
}

absl::Status Runner::EnsurePolicy() {
  tenancy::v1::CreatePolicyRequest request;
  request.set_parent(spec_.tenant);
  request.set_policy_id(spec_.policy_id);
  ASSIGN_OR_RETURN(*request.mutable_document(), ReadFile(spec_.policy_file));
  tenancy::v1::GetPolicyRequest get;
  get.set_name(FullName(spec_.tenant, "policies", spec_.policy_id));
  const auto existing = actors_.privacy_officer->Call(&PolicyService::Stub::GetPolicy, get);
  if (existing.ok() && existing->policy().document() == request.document()) return absl::OkStatus();
  return actors_.privacy_officer->Call(&PolicyService::Stub::CreatePolicy, request).status();
}

absl::Status Runner::Upload() {
  upload::v1::CreateSnapshotRequest request;
  request.set_parent(FullName(spec_.tenant, "datasets", spec_.dataset_id));
  request.set_reference_date(spec_.reference_date);
  request.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(const auto created,
                   actors_.steward->Call(&SnapshotService::Stub::CreateSnapshot, request));
  outcome_.snapshot = created.snapshot().name();

  const absl::Time begin = absl::Now();
  ProgressBar bar(app_.err, !app_.json);
  ASSIGN_OR_RETURN(const Operation check, UploadFile(*actors_.steward, outcome_.snapshot,
                                                     spec_.file, [&](int64_t done, int64_t total) {
                                                       bar.Show("upload", done, total);
                                                     }));
  bar.Clear();
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begin);
  StageRecord checked{"検査 check"};
  RETURN_IF_ERROR(Follow(*actors_.steward, check, &checked).status());

  upload::v1::GetSnapshotRequest get;
  get.set_name(outcome_.snapshot);
  ASSIGN_OR_RETURN(const auto snapshot,
                   actors_.steward->Call(&SnapshotService::Stub::GetSnapshot, get));
  outcome_.records = snapshot.snapshot().records();
  // Only the check knows how many records were uploaded.
  Note({"受領 upload", seconds, outcome_.records, PeakMemory()});
  Note(checked);
  app_.output().Say(absl::StrCat("    記録 ", Grouped(outcome_.records), "、エラー ",
                                 Grouped(snapshot.snapshot().errors()), "、アラート ",
                                 Grouped(snapshot.snapshot().alerts())));
  return absl::OkStatus();
}

absl::Status Runner::Abstract() {
  abstraction::v1::CreateAbstractionRequest request;
  request.set_parent(spec_.tenant);
  request.set_snapshot(outcome_.snapshot);
  request.set_recipe(FullName(spec_.tenant, "recipes", spec_.recipe_id));
  request.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(const auto created,
                   actors_.steward->Call(&AbstractionService::Stub::CreateAbstraction, request));
  StageRecord stage{"抽象化 abstraction"};
  ASSIGN_OR_RETURN(const Operation done, Follow(*actors_.steward, created.operation(), &stage));
  Note(stage);
  outcome_.abstraction = done.result_name();
  return absl::OkStatus();
}

absl::Status Runner::Verify() {
  verification::v1::VerifyAbstractionRequest request;
  request.set_parent(spec_.tenant);
  request.set_abstraction(outcome_.abstraction);
  request.set_policy(FullName(spec_.tenant, "policies", spec_.policy_id));
  request.set_request_id(NewRequestId());
  Session& session = *actors_.privacy_officer;
  ASSIGN_OR_RETURN(const auto created,
                   session.Call(&VerificationService::Stub::VerifyAbstraction, request));
  StageRecord stage{"検証 verification"};
  ASSIGN_OR_RETURN(const Operation done, Follow(session, created.operation(), &stage));
  Note(stage);
  outcome_.verdict = done.result_name();
  verification::v1::GetVerdictRequest get;
  get.set_name(outcome_.verdict);
  ASSIGN_OR_RETURN(const auto verdict, session.Call(&VerificationService::Stub::GetVerdict, get));
  app_.output().Say("    " + VerdictText(verdict.verdict()));
  return absl::OkStatus();
}

aggregation::v1::CreateStatisticRequest Runner::StatisticRequest(
    verification::v1::Tier tier) const {
  aggregation::v1::CreateStatisticRequest request;
  request.set_parent(spec_.tenant);
  request.set_display_name(spec_.statistic_title);
  request.set_abstraction(outcome_.abstraction);
  request.set_verdict(outcome_.verdict);
  request.set_tier(tier);
  for (const std::string& column : spec_.dimensions) request.add_dimensions(column);
  request.set_request_id(NewRequestId());
  return request;
}

absl::Status Runner::Aggregate() {
  Session& session = *actors_.analyst;
  ASSIGN_OR_RETURN(const auto created,
                   session.Call(&StatisticService::Stub::CreateStatistic,
                                StatisticRequest(verification::v1::TIER_INTERNAL)));
  StageRecord stage{"集計 aggregation"};
  ASSIGN_OR_RETURN(const Operation done, Follow(session, created.operation(), &stage));
  outcome_.statistic = done.result_name();
  aggregation::v1::GetStatisticRequest get;
  get.set_name(outcome_.statistic);
  // 個人情報保護 sees primary and secondary apart; the table itself is the analyst's.
  ASSIGN_OR_RETURN(const auto evidence,
                   actors_.privacy_officer->Call(&StatisticService::Stub::GetStatistic, get));
  const auto& statistic = evidence.statistic();
  outcome_.cells = statistic.cells();
  stage.records = outcome_.cells;  // What this stage makes, and what its time goes into.
  Note(stage);
  outcome_.suppressed = statistic.suppressed();
  outcome_.primary = statistic.primary_suppressions();
  outcome_.secondary = statistic.secondary_suppressions();
  if (app_.json) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto head, StatisticHead(session, statistic, spec_.head_rows));
  app_.out << "    " << Visible(statistic.display_name()) << "  " << StatisticSummary(statistic)
           << "\n"
           << head << std::flush;
  return absl::OkStatus();
}

absl::Status Runner::ShowRefusal() {
  const auto refused = actors_.analyst->Call(&StatisticService::Stub::CreateStatistic,
                                             StatisticRequest(verification::v1::TIER_PUBLIC));
  if (refused.ok()) {
    return platform::ReasonedError(absl::StatusCode::kInternal,
                                   {"REFUSAL_EXPECTED",
                                    "The public tier accepted what its policy must refuse.",
                                    "公表の基準を満たさない表が受理されました。",
                                    {}});
  }
  if (refused.status().code() != absl::StatusCode::kFailedPrecondition) return refused.status();
  const platform::Reason reason = platform::ReasonOf(refused.status());
  outcome_.refusal_reason = reason.name;
  app_.output().Say(absl::StrCat("    同じ表を公表で求めると拒否されます [", reason.name, "] ",
                                 reason.message_ja));
  return absl::OkStatus();
}

absl::Status Runner::Export() {
  if (spec_.export_file.empty()) return absl::OkStatus();
  const absl::Time begin = absl::Now();
  std::string csv;
  RETURN_IF_ERROR(ExportStatistic(*actors_.analyst, outcome_.statistic,
                                  aggregation::v1::CSV_ENCODING_UTF8_BOM,
                                  [&](absl::string_view piece) {
                                    csv.append(piece.data(), piece.size());
                                    return absl::OkStatus();
                                  }));
  RETURN_IF_ERROR(WriteFile(spec_.export_file, csv));
  Note({"書き出し export", absl::ToDoubleSeconds(absl::Now() - begin), outcome_.cells,
        PeakMemory()});
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RunOutcome> RunPath(App& app, const Actors& actors, const RunSpec& spec) {
  return Runner(app, actors, spec).Run();
}

std::string StageTable(const std::vector<StageRecord>& stages) {
  std::vector<std::vector<std::string>> rows;
  for (const StageRecord& stage : stages) {
    const double rate = stage.seconds > 0 ? stage.records / stage.seconds : 0;
    rows.push_back({stage.title, absl::StrFormat("%.2f", stage.seconds), Grouped(stage.records),
                    Grouped(static_cast<int64_t>(rate)), Grouped(stage.peak_memory_bytes >> 20)});
  }
  return FormatTable({"段階", "秒", "件", "件/秒", "最大MB"}, rows);
}

int64_t PeakMemory() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return int64_t{usage.ru_maxrss} << 10;  // Linux counts kilobytes.
}

}  // namespace oboro::cli
