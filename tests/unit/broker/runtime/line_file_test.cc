#include "broker/runtime/line_file.h"

#include <gtest/gtest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace antiphon {
namespace {

namespace fs = std::filesystem;

class LineFileTest : public testing::Test {
 protected:
  LineFileTest()
      : folder_(fs::temp_directory_path() / ("antiphon-lines-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~LineFileTest() override { fs::remove_all(folder_); }

  std::string path(const char* name) const { return folder_ / name; }
  static std::string text_of(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
  }

  fs::path folder_;
};

TEST_F(LineFileTest, ACheckSaysWhatOpeningWouldAndMakesNothing) {
  EXPECT_TRUE(LineFile::check(path("new")).ok());
  EXPECT_FALSE(fs::exists(path("new")));
  std::ofstream(path("there")) << "line";
  EXPECT_TRUE(LineFile::check(path("there")).ok());
  LineFile file;
  for (const std::string& bad : {folder_.string(), path("none/audit"), path("there/audit")}) {
    const absl::Status checked = LineFile::check(bad);
    EXPECT_FALSE(checked.ok()) << bad;
    EXPECT_EQ(checked, file.open(bad)) << bad;
  }
  EXPECT_EQ(text_of(path("there")), "line");
}

TEST_F(LineFileTest, WritesLinesInOrder) {
  LineFile file;
  ASSERT_TRUE(file.open(path("a")).ok());
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_TRUE(file.append(std::to_string(i)));
    all += std::to_string(i) + "\n";
  }
  file.flush();
  EXPECT_EQ(text_of(path("a")), all);
  EXPECT_EQ(file.dropped(), 0u);
}

TEST_F(LineFileTest, AppendsToWhatIsThere) {
  std::ofstream(path("a")) << "old\n";
  LineFile file;
  ASSERT_TRUE(file.open(path("a")).ok());
  file.append("new");
  file.flush();
  EXPECT_EQ(text_of(path("a")), "old\nnew\n");
}

TEST_F(LineFileTest, WritesWhatWaitsBeforeItGoes) {
  {
    LineFile file;
    ASSERT_TRUE(file.open(path("a")).ok());
    for (int i = 0; i < 100; ++i) file.append("x");
  }
  EXPECT_EQ(text_of(path("a")).size(), 200u);
}

TEST_F(LineFileTest, OpenedAgainItGoesOnInTheNewFile) {
  LineFile file;
  ASSERT_TRUE(file.open(path("a")).ok());
  file.append("one");
  file.flush();
  fs::rename(path("a"), path("a.1"));
  ASSERT_TRUE(file.open(path("a")).ok());
  file.append("two");
  file.flush();
  EXPECT_EQ(text_of(path("a.1")), "one\n");
  EXPECT_EQ(text_of(path("a")), "two\n");
}

TEST_F(LineFileTest, AFileThatCannotBeOpenedLeavesTheOldOne) {
  LineFile file;
  ASSERT_TRUE(file.open(path("a")).ok());
  const absl::Status status = file.open(path("no/such/folder"));
  EXPECT_FALSE(status.ok());
  file.append("still here");
  file.flush();
  EXPECT_EQ(text_of(path("a")), "still here\n");
}

TEST_F(LineFileTest, CountsWhatIsNotWritten) {
  LineFile file;
  EXPECT_FALSE(file.is_open());
  file.append("nowhere");
  file.flush();
  EXPECT_EQ(file.dropped(), 1u);
  ASSERT_TRUE(file.open("/dev/full").ok());
  EXPECT_TRUE(file.is_open());
  file.append("no room");
  file.flush();
  EXPECT_EQ(file.dropped(), 2u);
}

TEST_F(LineFileTest, DropsRatherThanWait) {
  // A pipe that nobody reads stops the writer; who appends must not notice.
  ::signal(SIGPIPE, SIG_IGN);
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const int reader = ::open(path("pipe").c_str(), O_RDONLY | O_NONBLOCK);
  ASSERT_GE(reader, 0);
  {
    LineFile file;
    ASSERT_TRUE(file.open(path("pipe")).ok());
    const std::string line(100, 'x');
    uint64_t refused = 0;
    for (size_t i = 0; i < 3 * LineFile::kWaitingLinesMax; ++i) {
      if (!file.append(line)) ++refused;
    }
    EXPECT_GT(refused, 0u);
    EXPECT_EQ(file.dropped(), refused);
    ::close(reader);  // the writer is told that nobody reads any more
  }
}

TEST_F(LineFileTest, OthersCannotReadANewFile) {
  LineFile file;
  ASSERT_TRUE(file.open(path("a")).ok());
  struct stat facts {};
  ASSERT_EQ(::stat(path("a").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0007, 0u);
}

}  // namespace
}  // namespace antiphon
