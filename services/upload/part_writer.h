#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/platform/base/secret.h"
#include "services/platform/keys/stream.h"
#include "services/platform/objects/object_store.h"
#include "services/upload/deps.h"
#include "services/upload/snapshot_rows.h"

namespace oboro::upload {

// Writes one part of a snapshot's encrypted stream. The order of a part's life is what makes an
// acknowledgement true: number reserved (row), ciphertext durable (object), part counted (row). A
// crash between any two leaves a part that no row names, which the sweep removes.
class PartWriter {
 public:
  // `key` must outlive the writer.
  static absl::StatusOr<std::unique_ptr<PartWriter>> Open(const Deps& deps,
                                                          const platform::TenantContext& tenant,
                                                          const std::string& object_id, int part,
                                                          int64_t first_chunk,
                                                          const platform::SecretBytes& key);

  absl::Status Write(absl::string_view plaintext);

  enum class End { kOfPart, kOfStream };
  // Makes the part durable; kOfStream writes the stream's last chunk. Answers the row to count.
  absl::StatusOr<PartRow> Commit(End end);

  int64_t bytes() const { return bytes_; }

 private:
  PartWriter(int part, int64_t first_chunk, std::unique_ptr<platform::ObjectWriter> object)
      : part_(part), first_chunk_(first_chunk), object_(std::move(object)) {}

  int part_;
  int64_t first_chunk_;
  int64_t bytes_ = 0;
  std::unique_ptr<platform::ObjectWriter> object_;
  std::unique_ptr<platform::StreamEncryptor> encryptor_;
};

}  // namespace oboro::upload
