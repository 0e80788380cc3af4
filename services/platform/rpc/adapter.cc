#include "services/platform/rpc/adapter.h"

#include <grpc/grpc_security_constants.h>

#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/platform/audit/audit.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/platform/identity/directory.h"
#include "services/platform/rpc/authority.h"
#include "services/platform/rpc/call_slots.h"
#include "services/platform/rpc/errors.h"
#include "services/platform/rpc/method_index.h"
#include "services/platform/rpc/method_policy.h"
#include "services/platform/telemetry/metrics.h"

namespace oboro::platform {
namespace {

constexpr char kSpiffePrefix[] = "spiffe://oboro.internal/service/";
// A deadline further away than this is none.
constexpr std::chrono::hours kMaxDeadline{24 * 7};

absl::Status TokenMissing() {
  return ReasonedError(absl::StatusCode::kUnauthenticated,
                       {"TOKEN_MISSING",
                        "The call carries no access token. Sign in and send it as `authorization`.",
                        "アクセストークンがありません。サインインしてください。",
                        {}});
}

absl::Status TokenMalformed() {
  return ReasonedError(absl::StatusCode::kUnauthenticated,
                       {"TOKEN_INVALID",
                        "`authorization` must be given once, as `Bearer` and the access token.",
                        "`authorization` には Bearer トークンを1つだけ指定してください。",
                        {}});
}

absl::Status DeadlineRequired() {
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {"DEADLINE_REQUIRED",
                        "Every call needs a deadline. Set one.",
                        "呼び出しには期限（deadline）を設定してください。",
                        {}});
}

absl::Status RequestMissing() {
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {"REQUEST_MISSING",
                        "The stream ended before its first message.",
                        "最初のメッセージが届く前に接続が終わりました。",
                        {}});
}

absl::Status TooManyCalls() {
  return ReasonedError(
      absl::StatusCode::kResourceExhausted,
      {"TOO_MANY_CALLS",
       "Too many calls of this person or tenant are being served. Try again in a moment.",
       "同時に処理できる呼び出しの数を超えました。しばらくしてから再試行してください。",
       {}});
}

// The service that the connection's verified certificate names; empty when none does. The
// certificate does belong to the connection; a person's identity never does.
std::string CertifiedService(const grpc::ServerContext& context) {
  const std::shared_ptr<const grpc::AuthContext> auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return "";
  const auto ids = auth->FindPropertyValues(GRPC_PEER_SPIFFE_ID_PROPERTY_NAME);
  if (ids.size() != 1) return "";
  const absl::string_view id(ids[0].data(), ids[0].size());
  if (!absl::StartsWith(id, kSpiffePrefix)) return "";
  return std::string(id.substr(sizeof(kSpiffePrefix) - 1));
}

// What one call has come to be known as, step by step.
struct Progress {
  std::string method;
  const MethodPolicy* policy = nullptr;
  CallContext call;
  Standing standing;
  std::string resource;  // For the audit of a refusal.
  std::unique_ptr<CallSlots::Slot> slot;
};

}  // namespace

struct Adapter::Impl {
  Impl(Db* d, TokenVerifier* t, const Clock* c, AdapterOptions o)
      : db(d),
        tokens(t),
        clock(c),
        on_admitted(std::move(o.on_admitted)),
        slots(o.calls_per_tenant),
        waiting(o.calls_per_tenant),
        streams(std::chrono::seconds(o.stream_idle_seconds)) {}

  Db* const db;
  TokenVerifier* const tokens;
  const Clock* const clock;
  const std::function<void(const CallContext&)> on_admitted;
  CallSlots slots;
  // Calls of each person whose tenant is not known yet. Without it, streams that never send their
  // first message would take every thread from every tenant until their deadlines.
  CallSlots waiting;
  StreamWatch streams;

  absl::StatusOr<Caller> Identify(const grpc::ServerContext& context) {
    const auto& metadata = context.client_metadata();
    const auto [begin, end] = metadata.equal_range("authorization");
    if (begin != end) {
      if (std::next(begin) != end) return TokenMalformed();
      absl::string_view value(begin->second.data(), begin->second.size());
      constexpr absl::string_view kBearer = "bearer ";
      if (!absl::StartsWithIgnoreCase(value, kBearer)) return TokenMalformed();
      ASSIGN_OR_RETURN(const TokenClaims claims, tokens->Verify(value.substr(kBearer.size())));
      return Caller{Caller::Kind::kUser, claims.issuer, claims.subject};
    }
    const std::string service = CertifiedService(context);
    if (service.empty()) return TokenMissing();
    return Caller{Caller::Kind::kService, "", service};
  }

  // Tenant and standing in one look at the rows. A tenant in which the caller has no part is not
  // found, whether or not it exists.
  absl::Status Resolve(const std::string& tenant_id, Progress& progress) {
    const Caller& caller = progress.call.caller;
    return db->RunDirectoryTx("resolve_caller", [&](pqxx::work& tx) -> absl::Status {
      progress.standing = Standing();
      if (caller.kind == Caller::Kind::kUser) {
        ASSIGN_OR_RETURN(progress.standing, FindStanding(tx, tenant_id, caller));
      }
      if (tenant_id.empty()) return absl::OkStatus();
      ASSIGN_OR_RETURN(std::optional<TenantContext> tenant, FindTenant(tx, tenant_id));
      const bool part = caller.kind == Caller::Kind::kService || progress.standing.member ||
                        Has(progress.standing.roles, Role::kOperator);
      if (!tenant.has_value() || !part) return NotFoundError();
      progress.call.tenant_context.emplace(*std::move(tenant));
      return absl::OkStatus();
    });
  }

  absl::Status Admit(const google::protobuf::Message& request, Progress& progress) {
    const MethodPolicy& policy = *progress.policy;
    std::string tenant_id;
    if (policy.tenant_from != MethodPolicy::TenantFrom::kNone) {
      const std::string field =
          policy.tenant_from == MethodPolicy::TenantFrom::kName ? "name" : "parent";
      ASSIGN_OR_RETURN(tenant_id, TenantOfRequest(request, field));
      progress.resource = request.GetReflection()->GetString(
          request, request.GetDescriptor()->FindFieldByName(field));
    }
    RETURN_IF_ERROR(Resolve(tenant_id, progress));
    // Role before state: who may not ask is not told how the tenant stands.
    RETURN_IF_ERROR(CheckPermission(policy, progress.call.caller, progress.standing));
    progress.call.roles = progress.standing.roles;
    progress.call.department_ids = progress.standing.department_ids;
    if (tenant_id.empty()) return absl::OkStatus();
    RETURN_IF_ERROR(CheckGate(policy.gate, progress.call.tenant().state()));
    if (!NamesOnlyTenant(request, tenant_id)) return NotFoundError();
    progress.slot = slots.Take(tenant_id);
    return progress.slot == nullptr ? TooManyCalls() : absl::OkStatus();
  }

  // Members only: what is not a member's cannot fill a tenant's chain.
  void AuditRefusal(const Progress& progress, const absl::Status& why) {
    if (!progress.policy->audit_refusal || !progress.standing.member ||
        !progress.call.tenant_context.has_value() ||
        why.code() != absl::StatusCode::kPermissionDenied) {
      return;
    }
    AuditEvent event =
        progress.call.Event("REFUSE_CALL", progress.resource.substr(0, 512),
                            {{"method", progress.method}, {"reason", ReasonOf(why).name}});
    event.outcome = "REFUSED";
    const TenantContext& tenant = progress.call.tenant();
    const absl::Status written = db->RunTx(tenant, "audit_refusal", [&](pqxx::work& tx) {
      return AppendAudit(tx, tenant, event, clock->Now());
    });
    // The call is refused all the same.
    if (!written.ok()) {
      Log(LogLevel::kError, "a refusal could not be written to the audit chain",
          {{"method", progress.method}, {"error", std::string(written.message())}});
    }
  }

  absl::Status Serve(grpc::ServerContext& context, Progress& progress,
                     absl::FunctionRef<const google::protobuf::Message*()> first,
                     absl::FunctionRef<absl::Status(const CallContext&)> body) {
    ASSIGN_OR_RETURN(progress.call.caller, Identify(context));
    if (progress.policy == nullptr) {
      return absl::InternalError("the method has no entry in the table of methods");
    }
    if (context.deadline() > std::chrono::system_clock::now() + kMaxDeadline) {
      return DeadlineRequired();
    }
    progress.call.deadline = absl::FromChrono(context.deadline());
    // The caller's deadline reaches SQL.
    const ScopedDbDeadline database_deadline(progress.call.deadline);
    std::unique_ptr<CallSlots::Slot> waits;
    if (progress.call.caller.kind == Caller::Kind::kUser) {
      waits = waiting.Take(progress.call.caller.actor());
      if (waits == nullptr) return TooManyCalls();
    }
    const google::protobuf::Message* request = first();
    if (request == nullptr) return RequestMissing();
    if (const absl::Status admitted = Admit(*request, progress); !admitted.ok()) {
      AuditRefusal(progress, admitted);
      return admitted;
    }
    waits.reset();
    if (on_admitted) on_admitted(progress.call);
    return body(progress.call);
  }
};

Adapter::Adapter(Db* db, TokenVerifier* tokens, const Clock* clock, AdapterOptions options)
    : impl_(std::make_unique<Impl>(db, tokens, clock, std::move(options))) {}

Adapter::~Adapter() = default;

StreamWatch& Adapter::streams() { return impl_->streams; }

grpc::Status Adapter::Run(grpc::ServerContext* context,
                          const google::protobuf::Descriptor* request_type,
                          absl::FunctionRef<const google::protobuf::Message*()> first,
                          absl::FunctionRef<absl::Status(const CallContext&)> body) {
  const auto begin = std::chrono::steady_clock::now();
  Progress progress;
  if (const auto* method = MethodOfRequest(*request_type); method != nullptr) {
    progress.method = FullMethodName(*method);
  }
  if (const auto it = MethodPolicies().find(progress.method); it != MethodPolicies().end()) {
    progress.policy = &it->second;
  }
  progress.call.method = progress.method;
  const absl::Status status = impl_->Serve(*context, progress, first, body);
  const grpc::Status answer = ToGrpc(status);
  const auto code = static_cast<absl::StatusCode>(answer.error_code());
  if (code == absl::StatusCode::kInternal || code == absl::StatusCode::kDataLoss) {
    Log(LogLevel::kError, "a call failed",
        {{"method", progress.method},
         {"reason", ReasonOf(status).name},
         {"error", std::string(status.message())}});
  }
  Count(metrics::kRpcCalls, progress.method, absl::StatusCodeToString(code));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  Observe(metrics::kRpcSeconds, took.count(), progress.method);
  return answer;
}

}  // namespace oboro::platform
