#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "oboro/aggregation/v1/joint.grpc.pb.h"
#include "services/cli/commands/commands.h"
#include "services/cli/files.h"
#include "services/cli/transfer.h"
#include "services/cli/watch.h"
#include "services/sdc/tables/cli/input.h"

namespace oboro::cli {
namespace {

namespace pb = aggregation::v1;
using Joints = pb::JointService::Stub;

constexpr char kCollection[] = "jointStatistics";

struct ProposeOptions {
  std::string display_name, purpose, kind, reference_date;
  std::vector<std::string> with, by, within;
};

void BindPropose(CLI::App& command, ProposeOptions& o) {
  command.add_option("--display-name", o.display_name, "As 圏域の年齢別人口")->required();
  command.add_option("--purpose", o.purpose, "What for")->required();
  command.add_option("--dataset-kind", o.kind, "Which records, as 住民基本台帳")->required();
  command.add_option("--reference-date", o.reference_date, "時点 of everybody's records")
      ->required();
  command.add_option("--with", o.with, "全国地方公共団体コード of the others")
      ->required()
      ->delimiter(',');
  command.add_option("--by", o.by, "Dimensions, columns of everybody's abstraction")
      ->required()
      ->delimiter(',');
  command.add_option("--within", o.within, "COLUMN=COARSER/COARSER, the finest first");
}

absl::Status AddAxes(const ProposeOptions& options, pb::JointProposal* proposal) {
  std::map<std::string, std::string> within;
  for (const std::string& text : options.within) {
    const std::pair<std::string, std::string> sides = absl::StrSplit(text, absl::MaxSplits('=', 1));
    within[sides.first] = sides.second;
  }
  for (const std::string& column : options.by) {
    pb::Axis* axis = proposal->add_axes();
    axis->set_column(column);
    const auto levels = within.find(column);
    if (levels == within.end()) continue;
    for (const auto level : absl::StrSplit(levels->second, '/', absl::SkipEmpty())) {
      axis->add_within(std::string(level));
    }
    within.erase(levels);
  }
  if (within.empty()) return absl::OkStatus();
  return InvalidInput("--within names " + within.begin()->first + ", which --by does not.",
                      "--within の " + within.begin()->first + " が --by にありません。");
}

absl::Status Propose(App& app, const ProposeOptions& options) {
  pb::ProposeJointStatisticRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  pb::JointProposal* proposal = request.mutable_proposal();
  proposal->set_display_name(options.display_name);
  proposal->set_purpose(options.purpose);
  proposal->set_dataset_kind(options.kind);
  proposal->set_reference_date(options.reference_date);
  for (const std::string& code : options.with) proposal->add_municipality_codes(code);
  RETURN_IF_ERROR(AddAxes(options, proposal));
  request.set_request_id(NewRequestId());
  return CallAndPrint(app, &Joints::ProposeJointStatistic, request);
}

struct ConsentOptions {
  std::string name, abstraction, verdict;
};

absl::Status Consent(App& app, const ConsentOptions& options) {
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  pb::ConsentJointStatisticRequest request;
  request.set_name(FullName(tenant, kCollection, options.name));
  request.set_abstraction(FullName(tenant, "abstractions", options.abstraction));
  request.set_verdict(FullName(tenant, "verdicts", options.verdict));
  return CallAndPrint(app, &Joints::ConsentJointStatistic, request);
}

absl::Status Make(App& app, const NameOptions& options) {
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  pb::MakeJointStatisticRequest request;
  request.set_name(FullName(tenant, kCollection, options.name));
  request.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(const auto queued, app.session->Call(&Joints::MakeJointStatistic, request));
  ASSIGN_OR_RETURN(const auto done, Watch(app, *app.session, queued.operation().name()));
  pb::GetJointStatisticRequest get;
  get.set_name(done.result_name());
  return CallAndPrint(app, &Joints::GetJointStatistic, get);
}

// The table in long form, as exports of statistics are: the mark X where a figure is suppressed.
std::string ToCsv(const pb::ReadJointStatisticResponse& table) {
  std::string csv;
  for (const pb::Dimension& dimension : table.dimensions()) {
    absl::StrAppend(&csv, sdc::cli::QuotedCsv(dimension.column()), ",");
  }
  absl::StrAppend(&csv, "value,status\r\n");
  for (const pb::Cell& cell : table.cells()) {
    for (int d = 0; d < cell.members_size(); ++d) {
      absl::StrAppend(&csv, sdc::cli::QuotedCsv(table.dimensions(d).members(cell.members(d))), ",");
    }
    absl::StrAppend(&csv, cell.has_value() ? absl::StrCat(cell.value(), ",") : ",X", "\r\n");
  }
  return csv;
}

absl::Status Read(App& app, const NameOptions& options) {
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  pb::ReadJointStatisticRequest request;
  request.set_name(FullName(tenant, kCollection, options.name));
  ASSIGN_OR_RETURN(const auto table, app.session->Call(&Joints::ReadJointStatistic, request));
  if (app.json) {
    app.output().Print(table);
  } else {
    app.out << ToCsv(table) << std::flush;
  }
  return absl::OkStatus();
}

// A command that names one and prints what became of it.
template <typename Request, typename Response>
void AddVerb(CLI::App& group, App& app, const std::string& verb, const std::string& help,
             grpc::Status (Joints::*method)(grpc::ClientContext*, const Request&, Response*)) {
  AddCommand<NameOptions>(group, app, verb, help, BindName,
                          [&app, method](const NameOptions& o) -> absl::Status {
                            ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
                            Request request;
                            request.set_name(FullName(tenant, kCollection, o.name));
                            return CallAndPrint(app, method, request);
                          });
}

}  // namespace

void AddJointCommands(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "joint", "共同統計（圏域）");
  AddCommand<ProposeOptions>(*group, app, "propose",
                             "Propose a table to other municipalities (個人情報保護)", BindPropose,
                             [&app](const ProposeOptions& o) { return Propose(app, o); });
  AddCommand<ConsentOptions>(
      *group, app, "consent", "Consent for an abstraction of one's own (個人情報保護)",
      [](CLI::App& command, ConsentOptions& o) {
        command.add_option("name", o.name, "Joint statistic")->required();
        command.add_option("--abstraction", o.abstraction, "Abstraction")->required();
        command.add_option("--verdict", o.verdict, "Its verdict")->required();
      },
      [&app](const ConsentOptions& o) { return Consent(app, o); });
  AddVerb(*group, app, "decline", "Say no (個人情報保護)", &Joints::DeclineJointStatistic);
  AddVerb(*group, app, "withdraw", "Take one's consent or proposal back (個人情報保護)",
          &Joints::WithdrawJointStatistic);
  AddCommand<NameOptions>(*group, app, "make", "Make the table once all consented (提案した団体)",
                          BindName, [&app](const NameOptions& o) { return Make(app, o); });
  AddGetCommand(*group, app, &Joints::GetJointStatistic, kCollection);
  AddListCommand(*group, app, &Joints::ListJointStatistics, "joint_statistics",
                 {"name", "state", "cells", "suppressed", "create_time"});
  AddCommand<NameOptions>(*group, app, "read", "Print the table as CSV, X where suppressed",
                          BindName, [&app](const NameOptions& o) { return Read(app, o); });
}

}  // namespace oboro::cli
