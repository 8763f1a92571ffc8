#include "broker/config/duration.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

using namespace std::chrono_literals;

TEST(GoDurationParser, ReadsDecimalsWithUnits) {
  EXPECT_EQ(parse_go_duration("2m"), 2min);
  EXPECT_EQ(parse_go_duration("1.5s"), 1500ms);
  EXPECT_EQ(parse_go_duration("1h2m3s"), 1h + 2min + 3s);
  EXPECT_EQ(parse_go_duration("50ms"), 50ms);
  EXPECT_EQ(parse_go_duration("7us"), 7us);
  EXPECT_EQ(parse_go_duration("7\xC2\xB5s"), 7us);
  EXPECT_EQ(parse_go_duration("9ns"), 9ns);
  EXPECT_EQ(parse_go_duration(".5s"), 500ms);
  EXPECT_EQ(parse_go_duration("5.s"), 5s);
  EXPECT_EQ(parse_go_duration("-3s"), -3s);
  EXPECT_EQ(parse_go_duration("+3s"), 3s);
  EXPECT_EQ(parse_go_duration("0"), 0s);
  EXPECT_EQ(parse_go_duration("0.123456789s"), 123456789ns);
}

TEST(GoDurationParser, RefusesWhatGoRefuses) {
  for (std::string_view text : {"", "5", "s", ".s", "-", "1d", "1 s", "2M", "5sx", "1.2.3s", "1s2",
                                "99999999999999999999s", "9223372037s", "1e3s"}) {
    EXPECT_EQ(parse_go_duration(text), std::nullopt) << text;
  }
}

TEST(ChoriaDurationParser, DigitsAreSecondsAndLongUnitsAreWholeHours) {
  EXPECT_EQ(parse_choria_duration("90"), 90s);
  EXPECT_EQ(parse_choria_duration("2d"), 48h);
  EXPECT_EQ(parse_choria_duration("1.5D"), 36h);
  EXPECT_EQ(parse_choria_duration("0.01d"), 0h);
  EXPECT_EQ(parse_choria_duration("1w"), 168h);
  EXPECT_EQ(parse_choria_duration("1M"), 720h);
  EXPECT_EQ(parse_choria_duration("1y"), 8760h);
  EXPECT_EQ(parse_choria_duration("1m30s"), 90s);
  EXPECT_EQ(parse_choria_duration("2.5s"), 2500ms);
}

TEST(ChoriaDurationParser, RefusesEverythingElse) {
  for (std::string_view text : {"", "x", "2 d", "d", "1d2h", "5 # five", "99999999999y", "-"}) {
    EXPECT_EQ(parse_choria_duration(text), std::nullopt) << text;
  }
}

TEST(DurationText, IsTheShortestThatReadsBack) {
  EXPECT_EQ(duration_text(2min), "2m");
  EXPECT_EQ(duration_text(90s), "1m30s");
  EXPECT_EQ(duration_text(1500ms), "1s500ms");
  EXPECT_EQ(duration_text(0s), "0s");
  EXPECT_EQ(duration_text(-3s), "-3s");
  for (Duration d : {Duration(1), Duration(1'000'001), Duration(3'723'000'000'123)}) {
    EXPECT_EQ(parse_go_duration(duration_text(d)), d);
  }
}

TEST(DurationOfSeconds, TakesFractionsAndRefusesWhatDoesNotFit) {
  EXPECT_EQ(duration_of_seconds(0.5), 500ms);
  EXPECT_EQ(duration_of_seconds(-2), -2s);
  EXPECT_EQ(duration_of_seconds(1e10), std::nullopt);
  EXPECT_EQ(duration_of_seconds(std::numeric_limits<double>::quiet_NaN()), std::nullopt);
}

}  // namespace
}  // namespace antiphon
