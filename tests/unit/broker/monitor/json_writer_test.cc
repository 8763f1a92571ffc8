#include "broker/monitor/json_writer.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

using Layout = JsonWriter::Layout;

std::string nested(Layout layout) {
  std::string out;
  JsonWriter json(out, layout);
  json.begin_object();
  json.field("text", "a");
  json.begin_array("list");
  json.value(1);
  json.begin_object();
  json.field("deep", true);
  json.end_object();
  json.begin_array();
  json.end_array();
  json.end_array();
  json.begin_object("empty");
  json.end_object();
  json.null_field("none");
  json.end_object();
  return out;
}

TEST(JsonWriter, IndentsByTwoBlanks) {
  EXPECT_EQ(nested(Layout::kIndented),
            "{\n  \"text\": \"a\",\n  \"list\": [\n    1,\n    {\n      \"deep\": true\n    },\n"
            "    []\n  ],\n  \"empty\": {},\n  \"none\": null\n}");
}

TEST(JsonWriter, WritesWithoutBlanksWhenCompact) {
  EXPECT_EQ(nested(Layout::kCompact),
            R"({"text":"a","list":[1,{"deep":true},[]],"empty":{},"none":null})");
}

std::string written(double number) {
  std::string out;
  JsonWriter(out).value(number);
  return out;
}

TEST(JsonWriter, WritesNumbersInTheirShortestForm) {
  EXPECT_EQ(written(0), "0");
  EXPECT_EQ(written(2), "2");
  EXPECT_EQ(written(0.5), "0.5");
  EXPECT_EQ(written(2.0 / 3), "0.6666666666666666");
  EXPECT_EQ(written(1e300).size(), 301u);
  std::string out;
  JsonWriter(out).value(UINT64_MAX);
  EXPECT_EQ(out, "18446744073709551615");
}

TEST(JsonWriter, LeavesOutEmptyOptionalFields) {
  std::string out;
  JsonWriter json(out, Layout::kCompact);
  json.begin_object();
  json.optional_field("a", "");
  json.optional_field("b", 0);
  json.optional_field("c", false);
  json.optional_field("d", "x");
  json.optional_field("e", -1);
  json.optional_field("f", true);
  json.end_object();
  EXPECT_EQ(out, R"({"d":"x","e":-1,"f":true})");
}

TEST(JsonWriter, EscapesAsGoDoes) {
  std::string out;
  JsonWriter json(out, Layout::kCompact);
  json.begin_object();
  json.field("<k>", std::string("a\"\\\n\x01\xFF&"));
  json.end_object();
  EXPECT_EQ(out, R"({"\u003ck\u003e":"a\"\\\n\u0001\ufffd\u0026"})");
}

}  // namespace
}  // namespace antiphon
