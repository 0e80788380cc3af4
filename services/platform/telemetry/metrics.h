#pragma once

#include <array>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"

namespace oboro::platform {

// A metric of the catalogue: its name, help text and label names. Label values come from closed
// sets of the code (method names, codes, transaction names, job kinds), never from a request: no
// tenant, person, dataset or file ever becomes a label.
struct MetricDefinition {
  const char* name;
  const char* help;
  std::array<const char*, 2> labels;  // "" where unused.
};

namespace metrics {
inline constexpr MetricDefinition kRpcCalls = {
    "oboro_rpc_calls_total", "RPCs answered, by method and code.", {"method", "code"}};
inline constexpr MetricDefinition kRpcSeconds = {
    "oboro_rpc_seconds", "Seconds from a call's arrival to its answer.", {"method", ""}};
inline constexpr MetricDefinition kTxSeconds = {
    "oboro_db_tx_seconds", "Seconds of a database transaction, retries included.", {"name", ""}};
inline constexpr MetricDefinition kTxRetries = {
    "oboro_db_tx_retries_total", "Transactions run again after a conflict.", {"name", ""}};
inline constexpr MetricDefinition kJobs = {
    "oboro_jobs_total", "Jobs ended, by kind and state.", {"kind", "state"}};
inline constexpr MetricDefinition kTokenKeyFetches = {
    "oboro_token_key_fetches_total", "Fetches of the provider's keys.", {"outcome", ""}};

// All of them, for the test against docs/operations.
inline constexpr std::array<MetricDefinition, 6> kCatalogue = {
    kRpcCalls, kRpcSeconds, kTxSeconds, kTxRetries, kJobs, kTokenKeyFetches};
}  // namespace metrics

// Adds one to a counter. Thread-safe; creates the series at its first use.
void Count(const MetricDefinition& metric, absl::string_view first, absl::string_view second = "");

// Adds an observation to a histogram (seconds).
void Observe(const MetricDefinition& metric, double seconds, absl::string_view first,
             absl::string_view second = "");

// The process's metrics in Prometheus's text format.
std::string MetricsText();

}  // namespace oboro::platform
