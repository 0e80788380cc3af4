#pragma once

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "oboro/audit/v1/audit.pb.h"
#include "services/cli/session.h"

namespace oboro::cli {

using EventSink = std::function<absl::Status(const audit::v1::Event&)>;

// Every event of the tenant from the service, in order.
absl::Status FetchEvents(Session& session, const std::string& tenant, const EventSink& take);

// Every event of a file that `oboro audit export` wrote: one JSON object a line.
absl::Status ReadEventFile(const std::string& path, const EventSink& take);

// A head that `oboro audit head --out` wrote.
absl::StatusOr<audit::v1::SignedHead> ReadHeadFile(const std::string& path);

// Recomputes the chain here, on the reader's own machine, from the events that `feed` gives; the
// chain must contain `known_head`, whose signature is checked with the public key it came with.
// DATA_LOSS, reason AUDIT_CHAIN_BROKEN, says what and at which number. Answers the events read.
absl::StatusOr<int64_t> CheckChain(const std::string& tenant,
                                   const std::optional<audit::v1::SignedHead>& known_head,
                                   const std::function<absl::Status(const EventSink&)>& feed);

// The error that stands for a broken chain.
absl::Status ChainBroken(const std::string& fault, int64_t sequence);

}  // namespace oboro::cli
