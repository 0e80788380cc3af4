#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"

namespace oboro::cli {

struct HttpResponse {
  long code = 0;
  std::string body;
};

// POSTs a form over TLS, trusting only `ca_path`. `user`, where given, is sent as HTTP Basic.
absl::StatusOr<HttpResponse> PostForm(const std::string& url, const std::string& ca_path,
                                      const std::map<std::string, std::string>& form,
                                      const std::string& user = "",
                                      const std::string& password = "");

absl::StatusOr<HttpResponse> Get(const std::string& url, const std::string& ca_path);

}  // namespace oboro::cli
