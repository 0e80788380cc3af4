#include "services/cli/transfer.h"

#include <openssl/rand.h>
#include <openssl/sha.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "oboro/aggregation/v1/aggregation.grpc.pb.h"
#include "oboro/upload/v1/upload.grpc.pb.h"
#include "services/cli/files.h"
#include "services/platform/base/crc32c.h"
#include "services/platform/base/status.h"

namespace oboro::cli {
namespace {

constexpr size_t kPiece = size_t{1} << 20;
constexpr absl::Duration kStream = absl::Minutes(14);
constexpr int kRetries = 60;
constexpr absl::Duration kPause = absl::Seconds(1);

std::string UuidShaped(absl::string_view digest16) {
  std::string hex = absl::BytesToHexString(digest16);
  for (const size_t at : {20, 16, 12, 8}) hex.insert(at, "-");
  return hex;
}

// One stream from `offset` to the end of the file, or as far as the connection holds.
absl::Status SendFrom(Session& session, const std::string& snapshot, std::ifstream& file,
                      int64_t offset, int64_t size, const TransferProgress& progress) {
  ASSIGN_OR_RETURN(const auto context, session.NewContext(kStream));
  upload::v1::SnapshotService::Stub stub(session.channel());
  upload::v1::AppendSnapshotResponse response;
  const auto writer = stub.AppendSnapshot(context.get(), &response);
  std::string piece(kPiece, '\0');
  file.clear();
  file.seekg(offset);
  bool first = true;
  // A file of nothing still sends one message, so that the service can say what it thinks of it.
  do {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const auto count = static_cast<size_t>(file.gcount());
    upload::v1::AppendSnapshotRequest request;
    if (first) request.set_name(snapshot);
    first = false;
    request.set_offset(offset);
    request.set_data(piece.data(), count);
    request.set_crc32c(platform::Crc32c(absl::string_view(piece.data(), count)));
    if (!writer->Write(request)) break;
    offset += static_cast<int64_t>(count);
    progress(offset, size);
    if (count == 0) break;
  } while (offset < size);
  writer->WritesDone();
  return platform::FromGrpc(writer->Finish());
}

bool WorthAnotherTry(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kDeadlineExceeded ||
         status.code() == absl::StatusCode::kAborted;
}

}  // namespace

absl::StatusOr<std::string> FileRequestId(const std::string& scope, const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) {
    return InvalidInput(absl::StrCat("Cannot read ", path, ": ", std::strerror(errno), "."),
                        absl::StrCat(path, " を読めません。"));
  }
  std::error_code error;
  const std::string identity =
      absl::StrCat(scope, "\n", std::filesystem::absolute(path, error).string(), "\n", info.st_size,
                   "\n", info.st_mtim.tv_sec, ".", info.st_mtim.tv_nsec, "\n", info.st_ino);
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(identity.data()), identity.size(), digest);
  return UuidShaped({reinterpret_cast<const char*>(digest), 16});
}

std::string NewRequestId() {
  unsigned char random[16] = {};
  // A request id need only be unique: without randomness the service refuses the duplicate.
  (void)RAND_bytes(random, sizeof random);
  return UuidShaped({reinterpret_cast<const char*>(random), 16});
}

absl::StatusOr<operation::v1::Operation> UploadFile(Session& session, const std::string& snapshot,
                                                    const std::string& path,
                                                    const TransferProgress& progress) {
  std::ifstream file(path, std::ios::binary);
  std::error_code error;
  const auto size = static_cast<int64_t>(std::filesystem::file_size(path, error));
  if (!file || error) {
    return InvalidInput(absl::StrCat("Cannot read ", path, ". Check the path."),
                        absl::StrCat(path, " を読めません。パスを確かめてください。"));
  }
  upload::v1::GetSnapshotRequest get;
  get.set_name(snapshot);
  absl::Status sent;
  for (int attempt = 0; attempt < kRetries; ++attempt) {
    if (attempt > 0) absl::SleepFor(kPause);
    const auto state = session.Call(&upload::v1::SnapshotService::Stub::GetSnapshot, get);
    sent = state.status();
    if (state.ok() && state->snapshot().committed_bytes() < size) {
      sent = SendFrom(session, snapshot, file, state->snapshot().committed_bytes(), size, progress);
    }
    if (sent.ok() || !WorthAnotherTry(sent)) break;
  }
  RETURN_IF_ERROR(sent);
  upload::v1::CompleteSnapshotRequest complete;
  complete.set_name(snapshot);
  complete.set_total_bytes(size);
  // Closing is idempotent: an answer that was lost is asked for again.
  for (int attempt = 0;; ++attempt) {
    const auto completed =
        session.Call(&upload::v1::SnapshotService::Stub::CompleteSnapshot, complete);
    if (completed.ok()) return completed->operation();
    if (attempt == kRetries || !WorthAnotherTry(completed.status())) return completed.status();
    absl::SleepFor(kPause);
  }
}

absl::Status ExportStatistic(Session& session, const std::string& statistic,
                             aggregation::v1::CsvEncoding encoding,
                             const std::function<absl::Status(absl::string_view)>& sink) {
  aggregation::v1::ExportStatisticRequest request;
  request.set_name(statistic);
  request.set_encoding(encoding);
  ASSIGN_OR_RETURN(const auto context, session.NewContext());
  aggregation::v1::StatisticService::Stub stub(session.channel());
  const auto reader = stub.ExportStatistic(context.get(), request);
  aggregation::v1::ExportStatisticResponse response;
  while (reader->Read(&response)) RETURN_IF_ERROR(sink(response.data()));
  return platform::FromGrpc(reader->Finish());
}

}  // namespace oboro::cli
