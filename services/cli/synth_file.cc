#include "services/cli/synth_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

#include "absl/strings/str_cat.h"
#include "services/civic/synth/synth.h"
#include "services/cli/files.h"
#include "services/cli/progress.h"
#include "services/platform/base/status.h"

namespace oboro::cli {
namespace {

absl::StatusOr<civic::SynthOptions> ToOptions(const SynthRequest& request) {
  civic::SynthOptions options;
  options.municipality = request.municipality;
  options.population = static_cast<uint64_t>(request.population);
  options.seed = request.seed;
  options.defect_rate = request.defects;
  const auto date = civic::ParseIsoDate(request.as_of);
  if (!date.has_value()) {
    return InvalidInput("--as-of must be a date such as 2025-04-01.",
                        "--as-of は 2025-04-01 の形の日付です。");
  }
  options.as_of = *date;
  const auto encoding =
      civic::ParseEncoding(request.encoding == "utf-8-sig" ? "utf-8-bom" : request.encoding);
  if (!encoding.has_value()) {
    return InvalidInput("--encoding must be cp932, utf-8 or utf-8-sig.",
                        "--encoding は cp932、utf-8、utf-8-sig のいずれかです。");
  }
  options.encoding = *encoding;
  return options;
}

}  // namespace

absl::Status WriteSynthFile(App& app, const SynthRequest& request, const std::string& file,
                            const std::string& manifest) {
  ASSIGN_OR_RETURN(const civic::SynthOptions options, ToOptions(request));
  const std::string temporary = file + ".new";
  std::FILE* out = std::fopen(temporary.c_str(), "wbe");
  if (out == nullptr) {
    return InvalidInput(
        absl::StrCat("Cannot write ", file, ". Choose another place with --out."),
        absl::StrCat(file, " に書き込めません。--out で別の場所を指定してください。"));
  }
  ProgressBar bar(app.err, !app.json);
  int64_t bytes = 0;
  civic::SynthSummary summary;
  absl::Status written = civic::WriteRegister(
      options,
      [&](absl::string_view piece) -> absl::Status {
        if (std::fwrite(piece.data(), 1, piece.size(), out) != piece.size()) {
          return InvalidInput(
              absl::StrCat("Cannot write ", file, ": is the disk full?"),
              absl::StrCat(file, " に書き込めません。空き容量を確かめてください。"));
        }
        bytes += static_cast<int64_t>(piece.size());
        bar.Show("synth", bytes, 0);
        return absl::OkStatus();
      },
      &summary);
  if (written.code() == absl::StatusCode::kInvalidArgument) {
    written = InvalidInput(std::string(written.message()), "指定が正しくありません。");
  }
  if (std::fclose(out) != 0 && written.ok()) written = absl::DataLossError("close failed");
  if (written.ok() && !manifest.empty()) {
    written = WriteFile(manifest, civic::ManifestJson(options, summary));
  }
  if (written.ok() && std::rename(temporary.c_str(), file.c_str()) == 0) return absl::OkStatus();
  unlink(temporary.c_str());
  return written;
}

}  // namespace oboro::cli
