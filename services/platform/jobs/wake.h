#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// How a worker learns of a job that its own process queued, without waiting for its next look at
// the queue. Workers of other processes look as before.
namespace oboro::platform::jobs_internal {

// Has `wake` called whenever a job of one of `kinds` is queued in this process, from whichever
// thread queues it, until its number is given back. `wake` must be quick and queue nothing.
int64_t AddWake(std::vector<std::string> kinds, std::function<void()> wake);
// Afterwards it is not called any more.
void RemoveWake(int64_t number);

// Calls those of this kind. The job's transaction may not be committed yet, or never be: who is
// woken looks several times in quick succession.
void WakeWorkers(const std::string& kind);

}  // namespace oboro::platform::jobs_internal
