#include "services/sdc/records/manifest.h"

#include <cstdio>
#include <nlohmann/json.hpp>

namespace oboro::sdc {
namespace {

using Json = nlohmann::json;

std::string Fraction(double x) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.17g", x);
  return text;
}

void AddHierarchy(const Hierarchy& hierarchy, const std::vector<std::string>& rules, size_t i,
                  Json* json) {
  if (i < rules.size() && !rules[i].empty()) {
    (*json)["hierarchy_rule"] = rules[i];
  } else {
    (*json)["hierarchy_sha256"] = hierarchy.Digest();
  }
}

Json Attributes(const ManifestInput& m) {
  Json out = Json::array();
  for (size_t d = 0; d < m.input->quasi_identifiers.size(); ++d) {
    const Hierarchy& h = *m.input->hierarchies[d];
    const int level = m.result->levels[d];
    out.push_back({{"name", m.input->table->column(m.input->quasi_identifiers[d]).name()},
                   {"hierarchy_levels", h.level_count()},
                   {"level", level},
                   {"level_name", h.level(level).name},
                   {"loss", Fraction(m.result->losses[d])}});
    AddHierarchy(h, m.hierarchy_rules, d, &out.back());
    if (!m.options->weights.empty()) out.back()["weight"] = m.options->weights[d].ToString();
    if (!m.input->level_bounds.empty()) {
      out.back()["level_bounds"] = {m.input->level_bounds[d].first,
                                    m.input->level_bounds[d].second};
    }
  }
  return out;
}

Json Models(const ManifestInput& m) {
  Json out = Json::array();
  for (const Model& model : m.input->models) {
    Json entry = {{"model", model.Name()}, {"parameter", model.parameter.ToString()}};
    if (model.kind == ModelKind::kRecursiveCL) entry["l"] = model.recursive_l;
    if (model.NeedsSensitive()) {
      entry["sensitive"] = m.input->table->column(m.input->sensitive[model.sensitive]).name();
    }
    if (model.kind == ModelKind::kTHierarchical) {
      AddHierarchy(*m.input->sensitive_hierarchies[model.sensitive], m.sensitive_hierarchy_rules,
                   model.sensitive, &entry);
    }
    out.push_back(std::move(entry));
  }
  return out;
}

}  // namespace

std::string MakeManifest(const ManifestInput& m) {
  Json json;
  json["schema"] = "oboro.sdc.records.manifest.v1";
  json["engine"] = kRecordsEngineVersion;
  json["transformation"] = "full-domain generalisation with record suppression";
  json["quasi_identifiers"] = Attributes(m);
  json["models"] = Models(m);
  Json sensitive = Json::array();
  for (const size_t c : m.input->sensitive) sensitive.push_back(m.input->table->column(c).name());
  json["sensitive"] = std::move(sensitive);
  json["kept_columns"] = m.kept_columns;
  json["metric"] = MetricName(m.options->metric);
  json["score"] = Fraction(m.result->score);
  json["optimal"] = m.result->optimal();
  json["score_bound"] = Fraction(m.result->bound);
  json["suppression_limit"] = m.options->suppression_limit.ToString();
  json["lattice_nodes"] = m.result->lattice_nodes;
  json["counts"] = {{"records", m.result->records},
                    {"suppressed", m.result->records - m.applied->kept_records},
                    {"written", m.applied->kept_records},
                    {"classes", m.applied->classes},
                    {"min_class", m.applied->min_class}};
  json["row_order"] = "random";
  if (m.keyed_input_digest) {
    json["input_hmac_sha256"] = *m.keyed_input_digest;
  }
  return json.dump();
}

}  // namespace oboro::sdc
