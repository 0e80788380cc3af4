#pragma once

namespace oboro::platform {

// Lets this process make the system calls that computing in memory and in threads needs, and kills
// it at any other. Needs no_new_privs. False when the kernel refused the filter.
bool LoadSeccompFilter();

}  // namespace oboro::platform
