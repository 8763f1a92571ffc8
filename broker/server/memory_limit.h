// How much memory this process may use.
#pragma once

#include <cstdint>
#include <string>

namespace antiphon {

// The machine's memory, or less if a control group (cgroup v2) of this process allows less.
uint64_t memory_limit_bytes();

// The least memory.max of the control group named in `proc_self_cgroup` (the text of
// /proc/self/cgroup) and of those above it, which are directories below `root`; UINT64_MAX: none.
uint64_t cgroup_memory_limit_bytes(const std::string& proc_self_cgroup, const std::string& root);

// What all pending output may take when the configuration does not say: a quarter of `limit_bytes`,
// and not less than 256 MiB, or than half of it where that is less.
uint64_t default_pending_total_bytes(uint64_t limit_bytes);

}  // namespace antiphon
