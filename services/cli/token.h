#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/cli/settings.h"

namespace oboro::cli {

struct Token {
  std::string access_token;
  absl::Time expires;
};

// OAuth 2.0 client credentials (RFC 6749 4.4) for a confidential client of `settings`.
absl::StatusOr<Token> ClientCredentials(const Settings& settings, const std::string& client);

// OAuth 2.0 device authorization (RFC 8628). `show` is given the address and the code for the
// person; then the provider is asked at its interval until it answers.
absl::StatusOr<Token> DeviceFlow(
    const Settings& settings,
    const std::function<void(const std::string& url, const std::string& code)>& show);

// The cache: one 0600 file for each (issuer, profile).
absl::Status SaveToken(const Settings& settings, const std::string& profile, const Token& token);
absl::StatusOr<Token> LoadToken(const Settings& settings, const std::string& profile,
                                absl::Time now);
absl::Status ForgetToken(const Settings& settings, const std::string& profile);

}  // namespace oboro::cli
