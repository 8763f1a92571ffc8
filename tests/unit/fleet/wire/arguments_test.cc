#include "fleet/wire/arguments.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace antiphon::fleet {
namespace {

std::optional<int> status_of(std::vector<std::string> words) {
  CLI::App app("Does something");
  int number = 0;
  app.add_option("--number", number)->required();
  std::string name = "program";
  std::vector<char*> argv{name.data()};
  for (std::string& word : words) argv.push_back(word.data());
  return parse_arguments(app, static_cast<int>(argv.size()), argv.data());
}

TEST(Arguments, GoodOnesLeaveSomethingToDo) {
  EXPECT_EQ(status_of({"--number", "5"}), std::nullopt);
}

TEST(Arguments, WhoAsksForHelpHasGotIt) { EXPECT_EQ(status_of({"--help"}), 0); }

TEST(Arguments, WrongOnesAreTheSameStatusWhateverIsWrong) {
  EXPECT_EQ(status_of({}), kStatusUsage);
  EXPECT_EQ(status_of({"--number", "five"}), kStatusUsage);
  EXPECT_EQ(status_of({"--number", "5", "--bogus"}), kStatusUsage);
  EXPECT_EQ(status_of({"--number", "5", "word"}), kStatusUsage);
}

}  // namespace
}  // namespace antiphon::fleet
