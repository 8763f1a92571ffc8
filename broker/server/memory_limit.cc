#include "broker/server/memory_limit.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace antiphon {
namespace {

constexpr uint64_t kPendingTotalMin = uint64_t{256} << 20;
constexpr char kUnifiedHierarchy[] = "0::";  // cgroups(7)

uint64_t read_limit(const std::string& path) {
  std::ifstream file(path);
  uint64_t bytes = 0;
  return file >> bytes ? bytes : UINT64_MAX;  // "max", or no such file: no limit
}

}  // namespace

uint64_t cgroup_memory_limit_bytes(const std::string& proc_self_cgroup, const std::string& root) {
  std::istringstream lines(proc_self_cgroup);
  std::string group;
  for (std::string line; std::getline(lines, line);) {
    if (line.rfind(kUnifiedHierarchy, 0) == 0) group = line.substr(sizeof kUnifiedHierarchy - 1);
  }
  uint64_t least = UINT64_MAX;
  while (!group.empty()) {
    least = std::min(least, read_limit(root + group + "/memory.max"));
    group.erase(group.rfind('/') == std::string::npos ? 0 : group.rfind('/'));
  }
  // In a container the group's own directory is often the root of what is mounted.
  return std::min(least, read_limit(root + "/memory.max"));
}

uint64_t memory_limit_bytes() {
  const uint64_t machine = static_cast<uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                           static_cast<uint64_t>(::sysconf(_SC_PAGESIZE));
  std::ifstream file("/proc/self/cgroup");
  std::ostringstream text;
  text << file.rdbuf();
  return std::min(machine, cgroup_memory_limit_bytes(text.str(), "/sys/fs/cgroup"));
}

uint64_t default_pending_total_bytes(uint64_t limit_bytes) {
  return std::max(limit_bytes / 4, std::min(kPendingTotalMin, limit_bytes / 2));
}

}  // namespace antiphon
