#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/base/secret.h"
#include "services/platform/keys/stream.h"
#include "services/platform/objects/object_store.h"

namespace oboro::platform {

// One encrypted object handed to the child.
struct ChildInput {
  std::string name;
  StreamId stream;
  SecretBytes key;
  // Ciphertext, part after part.
  std::vector<std::unique_ptr<ObjectReader>> parts;
};

struct ChildOutput {
  std::string name;
  StreamId stream;
  SecretBytes key;
  ObjectWriter* writer = nullptr;  // Not owned; committed by the caller.
};

struct ChildProgress {
  std::string stage;
  int64_t done = 0;
  int64_t total = 0;
};

struct ChildStage {
  std::string stage;
  double seconds = 0;
  int64_t records = 0;
  int64_t peak_memory_bytes = 0;
};

struct ChildRequest {
  std::string kind;
  std::string params;
  SecretBytes pseudonym_key;
  std::vector<ChildInput> inputs;
  std::vector<ChildOutput> outputs;
  int64_t memory_limit_bytes = 0;  // Above what the program needs idle; 0: 2 GiB.
  absl::Duration time_limit = absl::Hours(2);
  // Called on progress and at least every second; answering false kills the child (cancel, lost
  // lease).
  std::function<bool(const ChildProgress&)> on_progress;
};

struct ChildResult {
  std::string result;  // JSON of the kind.
  std::vector<ChildStage> stages;
  // By name, the outputs that were finished: ciphertext bytes written and their SHA-256 (32 bytes).
  std::map<std::string, std::pair<int64_t, std::string>> outputs;
};

// Starts this executable again as a child (fork and exec of /proc/self/exe), feeds it and waits.
// Nothing but the named descriptors and an empty environment goes with it; it is killed when this
// thread or process ends. Memory here: 1 MiB for each input and output.
//
// Errors: the child's own come back with code and reason; a child that died answers INTERNAL,
// JOB_CHILD_DIED (metadata: signal or exit code); one killed because on_progress said so CANCELLED,
// JOB_CANCELLED; one beyond its time DEADLINE_EXCEEDED, JOB_TIME_LIMIT; errors of an ObjectReader
// or ObjectWriter come back as they are. After an error nothing may be committed.
absl::StatusOr<ChildResult> RunChild(ChildRequest request);

}  // namespace oboro::platform
