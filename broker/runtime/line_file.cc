#include "broker/runtime/line_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace antiphon {
namespace {

constexpr mode_t kFileMode = 0640;

// False if not all of it reached the file.
bool write_all(int descriptor, const std::string& text) {
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t written = ::write(descriptor, text.data() + done, text.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    done += static_cast<size_t>(written);
  }
  return true;
}

}  // namespace

LineFile::LineFile() : thread_([this] { run(); }) {}

LineFile::~LineFile() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

absl::Status LineFile::check(const std::string& path) {
  const auto cannot = [&path](int error) {
    return absl::InvalidArgumentError("cannot open " + path + ": " + ::strerror(error));
  };
  struct stat file{};
  if (::stat(path.c_str(), &file) == 0) {
    if (S_ISDIR(file.st_mode)) return cannot(EISDIR);
    return ::access(path.c_str(), W_OK) == 0 ? absl::OkStatus() : cannot(errno);
  }
  if (errno != ENOENT) return cannot(errno);
  const size_t end = path.rfind('/');
  const std::string folder = end == std::string::npos ? "." : path.substr(0, end + 1);
  return ::access(folder.c_str(), W_OK | X_OK) == 0 ? absl::OkStatus() : cannot(errno);
}

absl::Status LineFile::open(const std::string& path) {
  UniqueDescriptor opened;
  if (!path.empty()) {
    opened = UniqueDescriptor(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kFileMode));
    if (opened.get() < 0) {
      return absl::InvalidArgumentError("cannot open " + path + ": " + ::strerror(errno));
    }
  }
  const std::lock_guard lock(mutex_);
  next_file_ = std::move(opened);
  has_next_file_ = true;
  is_open_.store(!path.empty(), std::memory_order_relaxed);
  return absl::OkStatus();
}

bool LineFile::append(std::string line) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() >= kWaitingLinesMax) {
      dropped_.fetch_add(1, std::memory_order_relaxed);
      return false;
    }
    line += '\n';
    waiting_.push_back(std::move(line));
  }
  changed_.notify_all();
  return true;
}

void LineFile::flush() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_.empty() && !writing_; });
}

void LineFile::write_out(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  if (file_.get() < 0 || !write_all(file_.get(), text)) {
    dropped_.fetch_add(lines.size(), std::memory_order_relaxed);
  }
}

void LineFile::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (waiting_.empty()) return;  // stopping, and all is written
    const std::vector<std::string> lines = std::exchange(waiting_, {});
    if (has_next_file_) file_ = std::move(next_file_);
    has_next_file_ = false;
    writing_ = true;
    lock.unlock();
    write_out(lines);
    lock.lock();
    writing_ = false;
    changed_.notify_all();
  }
}

}  // namespace antiphon
