#pragma once

#include <openssl/sha.h>

#include <memory>
#include <string>
#include <utility>

#include "services/platform/base/status.h"
#include "services/platform/jobs/child_process.h"
#include "services/platform/jobs/memory_job_io.h"
#include "services/platform/keys/stream.h"

namespace oboro::platform {

// RunChild without the process: decrypts the inputs, runs `function`, encrypts what it finished.
// For tests of job handlers; the child itself has tests of its own.
inline absl::StatusOr<ChildResult> RunInProcess(ChildRequest request, const JobFunction& function) {
  MemoryJobIo io(request.params, 7);
  io.SetPseudonymKey(std::move(request.pseudonym_key));
  for (ChildInput& input : request.inputs) {
    std::string plaintext;
    size_t part = 0;
    StreamDecryptor stream(
        input.stream, input.key, [&](char* buffer, size_t size) -> absl::StatusOr<size_t> {
          while (part < input.parts.size()) {
            ASSIGN_OR_RETURN(const size_t got, input.parts[part]->Read(buffer, size));
            if (got > 0) return got;
            ++part;
          }
          return size_t{0};
        });
    while (true) {
      ASSIGN_OR_RETURN(const absl::string_view piece, stream.Read());
      if (piece.empty()) break;
      plaintext.append(piece.data(), piece.size());
    }
    io.SetInput(input.name, std::move(plaintext));
  }
  if (request.on_progress && !request.on_progress({"TEST", 0, 0})) {
    return absl::CancelledError("the heartbeat said no");
  }
  ChildResult result;
  ASSIGN_OR_RETURN(result.result, function(io));
  for (ChildOutput& output : request.outputs) {
    const std::string* plaintext = io.Output(output.name);
    if (plaintext == nullptr) continue;
    std::string ciphertext;
    StreamEncryptor stream(output.stream, output.key, 0, [&](absl::string_view bytes) {
      ciphertext.append(bytes.data(), bytes.size());
      return output.writer->Write(bytes);
    });
    RETURN_IF_ERROR(stream.Write(*plaintext));
    RETURN_IF_ERROR(stream.Finish());
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(ciphertext.data()), ciphertext.size(), digest);
    result.outputs[output.name] = {static_cast<int64_t>(ciphertext.size()),
                                   std::string(reinterpret_cast<char*>(digest), sizeof(digest))};
  }
  return result;
}

}  // namespace oboro::platform
