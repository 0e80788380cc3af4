#include "services/cli/output.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/cli/text.h"
#include "services/platform/base/status.h"

namespace oboro::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

std::string ToJson(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(message, &json, options);
  return json;
}

// TENANT_STATE_ACTIVE of TenantState as ACTIVE.
std::string EnumText(const google::protobuf::EnumValueDescriptor& value) {
  std::string prefix;
  for (const char c : value.type()->name()) {
    if (absl::ascii_isupper(c) && !prefix.empty()) prefix.push_back('_');
    prefix.push_back(absl::ascii_toupper(c));
  }
  return std::string(absl::StripPrefix(value.name(), prefix + "_"));
}

std::string ValueText(const Message& message, const FieldDescriptor& field) {
  const auto* reflection = message.GetReflection();
  if (field.is_repeated()) return absl::StrCat(reflection->FieldSize(message, &field));
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES
                 ? absl::StrCat(reflection->GetString(message, &field).size(), " bytes")
                 : reflection->GetString(message, &field);
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumText(*reflection->GetEnum(message, &field));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(reflection->GetInt64(message, &field));
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection->GetInt32(message, &field));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return absl::StrCat(reflection->GetDouble(message, &field));
    case FieldDescriptor::CPPTYPE_BOOL:
      return reflection->GetBool(message, &field) ? "true" : "false";
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      if (!reflection->HasField(message, &field)) return "";
      const Message& sub = reflection->GetMessage(message, &field);
      if (sub.GetDescriptor()->full_name() == "google.protobuf.Timestamp") {
        google::protobuf::Timestamp time;
        time.CopyFrom(sub);
        return google::protobuf::util::TimeUtil::ToString(time);
      }
      return ToJson(sub);
    }
    default:
      return "";
  }
}

// The lines of a text, as of a recipe, behind a bar each, so that none passes for a field.
void PrintValue(std::ostream& out, const std::string& indent, const FieldDescriptor& field,
                const std::string& text) {
  out << indent << field.name() << ":";
  if (text.find('\n') == std::string::npos) {
    out << " " << Visible(text) << "\n";
    return;
  }
  out << "\n";
  for (const absl::string_view line : absl::StrSplit(absl::StripSuffix(text, "\n"), '\n')) {
    out << indent << "  | " << Visible(line, /*lines=*/true) << "\n";
  }
}

void PrintFields(std::ostream& out, const Message& message, const std::string& indent) {
  const auto* descriptor = message.GetDescriptor();
  const auto* reflection = message.GetReflection();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const FieldDescriptor& field = *descriptor->field(i);
    const bool is_message = field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (field.is_repeated() && is_message) {
      for (int n = 0; n < reflection->FieldSize(message, &field); ++n) {
        out << indent << field.name() << ":\n";
        PrintFields(out, reflection->GetRepeatedMessage(message, &field, n), indent + "  ");
      }
    } else if (field.is_repeated() && field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      for (int n = 0; n < reflection->FieldSize(message, &field); ++n) {
        PrintValue(out, indent, field, reflection->GetRepeatedString(message, &field, n));
      }
    } else if (const std::string text = ValueText(message, field); !text.empty()) {
      const bool nested = is_message && text.front() == '{';
      if (nested) {
        out << indent << field.name() << ":\n";
        PrintFields(out, reflection->GetMessage(message, &field), indent + "  ");
      } else {
        PrintValue(out, indent, field, text);
      }
    }
  }
}

}  // namespace

void Output::Print(const Message& message) {
  if (json_) {
    out_ << ToJson(message) << std::endl;
  } else {
    PrintFields(out_, message, "");
  }
}

void Output::Say(const std::string& line) {
  if (!json_) out_ << Visible(line, /*lines=*/true) << std::endl;
}

void Output::PrintList(const Message& response, const std::string& field,
                       const std::vector<std::string>& columns) {
  if (json_) return Print(response);
  const auto* descriptor = response.GetDescriptor()->FindFieldByName(field);
  const auto* reflection = response.GetReflection();
  std::vector<std::vector<std::string>> rows;
  for (int i = 0; i < reflection->FieldSize(response, descriptor); ++i) {
    const Message& item = reflection->GetRepeatedMessage(response, descriptor, i);
    std::vector<std::string> row;
    for (const std::string& column : columns) {
      row.push_back(ValueText(item, *item.GetDescriptor()->FindFieldByName(column)));
    }
    rows.push_back(std::move(row));
  }
  out_ << FormatTable(columns, rows) << std::flush;
}

void PrintError(std::ostream& err, const absl::Status& status, bool json) {
  const platform::Reason reason = platform::ReasonOf(status);
  if (json) {
    const nlohmann::ordered_json document = {{"error",
                                              {{"code", absl::StatusCodeToString(status.code())},
                                               {"reason", reason.name},
                                               {"message", reason.message},
                                               {"message_ja", reason.message_ja},
                                               {"metadata", reason.metadata}}}};
    err << document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
        << std::endl;
    return;
  }
  if (!reason.message_ja.empty())
    err << "エラー [" << reason.name << "] " << Visible(reason.message_ja, true) << "\n";
  err << "error [" << reason.name << "] " << Visible(reason.message, true) << std::endl;
}

}  // namespace oboro::cli
