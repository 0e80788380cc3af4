#include <unistd.h>

#include <map>
#include <utility>

#include "absl/strings/str_split.h"
#include "oboro/aggregation/v1/aggregation.grpc.pb.h"
#include "services/cli/commands/commands.h"
#include "services/cli/files.h"
#include "services/cli/statistic_text.h"
#include "services/cli/text.h"
#include "services/cli/transfer.h"
#include "services/cli/watch.h"

namespace oboro::cli {
namespace {

namespace pb = aggregation::v1;
using Statistics = pb::StatisticService::Stub;

struct CreateOptions {
  std::string display_name, abstraction, verdict, tier = "internal", measure;
  std::vector<std::string> by, within, where;
};

// The two sides of NAME<separator>REST; InvalidInput naming the option otherwise.
absl::StatusOr<std::pair<std::string, std::string>> Split(const std::string& option,
                                                          const std::string& text, char separator) {
  const size_t at = text.find(separator);
  if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
    const std::string form = option + " NAME" + separator + "...";
    return InvalidInput("The form is " + form + ", not " + text + ".",
                        form + " の形で指定してください: " + text);
  }
  return std::pair(text.substr(0, at), text.substr(at + 1));
}

absl::Status AddAxes(const CreateOptions& options, pb::CreateStatisticRequest* request) {
  std::map<std::string, std::vector<std::string>> within;
  for (const std::string& text : options.within) {
    ASSIGN_OR_RETURN(const auto sides, Split("--within", text, '='));
    within[sides.first] = absl::StrSplit(sides.second, '/');
  }
  for (const std::string& column : options.by) {
    pb::Axis* axis = request->add_axes();
    axis->set_column(column);
    for (const std::string& level : within[column]) axis->add_within(level);
    within.erase(column);
  }
  if (within.empty()) return absl::OkStatus();
  return InvalidInput("--within names " + within.begin()->first + ", which --by does not.",
                      "--within の " + within.begin()->first + " が --by にありません。");
}

absl::Status AddFilters(const CreateOptions& options, pb::CreateStatisticRequest* request) {
  for (const std::string& text : options.where) {
    ASSIGN_OR_RETURN(const auto sides, Split("--where", text, '='));
    pb::Filter* filter = request->add_filters();
    filter->set_column(sides.first);
    for (const auto value : absl::StrSplit(sides.second, '|')) {
      filter->add_values(std::string(value));
    }
  }
  return absl::OkStatus();
}

absl::Status SetMeasure(const std::string& text, pb::Measure* measure) {
  if (text.empty() || text == "records") return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto sides, Split("--measure", text, ':'));
  const std::map<std::string, pb::MeasureKind> kinds = {{"persons", pb::MEASURE_KIND_PERSONS},
                                                        {"households", pb::MEASURE_KIND_HOUSEHOLDS},
                                                        {"sum", pb::MEASURE_KIND_SUM},
                                                        {"mean", pb::MEASURE_KIND_MEAN}};
  const auto kind = kinds.find(sides.first);
  if (kind == kinds.end()) {
    return InvalidInput(
        "--measure is records, persons:COLUMN, households:COLUMN, sum:COLUMN or mean:COLUMN.",
        "--measure は records、persons:列、households:列、sum:列、mean:列 のいずれかです。");
  }
  measure->set_kind(kind->second);
  measure->set_column(sides.second);
  return absl::OkStatus();
}

absl::Status Create(App& app, const CreateOptions& options) {
  pb::CreateStatisticRequest request;
  ASSIGN_OR_RETURN(const auto tier, ParseTier(options.tier));
  request.set_tier(tier);
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  request.set_display_name(options.display_name);
  request.set_abstraction(FullName(request.parent(), "abstractions", options.abstraction));
  request.set_verdict(FullName(request.parent(), "verdicts", options.verdict));
  RETURN_IF_ERROR(AddAxes(options, &request));
  RETURN_IF_ERROR(AddFilters(options, &request));
  RETURN_IF_ERROR(SetMeasure(options.measure, request.mutable_measure()));
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
  app.out << Visible(statistic.display_name()) << "  " << StatisticSummary(statistic) << "\n"
          << head;
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
        command.add_option("--by", o.by, "One to eight columns, comma-separated")
            ->required()
            ->delimiter(',');
        command.add_option("--within", o.within,
                           "Coarser columns of one of --by, finest first: town=ward/city");
        command.add_option("--measure", o.measure,
                           "records (default), persons:COLUMN, households:COLUMN, sum:COLUMN, "
                           "mean:COLUMN");
        command.add_option("--where", o.where, "Only records with one of the values: sex=女|男");
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
