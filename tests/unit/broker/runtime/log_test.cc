#include "broker/runtime/log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <vector>

namespace antiphon {
namespace {

namespace fs = std::filesystem;

class LogFile : public testing::Test {
 protected:
  LogFile() {
    folder_ = fs::temp_directory_path() / ("antiphon-log-" + std::to_string(::getpid()));
    fs::create_directories(folder_);
    settings_.output = LogOutput::kFile;
    settings_.file = folder_ / "server.log";
  }
  ~LogFile() override { fs::remove_all(folder_); }

  std::string text() const {
    std::ifstream file(settings_.file);
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
  }
  std::vector<std::string> lines() const {
    std::istringstream all(text());
    std::vector<std::string> result;
    for (std::string line; std::getline(all, line);) result.push_back(line);
    return result;
  }

  fs::path folder_;
  LogSettings settings_;
  Log log_;
};

// "[pid] 2026/01/31 12:34:56.123456 [INF] text"
bool has_shape(const std::string& line, const std::string& rest) {
  const std::string start = "[" + std::to_string(::getpid()) + "] ";
  constexpr std::string_view kTime = "dddd/dd/dd dd:dd:dd.dddddd ";
  if (line.size() != start.size() + kTime.size() + rest.size()) return false;
  if (line.compare(0, start.size(), start) != 0) return false;
  for (size_t i = 0; i < kTime.size(); ++i) {
    const char c = line[start.size() + i];
    if (kTime[i] == 'd' ? !std::isdigit(static_cast<unsigned char>(c)) : c != kTime[i]) return false;
  }
  return line.compare(start.size() + kTime.size(), rest.size(), rest) == 0;
}

TEST_F(LogFile, WritesLinesAsNatsServerDoes) {
  ASSERT_EQ(log_.configure(settings_), "");
  log_.info("Server is ready");
  log_.flush();
  ASSERT_EQ(lines().size(), 1u);
  EXPECT_TRUE(has_shape(lines()[0], "[INF] Server is ready")) << lines()[0];
}

TEST_F(LogFile, MarksEachSeverityAndKeepsTheOrder) {
  settings_.timestamps = false;
  ASSERT_EQ(log_.configure(settings_), "");
  log_.write(Severity::kInfo, "a");
  log_.write(Severity::kWarning, "b");
  log_.write(Severity::kError, "c");
  log_.write(Severity::kFatal, "d");
  log_.write(Severity::kDebug, "e");
  log_.write(Severity::kTrace, "f");
  log_.flush();
  const std::string pid = "[" + std::to_string(::getpid()) + "] ";
  EXPECT_EQ(text(), pid + "[INF] a\n" + pid + "[WRN] b\n" + pid + "[ERR] c\n" + pid +
                        "[FTL] d\n" + pid + "[DBG] e\n" + pid + "[TRC] f\n");
}

TEST_F(LogFile, TakesTextAsItIs) {
  settings_.timestamps = false;
  ASSERT_EQ(log_.configure(settings_), "");
  log_.info("{} {0} %s {");
  log_.info("");
  log_.flush();
  ASSERT_EQ(lines().size(), 2u);
  EXPECT_NE(lines()[0].find("[INF] {} {0} %s {"), std::string::npos);
}

TEST_F(LogFile, ATextIsOneLineAndNoTerminalObeysIt) {
  settings_.timestamps = false;
  ASSERT_EQ(log_.configure(settings_), "");
  log_.error(std::string_view("x\r\n[1] [INF] forged \x1B[2J\0\xC2\x9B\x9B ü", 31));
  log_.flush();
  const std::string pid = "[" + std::to_string(::getpid()) + "] ";
  EXPECT_EQ(text(), pid + R"([ERR] x\r\n[1] [INF] forged \x1b[2J\x00\u009b\x9b ü)" + "\n");
}

TEST_F(LogFile, LeavesOutWhatIsLessSevereThanAskedFor) {
  settings_.least = Severity::kWarning;
  ASSERT_EQ(log_.configure(settings_), "");
  log_.info("hidden");
  log_.warning("shown");
  log_.error("shown");
  log_.flush();
  EXPECT_EQ(lines().size(), 2u);
}

TEST_F(LogFile, DebugAndTraceHaveTheirOwnSwitches) {
  ASSERT_EQ(log_.configure(settings_), "");
  EXPECT_FALSE(log_.debug_enabled());
  EXPECT_FALSE(log_.trace_enabled());
  log_.debug("hidden");
  settings_.debug = true;
  ASSERT_EQ(log_.configure(settings_), "");
  EXPECT_TRUE(log_.debug_enabled());
  EXPECT_FALSE(log_.trace_enabled());
  log_.debug("shown");
  settings_.trace = true;
  ASSERT_EQ(log_.configure(settings_), "");
  EXPECT_TRUE(log_.trace_enabled());
  log_.flush();
  EXPECT_EQ(lines().size(), 1u);
}

TEST_F(LogFile, KeepsWritingToTheOldPlaceWhenTheNewOneCannotBeOpened) {
  ASSERT_EQ(log_.configure(settings_), "");
  LogSettings broken = settings_;
  broken.file = folder_ / "server.log" / "below_a_file.log";
  EXPECT_NE(log_.configure(broken), "");
  log_.info("still here");
  log_.flush();
  EXPECT_EQ(lines().size(), 1u);
}

TEST_F(LogFile, OpensItsFileAgainAfterARotationFromOutside) {
  ASSERT_EQ(log_.configure(settings_), "");
  log_.info("one");
  log_.flush();
  fs::rename(settings_.file, folder_ / "server.log.1");
  ASSERT_EQ(log_.reopen(), "");
  log_.info("two");
  log_.flush();
  ASSERT_EQ(lines().size(), 1u);
  EXPECT_TRUE(has_shape(lines()[0], "[INF] two")) << lines()[0];
}

TEST_F(LogFile, RotatesBySizeAndKeepsSoManyFiles) {
  settings_.file_bytes_max = 400;
  settings_.files_kept_max = 2;
  ASSERT_EQ(log_.configure(settings_), "");
  for (int i = 0; i < 100; ++i) log_.info("a line of some length");
  log_.flush();
  size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder_)) {
    ++files;
    EXPECT_LE(fs::file_size(entry.path()), 400u) << entry.path();
  }
  EXPECT_EQ(files, 3u);
}

TEST_F(LogFile, LosesNoLineOfSeveralThreads) {
  constexpr int kThreads = 3;
  constexpr int kLines = 500;
  ASSERT_EQ(log_.configure(settings_), "");
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this] {
      for (int i = 0; i < kLines; ++i) log_.info("line");
    });
  }
  for (std::thread& thread : threads) thread.join();
  log_.flush();
  EXPECT_EQ(lines().size(), static_cast<size_t>(kThreads * kLines));
}

TEST(Log, WritesNothingBeforeItIsConfigured) {
  Log log;
  log.info("nowhere");
  log.flush();
  EXPECT_FALSE(log.debug_enabled());
}

TEST(Log, CanDiscardEverything) {
  Log log;
  LogSettings settings;
  settings.output = LogOutput::kDiscard;
  ASSERT_EQ(log.configure(settings), "");
  log.info("nowhere");
  log.flush();
}

}  // namespace
}  // namespace antiphon
