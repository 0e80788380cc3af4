#include "services/civic/synth/synth.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "services/civic/synth/resident.h"

namespace oboro::civic {
namespace {

constexpr size_t kPieceBytes = 64 * 1024;
constexpr std::array<std::string_view, 8> kDefectNames = {
    "DUPLICATE_KEY", "DATE_UNKNOWN", "RELATION_INVALID", "OLD_WARD_CODE",
    "GAIJI",         "CHECK_DIGIT",  "MISSING_REQUIRED", "BROKEN_BYTES"};
constexpr std::string_view kBadRelations[] = {"孫", "長男", "祖父", "配偶者", "子の子の子の子の子"};

absl::Status CheckOptions(const SynthOptions& options) {
  if (FindSynthCity(options.municipality) == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("municipality ", options.municipality,
                     " is not one the generator knows; use 082201 (つくば市) or 221309 (浜松市)"));
  }
  if (options.population < 1 || options.population > 20'000'000) {
    return absl::InvalidArgumentError("population must be 1 to 20000000");
  }
  if (!IsValid(options.as_of) || options.as_of.year < 1990 || options.as_of.year > 2100) {
    return absl::InvalidArgumentError("as_of must be a date of the years 1990 to 2100");
  }
  if (!(options.defect_rate >= 0 && options.defect_rate <= 0.5)) {
    return absl::InvalidArgumentError("the defect rate must be 0 to 0.5");
  }
  return absl::OkStatus();
}

std::vector<Defect> KindsToInject(const SynthOptions& options, const SynthCity& city) {
  std::vector<Defect> kinds = options.defects;
  if (kinds.empty()) {
    for (int i = 0; i < static_cast<int>(Defect::kBrokenBytes); ++i) {
      kinds.push_back(static_cast<Defect>(i));
    }
  }
  const bool has_wards = !city.towns.front().ward_name.empty();
  std::erase_if(kinds, [&](Defect d) { return d == Defect::kOldWardCode && !has_wards; });
  return kinds;
}

// Turns rows into bytes and hands them on in pieces; injects the defects on the way.
class RegisterWriter {
 public:
  RegisterWriter(const SynthOptions& options, const SynthCity& city, const SynthSink& sink,
                 SynthSummary* summary)
      : options_(options),
        city_(city),
        sink_(sink),
        summary_(summary),
        // A stream of its own: the residents are the same with and without defects.
        random_(options.seed ^ 0xDEFEC7DEFEC7DEFEull),
        kinds_(KindsToInject(options, city)),
        threshold_(static_cast<uint64_t>(std::llround(options.defect_rate * 1'000'000))) {}

  absl::Status Header() {
    piece_ = ByteOrderMark(options_.encoding);
    std::string line;
    for (const std::string_view column : RegisterColumns()) {
      if (!line.empty()) line += ',';
      line += column;
    }
    return Encode(line += "\r\n");
  }

  absl::Status Row(ResidentRow* row) {
    if (threshold_ == 0 || kinds_.empty() || random_.Below(1'000'000) >= threshold_) {
      return Write(*row);
    }
    return Inject(kinds_[random_.Below(kinds_.size())], row);
  }

  absl::Status Flush() {
    if (piece_.empty()) return absl::OkStatus();
    summary_->bytes += piece_.size();
    const absl::Status status = sink_(absl::string_view(piece_.data(), piece_.size()));
    piece_.clear();
    return status;
  }

 private:
  absl::Status Encode(std::string_view text) {
    size_t bad = 0;
    if (!EncodeText(options_.encoding, text, Unmappable::kFail, &piece_, &bad, nullptr)) {
      return absl::InternalError(absl::StrCat("a generated row cannot be written as ",
                                              std::string(EncodingName(options_.encoding)),
                                              " (byte ", bad, ")"));
    }
    return piece_.size() < kPieceBytes ? absl::OkStatus() : Flush();
  }

  absl::Status Write(const ResidentRow& row) {
    line_.clear();
    for (const std::string& field : row) {
      if (!line_.empty()) line_ += ',';
      line_ += field;
    }
    line_ += "\r\n";
    ++summary_->rows;
    return Encode(line_);
  }

  void Note(Defect defect, size_t column) {
    summary_->defects.push_back({summary_->rows + 1, defect, RegisterColumns()[column]});
  }

  absl::Status Inject(Defect defect, ResidentRow* row) {
    switch (defect) {
      case Defect::kDuplicateKey: {
        const absl::Status status = Write(*row);
        if (!status.ok()) return status;
        Note(defect, kPersonNumber);
        return Write(*row);
      }
      case Defect::kDateUnknown:
        Note(defect, kBirthDate);
        (*row)[kBirthDate] = "年月日不詳";
        return Write(*row);
      case Defect::kRelationInvalid:
        Note(defect, kRelation);
        (*row)[kRelation] = kBadRelations[random_.Below(std::size(kBadRelations))];
        return Write(*row);
      case Defect::kOldWardCode:
        return InjectOldWard(row);
      case Defect::kGaiji:
        Note(defect, kName);
        (*row)[kName] += "\xEE\x80\x80";  // U+E000, CP932 F040
        return Write(*row);
      case Defect::kCheckDigit: {
        Note(defect, kHouseholdNumber);
        char& digit = (*row)[kHouseholdNumber].back();
        digit = digit == '9' ? '0' : static_cast<char>(digit + 1);
        return Write(*row);
      }
      case Defect::kMissingRequired:
        Note(defect, kSexCode);
        (*row)[kSexCode].clear();
        return Write(*row);
      case Defect::kBrokenBytes:
        return InjectBrokenBytes(*row);
    }
    return absl::OkStatus();
  }

  absl::Status InjectOldWard(ResidentRow* row) {
    const std::string& code = (*row)[kTownCode];
    for (const Town& town : city_.towns) {
      if (code.compare(0, 5, town.ward) != 0 || code.compare(5, 7, town.code) != 0) continue;
      Note(Defect::kOldWardCode, kTownCode);
      (*row)[kTownCode].replace(0, 5, town.old_ward);
      break;
    }
    return Write(*row);
  }

  absl::Status InjectBrokenBytes(const ResidentRow& row) {
    Note(Defect::kBrokenBytes, kName);
    std::string text;
    for (size_t i = 0; i <= kName; ++i) text += (i > 0 ? "," : "") + row[i];
    absl::Status status = Encode(text);
    if (!status.ok()) return status;
    piece_ += '\xFF';  // unassigned in CP932 and in UTF-8
    text.clear();
    for (size_t i = kName + 1; i < row.size(); ++i) text += "," + row[i];
    ++summary_->rows;
    return Encode(text += "\r\n");
  }

  const SynthOptions& options_;
  const SynthCity& city_;
  const SynthSink& sink_;
  SynthSummary* summary_;
  SynthRandom random_;
  std::vector<Defect> kinds_;
  uint64_t threshold_;
  std::string line_;
  std::string piece_;
};

}  // namespace

std::string_view DefectName(Defect defect) { return kDefectNames[static_cast<size_t>(defect)]; }

std::optional<Defect> ParseDefect(std::string_view name) {
  for (size_t i = 0; i < kDefectNames.size(); ++i) {
    if (kDefectNames[i] == name) return static_cast<Defect>(i);
  }
  return std::nullopt;
}

const std::vector<std::string_view>& RegisterColumns() {
  static const auto* const columns = new std::vector<std::string_view>{
      "宛名番号", "世帯番号", "氏名",           "氏名カナ", "生年月日",
      "性別",     "続柄",     "住民種別",       "国籍",     "町字コード",
      "町字",     "住所",     "住民となった日", "異動事由", "異動日"};
  return *columns;
}

absl::Status WriteRegister(const SynthOptions& options, const SynthSink& sink,
                           SynthSummary* summary) {
  *summary = {};
  if (absl::Status status = CheckOptions(options); !status.ok()) return status;
  const SynthCity& city = *FindSynthCity(options.municipality);
  SynthRandom random(options.seed * 0x9E3779B97F4A7C15ull + options.population);
  AgePool pool(options.population);
  HouseholdMaker maker(&pool, &random);
  ResidentMaker residents(city, options.as_of, &random);
  RegisterWriter writer(options, city, sink, summary);
  if (absl::Status status = writer.Header(); !status.ok()) return status;
  std::vector<Member> members;
  std::vector<ResidentRow> rows;
  while (maker.Next(&members)) {
    residents.Fill(members, &rows);
    for (ResidentRow& row : rows) {
      if (absl::Status status = writer.Row(&row); !status.ok()) return status;
    }
    summary->residents += rows.size();
    ++summary->households;
  }
  summary->uncertain_birth_dates = residents.uncertain_birth_dates();
  summary->pyramid_moves = maker.pyramid_moves();
  return writer.Flush();
}

std::string ManifestJson(const SynthOptions& options, const SynthSummary& summary) {
  std::array<uint64_t, kDefectNames.size()> counts = {};
  for (const InjectedDefect& defect : summary.defects) {
    ++counts[static_cast<size_t>(defect.defect)];
  }
  char rate[32];
  std::snprintf(rate, sizeof rate, "%.6g", options.defect_rate);
  std::string out = absl::StrCat(
      "{\n  \"municipality\": \"", options.municipality,
      "\",\n  \"population\": ", options.population, ",\n  \"as_of\": \"", FormatIso(options.as_of),
      "\",\n  \"seed\": ", options.seed, ",\n  \"encoding\": \"",
      std::string(EncodingName(options.encoding)), "\",\n  \"defect_rate\": ", rate,
      ",\n  \"rows\": ", summary.rows, ",\n  \"residents\": ", summary.residents,
      ",\n  \"households\": ", summary.households, ",\n  \"bytes\": ", summary.bytes,
      ",\n  \"uncertain_birth_dates\": ", summary.uncertain_birth_dates, ",\n  \"counts\": {");
  bool first = true;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    absl::StrAppend(&out, first ? "" : ", ", "\"", std::string(kDefectNames[i]), "\": ", counts[i]);
    first = false;
  }
  absl::StrAppend(&out, "},\n  \"defects\": [");
  first = true;
  for (const InjectedDefect& defect : summary.defects) {
    absl::StrAppend(&out, first ? "\n    " : ",\n    ", "{\"row\": ", defect.row, ", \"kind\": \"",
                    std::string(DefectName(defect.defect)), "\", \"column\": \"",
                    std::string(defect.column), "\"}");
    first = false;
  }
  absl::StrAppend(&out, first ? "]\n}\n" : "\n  ]\n}\n");
  return out;
}

}  // namespace oboro::civic
