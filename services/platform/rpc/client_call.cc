#include "services/platform/rpc/client_call.h"

#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"

namespace oboro::platform {
namespace {

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || text.str().empty()) {
    return ReasonedError(absl::StatusCode::kFailedPrecondition,
                         {"CERTIFICATE_UNREADABLE",
                          absl::StrCat("Cannot read ", path, ". Check tls in the configuration."),
                          absl::StrCat(path, " を読めません。設定の tls を確かめてください。"),
                          {}});
  }
  return text.str();
}

}  // namespace

absl::StatusOr<TlsIdentity> LoadTlsIdentity(const Config::Tls& tls, const std::string& name) {
  TlsIdentity identity;
  ASSIGN_OR_RETURN(identity.ca, ReadPem(tls.ca));
  ASSIGN_OR_RETURN(identity.certificate, ReadPem(absl::StrCat(tls.certs_dir, "/", name, ".crt")));
  ASSIGN_OR_RETURN(identity.key, ReadPem(absl::StrCat(tls.certs_dir, "/", name, ".key")));
  return identity;
}

PeerChannels::PeerChannels(std::map<std::string, std::string> peers, TlsIdentity identity,
                           int64_t message_bytes)
    : peers_(std::move(peers)), identity_(std::move(identity)), message_bytes_(message_bytes) {}

std::shared_ptr<grpc::Channel> PeerChannels::Channel(const std::string& service) {
  absl::MutexLock lock(&mutex_);
  std::shared_ptr<grpc::Channel>& channel = channels_[service];
  if (channel != nullptr) return channel;
  const auto peer = peers_.find(service);
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = identity_.ca;
  options.pem_private_key = identity_.key;
  options.pem_cert_chain = identity_.certificate;
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(static_cast<int>(message_bytes_));
  // Several services of one process share addresses: without this they would share connections,
  // and with them certificates.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  channel = grpc::CreateCustomChannel(peer == peers_.end() ? "invalid:0" : peer->second,
                                      grpc::SslCredentials(options), arguments);
  return channel;
}

}  // namespace oboro::platform
