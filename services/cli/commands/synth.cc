#include "services/cli/commands/commands.h"
#include "services/cli/synth_file.h"
#include "services/cli/text.h"

namespace oboro::cli {
namespace {

struct SynthCommand {
  SynthRequest request;
  std::string out, manifest;
};

}  // namespace

void AddSynthCommands(CLI::App& root, App& app) {
  AddCommand<SynthCommand>(
      root, app, "synth", "Write a synthetic resident register; needs no server",
      [](CLI::App& command, SynthCommand& o) {
        command.add_option("--municipality", o.request.municipality, "082201 or 221309")
            ->required();
        command.add_option("--population", o.request.population, "Residents")->required();
        command.add_option("--as-of", o.request.as_of, "時点, as 2025-04-01")->required();
        command.add_option("--seed", o.request.seed, "The same seed gives the same bytes");
        command.add_option("--encoding", o.request.encoding, "cp932, utf-8 or utf-8-sig");
        command.add_option("--defects", o.request.defects, "Share of rows to put wrong, 0 to 0.5");
        command.add_option("--manifest", o.manifest, "JSON file for the truth about the defects");
        command.add_option("--out", o.out, "CSV file to write")->required();
      },
      [&app](const SynthCommand& o) -> absl::Status {
        RETURN_IF_ERROR(WriteSynthFile(app, o.request, o.out, o.manifest));
        app.output().Say(o.out + ": " + Grouped(o.request.population) + " 人");
        return absl::OkStatus();
      });
}

}  // namespace oboro::cli
