#include "services/upload/part_writer.h"

#include "services/platform/base/status.h"

namespace oboro::upload {

absl::StatusOr<std::unique_ptr<PartWriter>> PartWriter::Open(const Deps& deps,
                                                             const platform::TenantContext& tenant,
                                                             const std::string& object_id, int part,
                                                             int64_t first_chunk,
                                                             const platform::SecretBytes& key) {
  ASSIGN_OR_RETURN(std::unique_ptr<platform::ObjectWriter> object,
                   deps.objects->Create(tenant, object_id, part));
  std::unique_ptr<PartWriter> writer(new PartWriter(part, first_chunk, std::move(object)));
  writer->encryptor_ = std::make_unique<platform::StreamEncryptor>(
      platform::StreamId{tenant.id(), object_id}, key, static_cast<uint64_t>(first_chunk),
      [object = writer->object_.get()](absl::string_view bytes) { return object->Write(bytes); });
  return writer;
}

absl::Status PartWriter::Write(absl::string_view plaintext) {
  bytes_ += static_cast<int64_t>(plaintext.size());
  return encryptor_->Write(plaintext);
}

absl::StatusOr<PartRow> PartWriter::Commit(End end) {
  if (end == End::kOfStream) {
    RETURN_IF_ERROR(encryptor_->Finish());
  } else {
    RETURN_IF_ERROR(encryptor_->Flush());
  }
  RETURN_IF_ERROR(object_->Commit());
  PartRow row;
  row.part = part_;
  row.first_chunk = first_chunk_;
  row.chunks = static_cast<int64_t>(encryptor_->next_chunk()) - first_chunk_;
  row.bytes = bytes_;
  return row;
}

}  // namespace oboro::upload
