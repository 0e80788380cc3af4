#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/platform/base/secret.h"
#include "services/platform/keys/stream.h"

// What parent and child of a job say to each other over pipes. Fields are length-prefixed (four
// bytes, big-endian). The child is not trusted: the parent bounds and checks all that it reads.
namespace oboro::platform {

// Descriptors of the child: the request, the control pipe, then inputs, then outputs.
inline constexpr int kRequestFd = 3;
inline constexpr int kControlFd = 4;
inline constexpr int kFirstStreamFd = 5;
inline constexpr size_t kMaxStreams = 64;
inline constexpr char kChildArgument[] = "--job-child";

struct StreamGrant {
  std::string name;
  StreamId stream;
  SecretBytes key;
};

struct ChildOrders {
  std::string kind;
  std::string params;
  SecretBytes pseudonym_key;
  int64_t memory_limit_bytes = 0;
  std::vector<StreamGrant> inputs;
  std::vector<StreamGrant> outputs;
};

// All of it in memory that is wiped.
SecretBytes EncodeOrders(const ChildOrders& orders);
absl::StatusOr<ChildOrders> DecodeOrders(const SecretBytes& bytes);

// One message of the child on the control pipe: a type and its fields.
enum class ControlType : char {
  kProgress = 'P',  // stage, done, total
  kStage = 'S',     // stage, microseconds, records, peak bytes
  kOutput = 'O',    // name of a finished output
  kResult = 'R',    // JSON
  kError = 'E',     // code, reason, message, message_ja, then pairs of metadata
};
struct ControlMessage {
  ControlType type;
  std::vector<std::string> fields;
};

// Length (four bytes) and content.
std::string EncodeControl(const ControlMessage& message);

// Cuts a stream of bytes into messages.
class ControlParser {
 public:
  void Add(absl::string_view bytes) { buffer_.append(bytes.data(), bytes.size()); }
  // Takes the next whole message; false when there is none yet. INVALID_ARGUMENT for what no child
  // of ours sends: longer than 64 MiB or not made of fields.
  absl::StatusOr<bool> Next(ControlMessage* message);

 private:
  std::string buffer_;
  size_t at_ = 0;
};

ControlMessage ErrorMessage(const absl::Status& status);
// A status from the fields of kError, with lengths cut and the reason's name checked.
absl::Status StatusOf(const ControlMessage& message);

}  // namespace oboro::platform
