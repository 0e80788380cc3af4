#include "services/upload/append_snapshot_handler.h"

#include <algorithm>
#include <memory>

#include "services/platform/base/crc32c.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/db/usage.h"
#include "services/platform/keys/data_keys.h"
#include "services/upload/errors.h"
#include "services/upload/names.h"
#include "services/upload/part_writer.h"
#include "services/upload/resources.h"

namespace oboro::upload {
namespace {

constexpr int64_t kMaxPieceBytes = 1 << 20;

// One call's hold of the pen.
class Appender {
 public:
  Appender(const Deps& deps, const platform::CallContext& call, Ids ids)
      : deps_(deps), call_(call), ids_(std::move(ids)) {}

  absl::Status Begin(int64_t offset) {
    return deps_.db->RunTx(call_.tenant(), "append_begin", [&](pqxx::work& tx) -> absl::Status {
      ASSIGN_OR_RETURN(const DatasetRow dataset, ReadDataset(tx, call_.tenant(), ids_.dataset));
      RETURN_IF_ERROR(CheckDepartment(call_, dataset.department_id));
      ASSIGN_OR_RETURN(
          row_, ReadSnapshot(tx, call_.tenant(), ids_.dataset, ids_.snapshot, Lock::kForUpdate));
      if (row_.state != "OPEN") return SnapshotNotOpen(row_.state);
      if (offset != row_.committed_bytes) return OffsetMismatch(offset, row_.committed_bytes);
      ASSIGN_OR_RETURN(const int64_t unsettled, UnsettledBytes(tx, call_.tenant()));
      RETURN_IF_ERROR(platform::CheckQuota(tx, call_.tenant(), unsettled, 0));
      ASSIGN_OR_RETURN(key_,
                       platform::LoadDataKey(tx, call_.tenant(), *deps_.keys, row_.object_id));
      ASSIGN_OR_RETURN(
          epoch_, TakeWriter(tx, call_.tenant(), row_,
                             Event("APPEND_SNAPSHOT", {{"offset", offset}}), deps_.clock->Now()));
      return absl::OkStatus();
    });
  }

  absl::Status Take(const v1::AppendSnapshotRequest& piece) {
    const int64_t size = static_cast<int64_t>(piece.data().size());
    if (size > kMaxPieceBytes) return PieceTooLarge(size, kMaxPieceBytes);
    if (piece.offset() != expected()) return OffsetMismatch(piece.offset(), expected());
    if (platform::Crc32c(piece.data()) != piece.crc32c()) return ChecksumMismatch(piece.offset());
    absl::string_view left = piece.data();
    while (!left.empty()) {
      if (part_ == nullptr) RETURN_IF_ERROR(OpenPart());
      const size_t room = static_cast<size_t>(deps_.commit_bytes - part_->bytes());
      const absl::string_view now = left.substr(0, std::min(room, left.size()));
      RETURN_IF_ERROR(part_->Write(now));
      left.remove_prefix(now.size());
      if (part_->bytes() >= deps_.commit_bytes) RETURN_IF_ERROR(ClosePart());
    }
    return absl::OkStatus();
  }

  absl::StatusOr<int64_t> End() {
    if (part_ != nullptr) RETURN_IF_ERROR(ClosePart());
    return row_.committed_bytes;
  }

 private:
  int64_t expected() const {
    return row_.committed_bytes + (part_ == nullptr ? 0 : part_->bytes());
  }

  platform::AuditEvent Event(std::string action, nlohmann::json detail) const {
    return call_.Event(std::move(action),
                       SnapshotName(call_.tenant().id(), ids_.dataset, ids_.snapshot),
                       std::move(detail));
  }

  absl::Status OpenPart() {
    ASSIGN_OR_RETURN(const int number,
                     deps_.db->RunTx(call_.tenant(), "append_reserve", [&](pqxx::work& tx) {
                       return ReservePart(tx, call_.tenant(), ids_.snapshot, epoch_);
                     }));
    ASSIGN_OR_RETURN(part_, PartWriter::Open(deps_, call_.tenant(), row_.object_id, number,
                                             row_.next_chunk, key_));
    return absl::OkStatus();
  }

  absl::Status ClosePart() {
    ASSIGN_OR_RETURN(const PartRow part, part_->Commit(PartWriter::End::kOfPart));
    part_.reset();
    const auto committed = deps_.db->RunTx(
        call_.tenant(), "append_commit", [&](pqxx::work& tx) -> absl::StatusOr<int64_t> {
          ASSIGN_OR_RETURN(const int64_t held, UnsettledBytes(tx, call_.tenant()));
          RETURN_IF_ERROR(platform::CheckQuota(tx, call_.tenant(), held + part.bytes, 0));
          return CommitPart(
              tx, call_.tenant(), ids_.snapshot, epoch_, part,
              Event("COMMIT_SNAPSHOT_PART", {{"part", part.part}, {"bytes", part.bytes}}),
              deps_.clock->Now());
        });
    if (!committed.ok()) {
      // Nobody will count this part; a failure to remove it leaves it to the sweep.
      (void)deps_.objects->RemovePart(call_.tenant(), row_.object_id, part.part);
      return committed.status();
    }
    row_.committed_bytes = *committed;
    row_.next_chunk = part.first_chunk + part.chunks;
    return absl::OkStatus();
  }

  const Deps& deps_;
  const platform::CallContext& call_;
  const Ids ids_;
  SnapshotRow row_;
  int64_t epoch_ = 0;
  platform::SecretBytes key_;
  std::unique_ptr<PartWriter> part_;
};

}  // namespace

absl::StatusOr<v1::AppendSnapshotResponse> AppendSnapshotHandler::Handle(
    const platform::CallContext& call, const v1::AppendSnapshotRequest& first, const Next& next) {
  ASSIGN_OR_RETURN(Ids ids, ParseSnapshotName(first.name()));
  Appender appender(deps_, call, std::move(ids));
  RETURN_IF_ERROR(appender.Begin(first.offset()));
  RETURN_IF_ERROR(appender.Take(first));
  v1::AppendSnapshotRequest piece;
  // A stream that breaks off ends here like one that was closed: its good pieces are kept.
  while (next(&piece)) RETURN_IF_ERROR(appender.Take(piece));
  v1::AppendSnapshotResponse response;
  ASSIGN_OR_RETURN(const int64_t committed, appender.End());
  response.set_committed_bytes(committed);
  return response;
}

}  // namespace oboro::upload
