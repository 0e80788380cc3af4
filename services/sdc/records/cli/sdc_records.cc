#include "services/sdc/records/cli/sdc_records.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/cli/common.h"

namespace oboro::sdc {

int RunSdcRecords(int argc, char** argv, std::ostream& out, std::ostream& err) {
  const std::string command = argc > 0 ? argv[0] : "";
  std::set<std::string> valued = InputFlags();
  std::set<std::string> switches = {"json", "help"};
  int (*run)(const Flags&, std::ostream&, std::ostream&) = nullptr;
  if (command == "risk") {
    run = RunRisk;
    valued.insert({"household", "population"});
  } else if (command == "anonymize") {
    run = RunAnonymize;
    valued.merge(ModelFlags());
    valued.insert({"suppression-limit", "metric", "out", "manifest"});
    switches.insert("progress");
  } else if (command == "frontier") {
    run = RunFrontier;
    valued.merge(ModelFlags());
    valued.insert({"k-max", "suppression-limits", "metrics"});
  } else {
    return Fail(absl::InvalidArgumentError(absl::StrCat("there is no command \"", command,
                                                        "\"; use risk, anonymize or frontier")),
                err);
  }
  auto flags = Flags::Parse(argc, argv, valued, switches);
  if (!flags.ok()) return Fail(flags.status(), err);
  if (flags->Has("help")) {
    out << "oboro sdc " << command << " (docs/sdc-records.md)\n";
    for (const std::string& flag : valued) out << "  --" << flag << " VALUE\n";
    for (const std::string& flag : switches) out << "  --" << flag << "\n";
    return 0;
  }
  return run(*flags, out, err);
}

}  // namespace oboro::sdc
