#include "services/civic/synth/household.h"

#include <algorithm>

namespace oboro::civic {
namespace {

constexpr int kMotherLow = 18, kMotherPeak = 31, kMotherHigh = 45;

std::string_view SpouseWord(Sex sex, bool registered) {
  if (sex == Sex::kMale) return registered ? "夫" : "夫(未届)";
  return registered ? "妻" : "妻(未届)";
}

Sex Other(Sex sex) { return sex == Sex::kMale ? Sex::kFemale : Sex::kMale; }

}  // namespace

bool HouseholdMaker::Next(std::vector<Member>* members) {
  members->clear();
  if (pool_->total() == 0) return false;
  const AgePool::Person person = pool_->TakeAny(random_);
  // The permilles per age group were set so that household sizes come out as in the 2020 census
  // (mean about 2.2, some 38 % alone).
  const int roll = random_->Between(0, 999);
  if (person.age < 18) {
    FamilyOf(person, members);
  } else if (person.age < 25) {
    if (roll < 480) {
      Alone(person, members);
    } else {
      FamilyOf(person, members);
    }
  } else if (person.age < 40) {
    if (roll < 480) {
      Alone(person, members);
    } else if (roll < 660 || !Couple(person, members)) {
      FamilyOf(person, members);
    }
  } else if (person.age < 65) {
    if (roll < 400) {
      Alone(person, members);
    } else if (roll < 500) {
      FamilyOf(person, members);
    } else if (!Couple(person, members)) {
      Alone(person, members);
    }
  } else {
    const bool together = roll < 400   ? false
                          : roll < 800 ? Couple(person, members)
                                       : WithAdultChild(person, members);
    if (!together) Alone(person, members);
  }
  AddOthers(members);
  return true;
}

void HouseholdMaker::Alone(AgePool::Person person, std::vector<Member>* members) {
  members->push_back({person.sex, person.age, "世帯主", Family::kHead});
}

bool HouseholdMaker::Couple(AgePool::Person person, std::vector<Member>* members) {
  const int offset = person.sex == Sex::kMale ? -2 : 2;
  const Sex sex = Other(person.sex);
  const int age = pool_->TakeNear(sex, std::max(20, person.age - 12), person.age + offset,
                                  person.age + 12, random_);
  if (age < 0) return false;
  // In most registers the husband heads the couple.
  const bool person_heads = (person.sex == Sex::kMale) == random_->Chance(930);
  const Member one = {person.sex, person.age, "", Family::kHead};
  const Member two = {sex, age, "", Family::kHead};
  members->push_back(person_heads ? one : two);
  members->push_back(person_heads ? two : one);
  const bool registered = !random_->Chance(8);
  (*members)[0].relation = "世帯主";
  (*members)[1].relation = SpouseWord((*members)[1].sex, registered);
  if (!registered) (*members)[1].family = Family::kSpouseSide;
  return true;
}

bool HouseholdMaker::AddParents(AgePool::Person child, std::vector<Member>* members) {
  const int kind = random_->Between(0, 999);
  const bool mother_only = kind < 90, father_only = kind >= 90 && kind < 110;
  int mother = -1, father = -1;
  if (!father_only) {
    mother = pool_->TakeNear(Sex::kFemale, child.age + kMotherLow, child.age + kMotherPeak,
                             child.age + kMotherHigh, random_);
  }
  if (!mother_only || mother < 0) {
    const int peak = mother >= 0 ? mother + 2 : child.age + kMotherPeak + 2;
    const int low =
        mother >= 0 ? std::max(child.age + kMotherLow, mother - 8) : child.age + kMotherLow;
    const int high = mother >= 0 ? std::min(child.age + 50, mother + 14) : child.age + 50;
    if (low <= high) father = pool_->TakeNear(Sex::kMale, low, peak, high, random_);
  }
  if (mother < 0 && father < 0) return false;
  const bool father_heads = father >= 0 && (mother < 0 || random_->Chance(940));
  if (father_heads) {
    members->push_back({Sex::kMale, father, "世帯主", Family::kHead});
    if (mother >= 0) members->push_back({Sex::kFemale, mother, "妻", Family::kHead});
  } else {
    members->push_back({Sex::kFemale, mother, "世帯主", Family::kHead});
    if (father >= 0) members->push_back({Sex::kMale, father, "夫", Family::kHead});
  }
  return true;
}

void HouseholdMaker::AddSiblings(AgePool::Person child, std::vector<Member>* members) {
  int youngest_parent = 200, oldest_parent = 0;
  for (const Member& parent : *members) {
    youngest_parent = std::min(youngest_parent, parent.age);
    oldest_parent = std::max(oldest_parent, parent.age);
  }
  // 560 permille have a second child, 260 of those a third, and so on.
  for (int chance = child.age < 18 ? 560 : 260; random_->Chance(chance); chance = chance / 2) {
    const Sex sex = random_->Chance(512) ? Sex::kMale : Sex::kFemale;
    const int low = std::max({child.age - 7, oldest_parent - 50, 0});
    const int high = std::min(child.age + 7, youngest_parent - kMotherLow);
    if (low > high) break;
    const int age =
        pool_->TakeNear(sex, low, child.age + (random_->Chance(500) ? 3 : -3), high, random_);
    if (age < 0) break;
    members->push_back({sex, age, "子", Family::kHead});
  }
  std::stable_sort(members->begin(), members->end(), [](const Member& a, const Member& b) {
    const bool a_child = a.relation == "子", b_child = b.relation == "子";
    return a_child != b_child ? b_child : a_child && a.age > b.age;
  });
}

void HouseholdMaker::AddGrandparent(std::vector<Member>* members) {
  const Member head = members->front();
  const Sex sex = random_->Chance(300) ? Sex::kMale : Sex::kFemale;
  const bool spouse_side =
      members->size() > 1 && members->at(1).relation != "子" && random_->Chance(250);
  const int age_of_child = spouse_side ? members->at(1).age : head.age;
  const int age =
      pool_->TakeNear(sex, age_of_child + 20, age_of_child + 28, age_of_child + 42, random_);
  if (age < 0) return;
  const bool father = sex == Sex::kMale;
  std::string_view relation = father ? "父" : "母";
  if (spouse_side) {
    const bool of_wife = members->at(1).sex == Sex::kFemale;
    relation = of_wife ? (father ? "妻の父" : "妻の母") : (father ? "夫の父" : "夫の母");
  }
  members->push_back({sex, age, relation, spouse_side ? Family::kSpouseSide : Family::kHead});
}

void HouseholdMaker::FamilyOf(AgePool::Person child, std::vector<Member>* members) {
  if (!AddParents(child, members)) {
    if (child.age >= 18) {
      Alone(child, members);
    } else {
      Orphan(child, members);
    }
    return;
  }
  members->push_back({child.sex, child.age, "子", Family::kHead});
  AddSiblings(child, members);
  if (random_->Chance(70)) AddGrandparent(members);
}

void HouseholdMaker::Orphan(AgePool::Person child, std::vector<Member>* members) {
  // Only the last few draws come here. A grandparent may still be there.
  for (const Sex sex : {Sex::kFemale, Sex::kMale}) {
    const int age = pool_->TakeNear(sex, child.age + 40, child.age + 56, child.age + 80, random_);
    if (age < 0) continue;
    members->push_back({sex, age, "世帯主", Family::kHead});
    members->push_back({child.sex, child.age, "子の子", Family::kHead});
    return;
  }
  ++pyramid_moves_;
  Alone({child.sex, child.age >= 15 ? child.age : 30}, members);
}

bool HouseholdMaker::WithAdultChild(AgePool::Person parent, std::vector<Member>* members) {
  const Sex sex = random_->Chance(560) ? Sex::kMale : Sex::kFemale;
  const int age = pool_->TakeNear(sex, std::max(20, parent.age - 45), parent.age - 29,
                                  parent.age - 20, random_);
  if (age < 0) return false;
  const bool child_heads = random_->Chance(500);
  if (child_heads) {
    members->push_back({sex, age, "世帯主", Family::kHead});
    members->push_back(
        {parent.sex, parent.age, parent.sex == Sex::kMale ? "父" : "母", Family::kHead});
    return true;
  }
  members->push_back({parent.sex, parent.age, "世帯主", Family::kHead});
  members->push_back({sex, age, "子", Family::kHead});
  if (random_->Chance(250)) {  // the child's own family lives along
    const int spouse = pool_->TakeNear(Other(sex), std::max(20, age - 8), age, age + 8, random_);
    if (spouse < 0) return true;
    members->push_back(
        {Other(sex), spouse, sex == Sex::kMale ? "子の妻" : "子の夫", Family::kHead});
    const int parent_age = std::min(age, spouse);
    const Sex child_sex = random_->Chance(512) ? Sex::kMale : Sex::kFemale;
    const int low = std::max(0, std::max(age, spouse) - 50);
    const int high = parent_age - kMotherLow;
    const int grandchild =
        low > high ? -1 : pool_->TakeNear(child_sex, low, parent_age - kMotherPeak, high, random_);
    if (grandchild >= 0) {
      members->push_back({child_sex, grandchild, "子の子", Family::kHead});
    }
  }
  return true;
}

void HouseholdMaker::AddOthers(std::vector<Member>* members) {
  if (!random_->Chance(12)) return;
  const Sex sex = random_->Chance(500) ? Sex::kMale : Sex::kFemale;
  const Member head = members->front();
  const int roll = random_->Between(0, 9);
  if (roll < 5 && head.age >= 20) {
    const int age =
        pool_->TakeNear(sex, std::max(18, head.age - 15), head.age - 3, head.age + 15, random_);
    if (age < 0) return;
    const bool older = age > head.age;
    const std::string_view sibling =
        sex == Sex::kMale ? (older ? "兄" : "弟") : (older ? "姉" : "妹");
    members->push_back({sex, age, sibling, Family::kHead});
    return;
  }
  const int age = pool_->TakeNear(sex, 18, 35, 80, random_);
  if (age < 0) return;
  members->push_back({sex, age, roll < 7 ? "縁故者" : "同居人", Family::kOther});
}

}  // namespace oboro::civic
