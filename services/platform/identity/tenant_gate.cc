#include "services/platform/identity/tenant_gate.h"

#include "absl/strings/str_cat.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status.h"

namespace oboro::platform {
namespace {

constexpr size_t kStates = 4;
constexpr size_t kClasses = 6;
constexpr size_t kVerbs = 4;
constexpr std::array<const char*, kStates> kStateNames = {"ACTIVE", "SUSPENDED", "SEALED",
                                                          "SHREDDED"};
constexpr std::array<const char*, kClasses> kClassNames = {"HEAD",  "AUDIT", "READ",
                                                           "WRITE", "KEYS",  "LIFE"};
constexpr std::array<const char*, kVerbs> kVerbNames = {"Suspend", "Resume", "Seal", "Shred"};

// The gate: what may be asked in which state. Nowhere else is a state compared with a name.
constexpr bool kGate[kClasses][kStates] = {
    // ACTIVE SUSPENDED SEALED SHREDDED
    {true, true, true, true},     // HEAD
    {true, false, true, true},    // AUDIT: evidence outlives the keys
    {true, false, true, false},   // READ
    {true, false, false, false},  // WRITE
    {true, false, false, false},  // KEYS
    {true, true, true, true},     // LIFE
};

constexpr int kNo = -1;
constexpr int kA = 0, kSu = 1, kSe = 2, kSh = 3;
// The life: the state that each verb leads to. A sealed tenant is not suspended "more loosely": it
// stays sealed until it is resumed. Shredded is final.
constexpr int kLife[kVerbs][kStates] = {
    // ACTIVE SUSPENDED SEALED SHREDDED
    {kSu, kSu, kNo, kNo},  // Suspend
    {kA, kA, kA, kNo},     // Resume
    {kSe, kSe, kSe, kNo},  // Seal
    {kSh, kSh, kSh, kSh},  // Shred
};

struct Refusal {
  const char* reason;
  const char* message;
  const char* message_ja;
};

// Why a state refuses.
constexpr std::array<Refusal, kStates> kRefusals = {{
    {"TENANT_ACTIVE", "The tenant is active.", "テナントは利用中です。"},
    {"TENANT_SUSPENDED", "The tenant is suspended. Ask central operations to resume it.",
     "テナントは停止中です。運営に再開を依頼してください。"},
    {"TENANT_SEALED", "The tenant is sealed: its keys may not be used until it is resumed.",
     "テナントは封印中です。再開されるまで鍵を利用できません。"},
    {"TENANT_SHREDDED", "The tenant's keys are destroyed: its data can never be read again.",
     "テナントの鍵は破棄されています。データを読むことはできません。"},
}};

absl::Status Refuse(TenantState state) {
  const Refusal& refusal = kRefusals[static_cast<size_t>(state)];
  return ReasonedError(absl::StatusCode::kFailedPrecondition,
                       {refusal.reason, refusal.message, refusal.message_ja, {}});
}

}  // namespace

absl::Status CheckGate(GateClass gate, TenantState state) {
  if (kGate[static_cast<size_t>(gate)][static_cast<size_t>(state)]) return absl::OkStatus();
  return Refuse(state);
}

absl::StatusOr<TenantState> NextState(LifeVerb verb, TenantState state) {
  const int next = kLife[static_cast<size_t>(verb)][static_cast<size_t>(state)];
  if (next == kNo) return Refuse(state);
  return static_cast<TenantState>(next);
}

absl::string_view StateName(TenantState state) { return kStateNames[static_cast<size_t>(state)]; }

absl::StatusOr<TenantState> ParseState(absl::string_view name) {
  for (size_t i = 0; i < kStates; ++i) {
    if (name == kStateNames[i]) return static_cast<TenantState>(i);
  }
  return absl::InternalError(absl::StrCat("no tenant state is named ", name));
}

std::string GateTableMarkdown() {
  std::string text = "| class |";
  for (const char* state : kStateNames) absl::StrAppend(&text, " ", state, " |");
  absl::StrAppend(&text, "\n| --- | --- | --- | --- | --- |\n");
  for (size_t c = 0; c < kClasses; ++c) {
    absl::StrAppend(&text, "| ", kClassNames[c], " |");
    for (size_t s = 0; s < kStates; ++s) {
      absl::StrAppend(&text, " ", kGate[c][s] ? "allowed" : kRefusals[s].reason, " |");
    }
    absl::StrAppend(&text, "\n");
  }
  absl::StrAppend(&text, "\n```mermaid\nstateDiagram-v2\n    [*] --> ACTIVE: CreateTenant\n");
  for (size_t s = 0; s < kStates; ++s) {
    for (size_t v = 0; v < kVerbs; ++v) {
      const int next = kLife[v][s];
      if (next == kNo || next == static_cast<int>(s)) continue;
      absl::StrAppend(&text, "    ", kStateNames[s], " --> ",
                      kStateNames[static_cast<size_t>(next)], ": ", kVerbNames[v], "\n");
    }
  }
  absl::StrAppend(&text, "    SHREDDED --> [*]\n```\n");
  return text;
}

}  // namespace oboro::platform
