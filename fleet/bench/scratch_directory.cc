#include "fleet/bench/scratch_directory.h"

#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace antiphon::fleet::bench {

ScratchDirectory::ScratchDirectory() {
  std::error_code ignored;
  path_ = std::filesystem::temp_directory_path(ignored).string() + "/antiphon-bench-XXXXXX";
  if (::mkdtemp(path_.data()) == nullptr) path_.clear();
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;  // a file left behind in the temporary directory harms nobody
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace antiphon::fleet::bench
