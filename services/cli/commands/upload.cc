#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "oboro/upload/v1/upload.grpc.pb.h"
#include "services/cli/commands/commands.h"
#include "services/cli/files.h"
#include "services/cli/progress.h"
#include "services/cli/transfer.h"
#include "services/cli/watch.h"

namespace oboro::cli {
namespace {

namespace pb = upload::v1;
using Datasets = pb::DatasetService::Stub;
using Snapshots = pb::SnapshotService::Stub;

struct DatasetOptions {
  std::string id, display_name, department, schema;
  bool retain = false, review = false;
};

absl::Status CreateDataset(App& app, const DatasetOptions& options) {
  pb::CreateDatasetRequest request;
  ASSIGN_OR_RETURN(*request.mutable_schema(), ReadFile(options.schema));
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  request.set_dataset_id(options.id);
  request.set_display_name(options.display_name);
  request.set_department(FullName(request.parent(), "departments", options.department));
  request.set_retain_snapshots(options.retain);
  request.set_review_findings(options.review);
  return CallAndPrint(app, &Datasets::CreateDataset, request);
}

void AddDatasets(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "datasets", "データセット");
  AddCommand<DatasetOptions>(
      *group, app, "create", "Make a dataset (保有課)",
      [](CLI::App& command, DatasetOptions& o) {
        command.add_option("id", o.id, "[a-z][a-z0-9-]{1,62}")->required();
        command.add_option("--display-name", o.display_name, "As 住民基本台帳")->required();
        command.add_option("--department", o.department, "Department that holds it")->required();
        command.add_option("--schema", o.schema, "YAML file (docs/layouts.md)")->required();
        command.add_flag("--retain-snapshots", o.retain, "Keep raw snapshots once abstracted");
        command.add_flag("--review-findings", o.review, "Findings wait to be settled");
      },
      [&app](const DatasetOptions& o) { return CreateDataset(app, o); });
  AddGetCommand(*group, app, &Datasets::GetDataset, "datasets");
  AddListCommand(*group, app, &Datasets::ListDatasets, "datasets",
                 {"name", "display_name", "department"});
  AddCommand<DatasetOptions>(
      *group, app, "update", "Change what may be changed; everything is written as given (保有課)",
      [](CLI::App& command, DatasetOptions& o) {
        command.add_option("id", o.id, "Dataset")->required();
        command.add_option("--display-name", o.display_name, "As 住民基本台帳")->required();
        command.add_flag("--retain-snapshots", o.retain, "Keep raw snapshots once abstracted");
        command.add_flag("--review-findings", o.review, "Findings wait to be settled");
      },
      [&app](const DatasetOptions& o) -> absl::Status {
        ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
        pb::UpdateDatasetRequest request;
        request.set_name(FullName(tenant, "datasets", o.id));
        request.set_display_name(o.display_name);
        request.set_retain_snapshots(o.retain);
        request.set_review_findings(o.review);
        return CallAndPrint(app, &Datasets::UpdateDataset, request);
      });
}

struct SnapshotOptions {
  std::string dataset, name, rule, settlement;
  int32_t page_size = 100;
};

// OPEN, ACCEPTED, EXCLUDED or RETURNED, in any case.
absl::StatusOr<pb::Settlement> ParseSettlement(const std::string& word) {
  pb::Settlement settlement = pb::SETTLEMENT_UNSPECIFIED;
  if (pb::Settlement_Parse("SETTLEMENT_" + absl::AsciiStrToUpper(word), &settlement) &&
      settlement != pb::SETTLEMENT_UNSPECIFIED) {
    return settlement;
  }
  return InvalidInput("a settlement is open, accepted, excluded or returned",
                      "処理は open、accepted、excluded、returned のいずれかです。");
}

absl::Status ShowFindings(App& app, const SnapshotOptions& options) {
  ASSIGN_OR_RETURN(Session * session, app.Connect());
  pb::ListFindingsRequest request;
  request.set_parent(options.name);
  request.set_page_size(options.page_size);
  request.set_rule(options.rule);
  if (!options.settlement.empty()) {
    ASSIGN_OR_RETURN(const pb::Settlement settlement, ParseSettlement(options.settlement));
    request.set_settlement(settlement);
  }
  ASSIGN_OR_RETURN(const auto response, session->Call(&Snapshots::ListFindings, request));
  app.output().PrintList(
      response, "findings",
      {"row", "column", "rule", "severity", "value", "settlement", "reason", "message"});
  return absl::OkStatus();
}

struct SettleOptions {
  std::string name, settlement, reason, rule;
  std::vector<int64_t> rows;
  bool only_open = false;
};

absl::Status SettleFindings(App& app, const SettleOptions& options) {
  pb::SettleFindingsRequest request;
  request.set_name(options.name);
  ASSIGN_OR_RETURN(const pb::Settlement settlement, ParseSettlement(options.settlement));
  request.set_settlement(settlement);
  request.set_reason(options.reason);
  request.set_rule(options.rule);
  for (const int64_t row : options.rows) request.add_rows(row);
  request.set_only_open(options.only_open);
  ASSIGN_OR_RETURN(Session * session, app.Connect());
  ASSIGN_OR_RETURN(const auto response, session->Call(&Snapshots::SettleFindings, request));
  if (app.json) {
    app.output().Print(response);
    return absl::OkStatus();
  }
  app.output().Say(absl::StrCat("処理した件数 / settled: ", response.settled(),
                                "、残り / open: ", response.snapshot().open_findings()));
  app.output().PrintList(response.snapshot(), "finding_counts",
                         {"rule", "severity", "count", "open", "accepted", "excluded", "returned"});
  return absl::OkStatus();
}

void AddSnapshots(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "snapshots", "時点データ");
  AddGetCommand(*group, app, &Snapshots::GetSnapshot, "snapshots");
  AddCommand<SnapshotOptions>(
      *group, app, "list", "Snapshots of a dataset",
      [](CLI::App& command, SnapshotOptions& o) {
        command.add_option("--dataset", o.dataset, "Dataset")->required();
      },
      [&app](const SnapshotOptions& o) -> absl::Status {
        ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
        pb::ListSnapshotsRequest request;
        request.set_parent(FullName(tenant, "datasets", o.dataset));
        ASSIGN_OR_RETURN(const auto response,
                         app.session->Call(&Snapshots::ListSnapshots, request));
        app.output().PrintList(response, "snapshots",
                               {"name", "reference_date", "state", "records", "errors", "alerts"});
        return absl::OkStatus();
      });
  AddCommand<SnapshotOptions>(
      *group, app, "findings", "What the check found",
      [](CLI::App& command, SnapshotOptions& o) {
        command.add_option("name", o.name, "Full name of the snapshot")->required();
        command.add_option("--page-size", o.page_size, "At most this many");
        command.add_option("--rule", o.rule, "Only of this rule");
        command.add_option("--settlement", o.settlement, "Only open, accepted, excluded, returned");
      },
      [&app](const SnapshotOptions& o) { return ShowFindings(app, o); });
  AddCommand<SettleOptions>(
      *group, app, "settle", "Settle findings in bulk (保有課)",
      [](CLI::App& command, SettleOptions& o) {
        command.add_option("name", o.name, "Full name of the snapshot")->required();
        command.add_option("settlement", o.settlement, "accepted, excluded or returned")
            ->required();
        command.add_option("--reason", o.reason, "Why; never a value of a record")->required();
        command.add_option("--rule", o.rule, "Only of this rule; else of every rule");
        command.add_option("--rows", o.rows, "Only of these record numbers, as 3,17")
            ->delimiter(',');
        command.add_flag("--only-open", o.only_open, "Leave what is decided already as it is");
      },
      [&app](const SettleOptions& o) { return SettleFindings(app, o); });
  AddCommand<NameOptions>(*group, app, "destroy", "Destroy its data key and bytes (保有課)",
                          BindName, [&app](const NameOptions& o) -> absl::Status {
                            pb::DestroySnapshotRequest request;
                            request.set_name(o.name);
                            return CallAndPrint(app, &Snapshots::DestroySnapshot, request);
                          });
}

struct UploadOptions {
  std::string file, dataset, reference_date, snapshot, profile;
  bool no_wait = false;
};

absl::StatusOr<std::string> OpenSnapshot(App& app, const UploadOptions& options) {
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  pb::CreateSnapshotRequest request;
  request.set_parent(FullName(tenant, "datasets", options.dataset));
  request.set_reference_date(options.reference_date);
  if (!options.profile.empty()) {
    request.set_profile(FullName(request.parent(), "profiles", options.profile));
  }
  // The same file again finds the snapshot that an interrupted upload began.
  const std::string purpose =
      absl::StrCat(request.parent(), "\n", options.reference_date,
                   request.profile().empty() ? "" : "\n", request.profile());
  ASSIGN_OR_RETURN(*request.mutable_request_id(), FileRequestId(purpose, options.file));
  ASSIGN_OR_RETURN(const auto response, app.session->Call(&Snapshots::CreateSnapshot, request));
  return response.snapshot().name();
}

absl::Status Upload(App& app, const UploadOptions& options) {
  ASSIGN_OR_RETURN(Session * session, app.Connect());
  std::string snapshot = options.snapshot;
  if (snapshot.empty()) {
    if (options.dataset.empty() || options.reference_date.empty()) {
      return InvalidInput("Give --dataset and --reference-date, or --snapshot to go on with one.",
                          "--dataset と --reference-date、または --snapshot を指定してください。");
    }
    ASSIGN_OR_RETURN(snapshot, OpenSnapshot(app, options));
  }
  app.output().Say("時点データ: " + snapshot);
  ProgressBar bar(app.err, !app.json);
  ASSIGN_OR_RETURN(const auto operation,
                   UploadFile(*session, snapshot, options.file, [&](int64_t done, int64_t total) {
                     bar.Show("upload", done, total);
                   }));
  bar.Clear();
  if (!options.no_wait) RETURN_IF_ERROR(Watch(app, *session, operation.name()).status());
  pb::GetSnapshotRequest get;
  get.set_name(snapshot);
  return CallAndPrint(app, &Snapshots::GetSnapshot, get);
}

}  // namespace

void AddUploadCommands(CLI::App& root, App& app) {
  AddDatasets(root, app);
  AddSnapshots(root, app);
  AddCommand<UploadOptions>(
      root, app, "upload", "Upload a file and check it; the same command again resumes (保有課)",
      [](CLI::App& command, UploadOptions& o) {
        command.add_option("file", o.file, "CSV file")->required();
        command.add_option("--dataset", o.dataset, "Dataset");
        command.add_option("--reference-date", o.reference_date, "時点, as 2025-04-01");
        command.add_option("--snapshot", o.snapshot, "Go on with this snapshot");
        command.add_option("--profile", o.profile, "Profile that the file is read with");
        command.add_flag("--no-wait", o.no_wait, "Do not wait for the check");
      },
      [&app](const UploadOptions& o) { return Upload(app, o); });
}

}  // namespace oboro::cli
