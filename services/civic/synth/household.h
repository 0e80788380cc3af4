#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "services/civic/synth/age_pool.h"
#include "services/civic/synth/random.h"

namespace oboro::civic {

/// Whose surname a member bears: the head's, or another of the household's families.
enum class Family { kHead, kSpouseSide, kOther };

/// One resident within a household.
struct Member {
  Sex sex = Sex::kMale;
  int age = 0;
  std::string_view relation;  ///< 続柄, of the official grammar
  Family family = Family::kHead;
};

/// Makes households out of a pool until the pool is empty. The kinds (alone, couple, parents or one
/// parent with children, adult child with parents, three generations, others) follow the ages
/// drawn, so that ages fit relations: parents are 16 to 50 years older than their children.
class HouseholdMaker {
 public:
  HouseholdMaker(AgePool* pool, SynthRandom* random) : pool_(pool), random_(random) {}

  /// Fills `members`, head (世帯主) first. False when the pool is empty.
  bool Next(std::vector<Member>* members);

  /// Minors for whom no parent was left at the very end and who became their own heads (of 15 and
  /// more) or were made adults of 30 (younger). The only departures from the pyramid.
  uint64_t pyramid_moves() const { return pyramid_moves_; }

 private:
  void FamilyOf(AgePool::Person child, std::vector<Member>* members);
  bool AddParents(AgePool::Person child, std::vector<Member>* members);
  void AddSiblings(AgePool::Person child, std::vector<Member>* members);
  void AddGrandparent(std::vector<Member>* members);
  void Orphan(AgePool::Person child, std::vector<Member>* members);
  void Alone(AgePool::Person person, std::vector<Member>* members);
  bool Couple(AgePool::Person person, std::vector<Member>* members);
  bool WithAdultChild(AgePool::Person parent, std::vector<Member>* members);
  void AddOthers(std::vector<Member>* members);

  AgePool* pool_;
  SynthRandom* random_;
  uint64_t pyramid_moves_ = 0;
};

}  // namespace oboro::civic
