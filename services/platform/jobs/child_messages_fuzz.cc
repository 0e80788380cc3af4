// What a child that was taken over may say: any bytes on the control pipe, in any pieces, do the
// parent no harm, and what is understood is what our own encoder would have sent.

#include <cstdint>
#include <string>

#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/platform/jobs/child_messages.h"

namespace {

using oboro::platform::ControlMessage;
using oboro::platform::ControlParser;

// Parses bytes that come `step` at a time; answers all that was understood, encoded again.
std::string Understood(absl::string_view bytes, size_t step) {
  ControlParser parser;
  std::string again;
  for (size_t at = 0; at < bytes.size(); at += step) {
    parser.Add(bytes.substr(at, step));
    while (true) {
      ControlMessage message;
      const auto whole = parser.Next(&message);
      if (!whole.ok()) return again;
      if (!*whole) break;
      again += EncodeControl(message);
      const absl::Status status = StatusOf(message);
      OBORO_CHECK(!status.ok());
      OBORO_CHECK(oboro::platform::ReasonOf(status).message.size() <= 4096);
    }
  }
  return again;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::string whole = Understood(bytes, size + 1);
  OBORO_CHECK(bytes.substr(0, whole.size()) == whole);
  OBORO_CHECK(Understood(bytes, 3) == whole);
  // The orders are the parent's own words, but their reader is held to the same.
  (void)DecodeOrders(oboro::platform::SecretBytes(std::span(data, size))).ok();
  return 0;
}
