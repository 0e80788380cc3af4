#include "services/platform/telemetry/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>

namespace oboro::platform {
namespace {

prometheus::Registry& Registry() {
  // Never destroyed: threads may count until the process ends.
  static auto* registry = new prometheus::Registry(prometheus::Registry::InsertBehavior::Merge);
  return *registry;
}

std::map<std::string, std::string> Labels(const MetricDefinition& metric, absl::string_view first,
                                          absl::string_view second) {
  std::map<std::string, std::string> labels;
  if (metric.labels[0][0] != '\0') labels[metric.labels[0]] = std::string(first);
  if (metric.labels[1][0] != '\0') labels[metric.labels[1]] = std::string(second);
  return labels;
}

}  // namespace

void Count(const MetricDefinition& metric, absl::string_view first, absl::string_view second) {
  prometheus::BuildCounter()
      .Name(metric.name)
      .Help(metric.help)
      .Register(Registry())
      .Add(Labels(metric, first, second))
      .Increment();
}

void Observe(const MetricDefinition& metric, double seconds, absl::string_view first,
             absl::string_view second) {
  static const prometheus::Histogram::BucketBoundaries kBuckets = {
      0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
  prometheus::BuildHistogram()
      .Name(metric.name)
      .Help(metric.help)
      .Register(Registry())
      .Add(Labels(metric, first, second), kBuckets)
      .Observe(seconds);
}

std::string MetricsText() { return prometheus::TextSerializer().Serialize(Registry().Collect()); }

}  // namespace oboro::platform
