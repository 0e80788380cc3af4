#include "tests/integration/matrix/harness.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/platform/rpc/client_call.h"

namespace oboro::testing {
namespace {

constexpr const char* kServices[] = {"tenancy",      "upload",      "abstraction",
                                     "verification", "aggregation", "oborod"};

std::string MakeFolder() {
  char path[] = "/tmp/oboro-matrix-XXXXXX";
  OBORO_CHECK(mkdtemp(path) != nullptr);
  return path;
}

// Peers are configured before the listener is there, so its port must be known.
int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  OBORO_CHECK(bind(fd, reinterpret_cast<sockaddr*>(&address), size) == 0);
  OBORO_CHECK(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  close(fd);
  return ntohs(address.sin_port);
}

void Shell(const std::string& command) { OBORO_CHECK(std::system(command.c_str()) == 0); }

}  // namespace

Harness::Harness(const std::vector<platform::ModuleEntry>& modules, int stream_idle_seconds)
    // A whole second: what goes through a JWT is one.
    : folder_(MakeFolder()),
      clock_(absl::FromUnixSeconds(absl::ToUnixSeconds(absl::Now()))),
      issuer_(std::make_unique<TokenIssuer>()) {
  MakeCertificates();
  auto token = platform::SoftToken::Make();
  OBORO_CHECK(token.ok());
  token_ = *std::move(token);
  platform::ServerParts parts;
  parts.clock = &clock_;
  parts.fetcher = issuer_->Fetcher();
  auto keys = platform::OpenPkcs11(token_->options());
  OBORO_CHECK(keys.ok());
  keys_ = keys->get();
  parts.keys = *std::move(keys);
  parts.on_admitted = [this](const platform::CallContext& call) {
    const std::lock_guard<std::mutex> lock(mutex_);
    admitted_.push_back(absl::StrCat(call.method, " ", call.caller.actor()));
  };
  auto server = platform::Server::Start(MakeConfig(stream_idle_seconds), modules, std::move(parts));
  if (!server.ok()) ADD_FAILURE() << server.status();
  OBORO_CHECK(server.ok());
  server_ = *std::move(server);
}

Harness::~Harness() {
  server_.reset();
  token_.reset();
  Shell(absl::StrCat("rm -rf ", folder_));
}

void Harness::MakeCertificates() {
  const std::string base =
      absl::StrCat("cd ", folder_, " && openssl req -x509 -newkey ec -pkeyopt ",
                   "ec_paramgen_curve:P-256 -noenc -days 2 ");
  Shell(absl::StrCat(base,
                     "-keyout ca.key -out ca.crt -subj '/CN=Matrix CA' -addext "
                     "basicConstraints=critical,CA:TRUE 2>>openssl.log"));
  for (const char* name : kServices) {
    Shell(absl::StrCat(base, "-CA ca.crt -CAkey ca.key -keyout ", name, ".key -out ", name,
                       ".crt -subj /CN=", name,
                       " -addext subjectAltName=URI:spiffe://oboro.internal/service/", name,
                       ",DNS:localhost -addext extendedKeyUsage=serverAuth,clientAuth ",
                       "-addext basicConstraints=critical,CA:FALSE 2>>openssl.log"));
  }
}

platform::Config Harness::MakeConfig(int stream_idle_seconds) {
  const std::string listen = absl::StrCat("localhost:", FreePort());
  platform::Config config;
  config.listen = listen;
  config.metrics_listen = "127.0.0.1:0";
  config.tls.ca = folder_ + "/ca.crt";
  config.tls.certs_dir = folder_;
  for (const char* name : kServices) config.peers[name] = listen;
  config.oidc.issuer = TokenIssuer::kIssuer;
  config.oidc.audience = TokenIssuer::kAudience;
  config.oidc.ca = config.tls.ca;
  config.database.host = "127.0.0.1";
  config.database.port = database_.port();
  config.database.name = "oboro";
  config.database.sslrootcert = database_.directory() + "/pki/ca.crt";
  config.database.certs_dir = database_.directory() + "/pki";
  config.database.pool_size = 4;
  config.pkcs11.module = token_->options().module_path;
  config.pkcs11.token_label = token_->options().token_label;
  config.pkcs11.pin_file = token_->options().pin_file;
  config.objects.dir = folder_ + "/objects";
  config.limits.watch_interval_ms = 20;
  config.limits.stream_idle_seconds = stream_idle_seconds;
  return config;
}

std::shared_ptr<grpc::Channel> Harness::Channel(const std::string& service) {
  platform::Config::Tls tls;
  tls.ca = folder_ + "/ca.crt";
  tls.certs_dir = folder_;
  const auto identity = platform::LoadTlsIdentity(tls, service.empty() ? "oborod" : service);
  OBORO_CHECK(identity.ok());
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = identity->ca;
  if (!service.empty()) {
    options.pem_private_key = identity->key;
    options.pem_cert_chain = identity->certificate;
  }
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(absl::StrCat("localhost:", server_->port()),
                                   grpc::SslCredentials(options), arguments);
}

std::vector<std::string> Harness::TakeAdmitted() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::exchange(admitted_, {});
}

void Harness::AddMember(const std::string& tenant, const std::string& subject,
                        const std::string& role) {
  // Member ids are [a-z0-9-]; subjects of these tests are too.
  database_.Sql(absl::StrCat(
      "INSERT INTO tenancy.members (tenant_id, member_id, issuer, subject, role, create_time) "
      "VALUES ('",
      tenant, "', 'm-", subject, "', '", TokenIssuer::kIssuer, "', '", subject, "', '", role,
      "', now())"));
}

void Harness::AddOperator(const std::string& subject) {
  database_.Sql(absl::StrCat("INSERT INTO tenancy.operators VALUES ('", TokenIssuer::kIssuer,
                             "', '", subject, "')"));
}

}  // namespace oboro::testing
