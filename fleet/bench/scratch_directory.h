// A directory of its own for files that nobody needs afterwards; gone with the object.
#pragma once

#include <string>

namespace antiphon::fleet::bench {

class ScratchDirectory {
 public:
  // Under TMPDIR, or /tmp; readable by this user only. path() is empty when it cannot be made.
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace antiphon::fleet::bench
