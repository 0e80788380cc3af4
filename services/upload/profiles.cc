#include "services/upload/profiles.h"

#include "services/platform/base/status.h"
#include "services/upload/errors.h"
#include "services/upload/names.h"

namespace oboro::upload {
namespace {

constexpr int kMaxColumns = 2000;
constexpr int kMaxCodes = 20000;
constexpr size_t kMaxTextBytes = 1000;

bool TooLong(const v1::Profile& profile) {
  for (const v1::ColumnMapping& column : profile.columns()) {
    if (column.from().size() > kMaxTextBytes || column.to().size() > kMaxTextBytes) return true;
  }
  for (const v1::CodeMapping& code : profile.codes()) {
    if (code.from().size() > kMaxTextBytes || code.to().size() > kMaxTextBytes) return true;
  }
  return false;
}

}  // namespace

std::string EncodingWord(civic::Encoding encoding) {
  return encoding == civic::Encoding::kUtf8Bom ? "utf-8-sig"
                                               : std::string(civic::EncodingName(encoding));
}

absl::StatusOr<civic::TableProfile> FromProto(const v1::Profile& profile,
                                              const civic::DatasetSchema& schema) {
  civic::TableProfile out;
  out.format = schema.format;
  if (!profile.encoding().empty()) {
    const auto encoding =
        civic::ParseEncoding(profile.encoding() == "utf-8-sig" ? "utf-8-bom" : profile.encoding());
    if (!encoding.has_value()) {
      return InvalidField("encoding", "utf-8, utf-8-sig or cp932", "utf-8、utf-8-sig、cp932");
    }
    out.format.encoding = *encoding;
  }
  if (profile.delimiter().size() > 1) {
    return InvalidField("delimiter", "one ASCII character", "半角1文字");
  }
  if (!profile.delimiter().empty()) out.format.delimiter = profile.delimiter()[0];
  if (profile.columns_size() > kMaxColumns || profile.codes_size() > kMaxCodes ||
      TooLong(profile)) {
    return InvalidField("profile", "at most 2,000 columns and 20,000 codes of at most 1,000 bytes",
                        "2,000列・20,000コード以下、各1,000バイト以下の対応付け");
  }
  for (const v1::ColumnMapping& column : profile.columns()) {
    out.columns.push_back({column.from(), column.to()});
  }
  for (const v1::CodeMapping& code : profile.codes()) {
    out.codes.push_back({code.column(), code.from(), code.to()});
  }
  const absl::Status fits = civic::CheckProfile(out, schema);
  if (!fits.ok()) return ProfileInvalid(fits.message());
  return out;
}

v1::Profile ToProto(absl::string_view tenant, const ProfileRow& row) {
  v1::Profile out;
  out.set_name(ProfileName(tenant, row.dataset_id, row.profile_id));
  out.set_display_name(row.display_name);
  const int64_t micros = absl::ToUnixMicros(row.update_time);
  out.mutable_update_time()->set_seconds(micros / 1000000);
  out.mutable_update_time()->set_nanos(static_cast<int32_t>(micros % 1000000 * 1000));
  const auto profile = civic::ParseProfileJson(row.document);
  if (!profile.ok()) return out;
  out.set_encoding(EncodingWord(profile->format.encoding));
  out.set_delimiter(std::string(1, profile->format.delimiter));
  for (const auto& column : profile->columns) {
    v1::ColumnMapping* added = out.add_columns();
    added->set_from(column.from);
    added->set_to(column.to);
  }
  for (const auto& code : profile->codes) {
    v1::CodeMapping* added = out.add_codes();
    added->set_column(code.column);
    added->set_from(code.from);
    added->set_to(code.to);
  }
  return out;
}

}  // namespace oboro::upload
