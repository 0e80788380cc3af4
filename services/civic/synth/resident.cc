#include "services/civic/synth/resident.h"

#include <algorithm>

#include "services/civic/codes/check_digit.h"
#include "services/civic/synth/names.h"

namespace oboro::civic {
namespace {

constexpr uint64_t kNumberPrime = 999'999'937;  // the largest prime of nine digits

std::string DateText(const CivilDate& date, bool foreign) {
  return foreign ? FormatIso(date) : FormatWareki(date);
}

CivilDate YearsBefore(const CivilDate& date, int years) {
  CivilDate out = {date.year - years, date.month, date.day};
  out.day = std::min(out.day, DaysInMonth(out.year, out.month));
  return out;
}

// A birth date of somebody who is `age` at `as_of`, each day alike.
CivilDate PickBirth(const CivilDate& as_of, int age, SynthRandom* random) {
  const int64_t last = ToDays(YearsBefore(as_of, age));
  const int64_t first = ToDays(YearsBefore(as_of, age + 1)) + 1;
  for (;;) {
    const CivilDate birth = FromDays(
        first + static_cast<int64_t>(random->Below(static_cast<uint64_t>(last - first + 1))));
    // Around 29 February the two borders need a second look.
    if (AgeAt(birth, as_of, AgeRule::kBirthday) == age) return birth;
  }
}

CivilDate Earlier(const CivilDate& from, int64_t days) { return FromDays(ToDays(from) - days); }

}  // namespace

NumberIssuer::NumberIssuer(SynthRandom* random)
    : step_(random->Below(kNumberPrime - 2) + 1), next_(random->Below(kNumberPrime)) {}

std::string NumberIssuer::Next() {
  for (;;) {
    next_ = (next_ + step_) % kNumberPrime;
    std::string body = std::to_string(next_);
    body.insert(0, 9 - body.size(), '0');
    if (const std::optional<int> check = Mod11CheckDigit(body); check.has_value()) {
      body += static_cast<char>('0' + *check);
      return body;
    }
  }
}

struct ResidentMaker::Shared {
  bool foreign = false;
  const ForeignOrigin* origin = nullptr;
  const NamePart* surnames[3] = {};  // by Family
  CivilDate since;                   // when the household came to the city
  bool from_abroad = false;
};

ResidentMaker::ResidentMaker(const SynthCity& city, const CivilDate& as_of, SynthRandom* random)
    : city_(city), as_of_(as_of), random_(random), persons_(random), households_(random) {
  uint64_t sum = 0;
  for (const Town& town : city_.towns) {
    sum += static_cast<uint64_t>(town.weight);
    cumulative_.push_back(sum);
  }
}

const Town& ResidentMaker::PickTown() {
  const uint64_t target = random_->Below(cumulative_.back());
  const auto at = std::upper_bound(cumulative_.begin(), cumulative_.end(), target);
  return city_.towns[static_cast<size_t>(at - cumulative_.begin())];
}

std::string ResidentMaker::MakeAddress(const Town& town, bool alone) {
  std::string out(city_.prefix);
  out += town.ward_name;
  out += town.name;
  const bool chome = town.name.ends_with("丁目");
  out += std::to_string(random_->Between(1, chome ? 30 : 2400));
  out += chome ? "番" : "番地";
  out += std::to_string(random_->Between(1, 20));
  if (chome) out += "号";
  if (random_->Chance(alone ? 700 : 250)) {
    static constexpr std::string_view kHouses[] = {"ハイツ", "コーポ", "メゾン", "レジデンス"};
    out += "　";
    out += kHouses[random_->Below(4)];
    out += std::to_string(random_->Between(1, 9) * 100 + random_->Between(1, 12));
    out += "号室";
  }
  return out;
}

std::string ResidentMaker::BirthText(const CivilDate& birth, bool foreign) {
  // About one in two thousand is uncertain, mostly the old.
  const uint64_t one_in = as_of_.year - birth.year < 75 ? 10000 : 400;
  if (random_->Below(one_in) != 0) {
    return DateText(birth, foreign);
  }
  ++uncertain_birth_dates_;
  const std::string full = FormatWareki(birth);
  const size_t year_end = full.find("年") + std::string_view("年").size();
  const size_t month_end = full.find("月") + std::string_view("月").size();
  switch (random_->Below(4)) {
    case 0:
      return full.substr(0, year_end) + "頃";
    case 1:
      return full.substr(0, year_end) + "月日不詳";
    case 2:
      return full.substr(0, month_end) + "頃";
    default:
      return full.substr(0, month_end) + "日不詳";
  }
}

void ResidentMaker::FillNames(const Member& member, const Shared& shared, int birth_year,
                              ResidentRow* row) {
  NamePart surname = *shared.surnames[static_cast<size_t>(member.family)];
  NamePart given = PickGivenName(member.sex, birth_year, random_);
  if (shared.foreign) {
    if (member.family != Family::kHead) surname = shared.origin->surnames[random_->Below(6)];
    given = shared.origin->given[static_cast<size_t>(member.sex)][random_->Below(6)];
  }
  const std::string_view gap = shared.foreign ? " " : "　";
  (*row)[kName].append(surname.text).append(gap).append(given.text);
  (*row)[kKana].append(surname.kana).append("　").append(given.kana);
}

void ResidentMaker::FillDates(const Shared& shared, const CivilDate& birth, ResidentRow* row) {
  const bool born_here = birth >= shared.since;
  const CivilDate since = born_here ? birth : shared.since;
  std::string_view event = born_here ? "出生" : shared.from_abroad ? "国外転入等" : "国内転入";
  CivilDate event_date = since;
  const int64_t lived = ToDays(as_of_) - ToDays(since);
  if (lived > 400 && random_->Chance(420)) {
    static constexpr std::string_view kLater[] = {
        "転居", "転居", "転居", "軽微な修正", "職権修正", "世帯分離", "世帯主変更", "世帯変更"};
    event = kLater[random_->Below(8)];
    event_date =
        Earlier(as_of_, static_cast<int64_t>(random_->Below(static_cast<uint64_t>(lived))));
  }
  (*row)[kResidentSince] = DateText(since, shared.foreign);
  (*row)[kEvent] = event;
  (*row)[kEventDate] = DateText(event_date, shared.foreign);
}

void ResidentMaker::Fill(const std::vector<Member>& members, std::vector<ResidentRow>* rows) {
  Shared shared;
  shared.foreign = members.front().age < 75 && random_->Chance(city_.foreign_permille);
  if (shared.foreign) {
    shared.origin = &PickOrigin(city_.code, random_);
    shared.surnames[0] = &shared.origin->surnames[random_->Below(6)];
    shared.surnames[1] = shared.surnames[2] = shared.surnames[0];
  } else {
    for (const NamePart*& surname : shared.surnames) surname = &PickSurname(random_);
  }
  // The smaller of two draws: many came recently. Nobody comes before the head was born.
  const int64_t head_days = static_cast<int64_t>(members.front().age) * 365 + 1;
  const int64_t reach = shared.foreign ? std::min<int64_t>(head_days, 15 * 365) : head_days;
  const auto draw = [&] {
    return static_cast<int64_t>(random_->Below(static_cast<uint64_t>(reach)));
  };
  shared.since = Earlier(as_of_, std::min(draw(), draw()));
  shared.from_abroad = random_->Chance(shared.foreign ? 650 : 15);
  const Town& town = PickTown();
  const std::string address = MakeAddress(town, members.size() == 1);
  const std::string household = households_.Next();
  rows->resize(members.size());
  for (size_t i = 0; i < members.size(); ++i) {
    ResidentRow& row = (*rows)[i];
    for (std::string& field : row) field.clear();
    const Member& member = members[i];
    const CivilDate birth = PickBirth(as_of_, member.age, random_);
    row[kPersonNumber] = persons_.Next();
    row[kHouseholdNumber] = household;
    FillNames(member, shared, birth.year, &row);
    row[kBirthDate] = BirthText(birth, shared.foreign);
    row[kSexCode] = member.sex == Sex::kMale ? "1" : "2";
    row[kRelation] = member.relation;
    row[kResidentKind] = shared.foreign ? "外国人住民" : "日本人住民";
    if (shared.foreign) row[kCountry] = shared.origin->country;
    row[kTownCode].append(town.ward).append(town.code);
    row[kTownName] = town.name;
    row[kAddress] = address;
    FillDates(shared, birth, &row);
  }
}

}  // namespace oboro::civic
