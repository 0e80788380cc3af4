#include <unistd.h>

#include "oboro/aggregation/v1/aggregation.grpc.pb.h"
#include "services/cli/commands/commands.h"
#include "services/cli/files.h"
#include "services/cli/statistic_text.h"
#include "services/cli/transfer.h"
#include "services/cli/watch.h"

namespace oboro::cli {
namespace {

namespace pb = aggregation::v1;
using Statistics = pb::StatisticService::Stub;

struct CreateOptions {
  std::string display_name, abstraction, verdict, tier = "internal";
  std::vector<std::string> by;
};

absl::Status Create(App& app, const CreateOptions& options) {
  pb::CreateStatisticRequest request;
  ASSIGN_OR_RETURN(const auto tier, ParseTier(options.tier));
  request.set_tier(tier);
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  request.set_display_name(options.display_name);
  request.set_abstraction(FullName(request.parent(), "abstractions", options.abstraction));
  request.set_verdict(FullName(request.parent(), "verdicts", options.verdict));
  for (const std::string& column : options.by) request.add_dimensions(column);
  request.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(const auto created, app.session->Call(&Statistics::CreateStatistic, request));
  ASSIGN_OR_RETURN(const auto done, Watch(app, *app.session, created.operation().name()));
  pb::GetStatisticRequest get;
  get.set_name(done.result_name());
  return CallAndPrint(app, &Statistics::GetStatistic, get);
}

struct ShowOptions {
  std::string name;
  int rows = 20;
};

absl::StatusOr<pb::Statistic> GetStatistic(App& app, const std::string& name) {
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  pb::GetStatisticRequest request;
  request.set_name(FullName(tenant, "statistics", name));
  ASSIGN_OR_RETURN(auto response, app.session->Call(&Statistics::GetStatistic, request));
  return response.statistic();
}

absl::Status Show(App& app, const ShowOptions& options) {
  ASSIGN_OR_RETURN(const pb::Statistic statistic, GetStatistic(app, options.name));
  if (app.json) {
    app.output().Print(statistic);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const std::string head, StatisticHead(*app.session, statistic, options.rows));
  app.out << statistic.display_name() << "  " << StatisticSummary(statistic) << "\n" << head;
  return absl::OkStatus();
}

struct ExportOptions {
  std::string name, file, encoding = "utf-8";
};

absl::StatusOr<pb::CsvEncoding> ParseEncoding(const std::string& name) {
  if (name == "utf-8") return pb::CSV_ENCODING_UNSPECIFIED;
  if (name == "utf-8-sig") return pb::CSV_ENCODING_UTF8_BOM;
  if (name == "cp932") return pb::CSV_ENCODING_CP932;
  return InvalidInput("--encoding must be utf-8, utf-8-sig or cp932.",
                      "--encoding は utf-8、utf-8-sig、cp932 のいずれかです。");
}

absl::Status Export(App& app, const ExportOptions& options) {
  ASSIGN_OR_RETURN(const pb::CsvEncoding encoding, ParseEncoding(options.encoding));
  ASSIGN_OR_RETURN(const pb::Statistic statistic, GetStatistic(app, options.name));
  std::string csv;
  RETURN_IF_ERROR(
      ExportStatistic(*app.session, statistic.name(), encoding, [&](absl::string_view piece) {
        csv.append(piece.data(), piece.size());
        return absl::OkStatus();
      }));
  if (options.file.empty() || options.file == "-") {
    app.out << csv << std::flush;
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(WriteFile(options.file, csv));
  app.output().Say("書き出しました: " + options.file);
  return absl::OkStatus();
}

}  // namespace

void AddStatisticsCommands(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "statistics", "統計表");
  AddCommand<CreateOptions>(
      *group, app, "create", "Build and protect a table (分析)",
      [](CLI::App& command, CreateOptions& o) {
        command.add_option("--display-name", o.display_name, "Title")->required();
        command.add_option("--abstraction", o.abstraction, "Abstraction")->required();
        command.add_option("--verdict", o.verdict, "Verdict that lets it out")->required();
        command.add_option("--tier", o.tier, "internal, joint or public");
        command.add_option("--by", o.by, "One to three columns, comma-separated")
            ->required()
            ->delimiter(',');
      },
      [&app](const CreateOptions& o) { return Create(app, o); });
  AddGetCommand(*group, app, &Statistics::GetStatistic, "statistics");
  AddListCommand(*group, app, &Statistics::ListStatistics, "statistics",
                 {"name", "display_name", "tier", "cells", "suppressed", "create_time"});
  AddCommand<ShowOptions>(
      *group, app, "show", "Print the table",
      [](CLI::App& command, ShowOptions& o) {
        command.add_option("name", o.name, "Statistic")->required();
        command.add_option("--rows", o.rows, "Members of the first dimension to print");
      },
      [&app](const ShowOptions& o) { return Show(app, o); });
  AddCommand<ExportOptions>(
      *group, app, "export", "Write the table as CSV",
      [](CLI::App& command, ExportOptions& o) {
        command.add_option("name", o.name, "Statistic")->required();
        command.add_option("--out", o.file, "File; - for standard output");
        command.add_option("--encoding", o.encoding, "utf-8, utf-8-sig or cp932");
      },
      [&app](const ExportOptions& o) { return Export(app, o); });
}

}  // namespace oboro::cli
