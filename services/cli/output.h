#pragma once

#include <google/protobuf/message.h>

#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace oboro::cli {

// Where and how a command answers: text for people, one JSON document with --json.
class Output {
 public:
  Output(std::ostream& out, bool json) : out_(out), json_(json) {}
  bool json() const { return json_; }

  // The whole message: JSON with the proto's field names, or "field: value" lines.
  void Print(const google::protobuf::Message& message);

  // The repeated field `field` of a list response as a table of `columns` (field names of the
  // element; enum values without their prefix), or the response as JSON.
  void PrintList(const google::protobuf::Message& response, const std::string& field,
                 const std::vector<std::string>& columns);

  // Text for people, its control characters made visible but for line feeds and tabs; nothing with
  // --json.
  void Say(const std::string& line);

  std::ostream& stream() { return out_; }

 private:
  std::ostream& out_;
  bool json_;
};

// An error to standard error: reason, Japanese message, English message; with `json` one document.
void PrintError(std::ostream& err, const absl::Status& status, bool json);

}  // namespace oboro::cli
