#include "services/platform/rpc/server.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <unistd.h>

#include <atomic>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/platform/rpc/authority.h"
#include "services/platform/telemetry/metrics.h"
#include "services/platform/telemetry/probe_server.h"

namespace oboro::platform {
namespace {

// One sync call holds one thread; tenants are bounded before this is reached.
constexpr int kMaxThreads = 2048;

// A service of this process with all that it stands on, in the order in which it must go.
struct Hosted {
  ModuleContext context;
  std::unique_ptr<Db> db;
  std::unique_ptr<PeerChannels> peers;
  std::unique_ptr<Adapter> adapter;
  std::unique_ptr<ServiceModule> module;
};

DbOptions DatabaseOf(const Config& config, const std::string& service) {
  const std::string role = absl::StrCat("oboro_", service);
  const std::string stem = absl::StrCat(config.database.certs_dir, "/", role);
  DbOptions options;
  options.host = config.database.host;
  options.port = config.database.port;
  options.database = config.database.name;
  options.role = role;
  options.ca_path = config.database.sslrootcert;
  options.cert_path = stem + ".crt";
  options.key_path = stem + ".key";
  options.pool_size = config.database.pool_size;
  options.on_report = [](const DbReport& report) {
    Observe(metrics::kTxSeconds, absl::ToDoubleSeconds(report.duration), report.name);
    for (int i = 0; i < report.retries; ++i) Count(metrics::kTxRetries, report.name);
  };
  return options;
}

std::string Owner(const std::string& service) {
  char host[256] = "";
  gethostname(host, sizeof(host) - 1);
  return absl::StrCat(service, "@", host, ":", getpid(), ":", NewId().substr(0, 8));
}

TokenVerifierOptions TokensOf(const Config& config) {
  TokenVerifierOptions options;
  options.issuer = config.oidc.issuer;
  options.audience = config.oidc.audience;
  return options;
}

absl::Status CannotListen(const std::string& address) {
  return ReasonedError(
      absl::StatusCode::kUnavailable,
      {"CANNOT_LISTEN",
       absl::StrCat("Cannot listen on ", address,
                    ": give a free port, and a certificate and key that fit each other."),
       absl::StrCat(address, " で待ち受けできません。ポートと証明書を確かめてください。"),
       {}});
}

std::shared_ptr<grpc::ServerCredentials> Credentials(const TlsIdentity& identity) {
  // People come without a certificate; one that is given must be of our authority.
  grpc::SslServerCredentialsOptions options(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  options.pem_root_certs = identity.ca;
  options.pem_key_cert_pairs.push_back({identity.key, identity.certificate});
  return grpc::SslServerCredentials(options);
}

}  // namespace

struct Server::Impl {
  Config config;
  SystemClock system_clock;
  ServerParts parts;
  std::unique_ptr<TokenVerifier> tokens;
  std::vector<std::unique_ptr<Hosted>> hosted;
  std::atomic<bool> serving = false;
  std::unique_ptr<grpc::Server> server;
  std::unique_ptr<ProbeServer> probes;
  int port = 0;
  bool stopped = false;

  absl::Status OpenShared() {
    if (parts.clock == nullptr) parts.clock = &system_clock;
    if (parts.fetcher == nullptr) parts.fetcher = MakeHttpsFetcher(config.oidc.ca);
    if (parts.keys == nullptr) {
      ASSIGN_OR_RETURN(parts.keys, OpenPkcs11({config.pkcs11.module, config.pkcs11.token_label,
                                               config.pkcs11.pin_file, config.pkcs11.sessions}));
    }
    if (parts.objects == nullptr) {
      ASSIGN_OR_RETURN(parts.objects, OpenDirectoryStore(config.objects.dir));
    }
    tokens =
        std::make_unique<TokenVerifier>(TokensOf(config), std::move(parts.fetcher), parts.clock);
    return absl::OkStatus();
  }

  absl::Status Host(const ModuleEntry& entry) {
    auto service = std::make_unique<Hosted>();
    ASSIGN_OR_RETURN(service->db, Db::Open(DatabaseOf(config, entry.service)));
    ASSIGN_OR_RETURN(TlsIdentity identity, LoadTlsIdentity(config.tls, entry.service));
    service->peers = std::make_unique<PeerChannels>(config.peers, std::move(identity),
                                                    config.limits.message_bytes);
    service->adapter = std::make_unique<Adapter>(
        service->db.get(), tokens.get(), parts.clock,
        AdapterOptions{config.limits.calls_per_tenant, config.limits.stream_idle_seconds,
                       parts.on_admitted});
    ModuleContext& context = service->context;
    context.service = entry.service;
    context.config = &config;
    context.db = service->db.get();
    context.keys = parts.keys.get();
    context.objects = parts.objects.get();
    context.clock = parts.clock;
    context.adapter = service->adapter.get();
    context.peers = service->peers.get();
    context.owner = Owner(entry.service);
    context.authorize = [db = context.db](const TenantContext& tenant, const std::string& actor,
                                          const std::string& permission) {
      return CheckAuthority(*db, tenant, actor, permission);
    };
    service->module = entry.make(context);
    hosted.push_back(std::move(service));
    return absl::OkStatus();
  }

  absl::Status Listen() {
    ASSIGN_OR_RETURN(const TlsIdentity identity, LoadTlsIdentity(config.tls, config.tls.server));
    grpc::EnableDefaultHealthCheckService(true);
    grpc::ServerBuilder builder;
    builder.AddListeningPort(config.listen, Credentials(identity), &port);
    builder.SetMaxReceiveMessageSize(static_cast<int>(config.limits.message_bytes));
    builder.SetMaxSendMessageSize(static_cast<int>(config.limits.message_bytes));
    builder.SetResourceQuota(grpc::ResourceQuota("oboro").SetMaxThreads(kMaxThreads));
    // A second process on the same port would take half of the calls.
    builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
    for (const auto& service : hosted) {
      for (grpc::Service* rpc : service->module->Services()) builder.RegisterService(rpc);
    }
    server = builder.BuildAndStart();
    if (server == nullptr || port == 0) return CannotListen(config.listen);
    return absl::OkStatus();
  }

  void SetServing(bool now) {
    serving = now;
    if (server != nullptr && server->GetHealthCheckService() != nullptr) {
      server->GetHealthCheckService()->SetServingStatus(now);
    }
  }

  absl::Status StartAll(const std::vector<ModuleEntry>& modules) {
    RETURN_IF_ERROR(OpenShared());
    ASSIGN_OR_RETURN(probes, ProbeServer::Start(config.metrics_listen, [this] {
                       return serving ? std::string() : std::string("not serving");
                     }));
    for (const ModuleEntry& entry : modules) RETURN_IF_ERROR(Host(entry));
    RETURN_IF_ERROR(Listen());
    for (const auto& service : hosted) RETURN_IF_ERROR(service->module->Start());
    SetServing(true);
    return absl::OkStatus();
  }
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Config& config,
                                                      const std::vector<ModuleEntry>& modules,
                                                      ServerParts parts) {
  auto impl = std::make_unique<Impl>();
  impl->config = config;
  impl->parts = std::move(parts);
  auto server = std::unique_ptr<Server>(new Server(std::move(impl)));
  // On a failure the destructor takes down what already stands.
  RETURN_IF_ERROR(server->impl_->StartAll(modules));
  return server;
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() { Stop(absl::ZeroDuration()); }

int Server::port() const { return impl_->port; }

int Server::metrics_port() const { return impl_->probes->port(); }

void Server::Stop(absl::Duration drain) {
  if (impl_->stopped) return;
  impl_->stopped = true;
  impl_->SetServing(false);
  for (const auto& service : impl_->hosted) service->module->Drain();
  if (impl_->server != nullptr) {
    impl_->server->Shutdown(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(drain));
    impl_->server->Wait();
  }
  for (const auto& service : impl_->hosted) service->module->Stop();
  impl_->probes.reset();
  impl_->server.reset();
}

}  // namespace oboro::platform
