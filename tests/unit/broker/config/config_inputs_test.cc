#include "broker/config/config_inputs.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

class SystemConfigInputs : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() /
              ("antiphon_config_inputs_" + std::to_string(getpid()));
    std::filesystem::create_directory(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  std::filesystem::path folder_;
  ConfigInputs inputs_ = system_config_inputs();
};

TEST_F(SystemConfigInputs, ReadWholeFiles) {
  const std::string text = std::string("a\0b\n", 4) + std::string(100000, 'x');
  write("f", text);
  write("empty", "");
  EXPECT_EQ(inputs_.read_file(path("f")).value(), text);
  EXPECT_EQ(inputs_.read_file(path("empty")).value(), "");
}

TEST_F(SystemConfigInputs, SayWhyAFileCannotBeRead) {
  EXPECT_EQ(to_std(inputs_.read_file(path("none")).status().message()),
            "No such file or directory");
  EXPECT_EQ(to_std(inputs_.read_file(folder_.string()).status().message()), "Is a directory");
  write("huge", "");
  std::filesystem::resize_file(folder_ / "huge", kConfigFileBytesMax + 1);
  EXPECT_EQ(to_std(inputs_.read_file(path("huge")).status().message()), "larger than 16 MiB");
}

TEST_F(SystemConfigInputs, ListAFolder) {
  write("a", "");
  write("b", "");
  auto names = inputs_.list_directory(folder_.string()).value();
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(inputs_.list_directory(path("none")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(inputs_.list_directory(path("a")).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(SystemConfigInputs, KnowTheEnvironmentTheFolderAndTheHost) {
  setenv("ANTIPHON_CONFIG_INPUTS_TEST", "x y", 1);
  EXPECT_EQ(inputs_.environment("ANTIPHON_CONFIG_INPUTS_TEST"), "x y");
  unsetenv("ANTIPHON_CONFIG_INPUTS_TEST");
  EXPECT_EQ(inputs_.environment("ANTIPHON_CONFIG_INPUTS_TEST"), std::nullopt);
  EXPECT_EQ(inputs_.working_directory, std::filesystem::current_path().string());
  EXPECT_FALSE(inputs_.host_name.empty());
}

}  // namespace
}  // namespace antiphon
