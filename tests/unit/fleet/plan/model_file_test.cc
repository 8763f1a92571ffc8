#include "fleet/plan/model_file.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "fleet/bench/scratch_directory.h"
#include "fleet/plan/built_in_costs.h"

namespace antiphon::fleet::plan {
namespace {

using Json = nlohmann::ordered_json;

Json built_in_json() {
  return Json::parse(model_json(built_in_model()));
}

std::string error_of(const Json& json) {
  const auto model = parse_model(json.dump(), "m.json");
  return model.ok() ? "" : std::string(model.status().message());
}

TEST(PlanModelFile, WhatIsWrittenIsReadTheSame) {
  const bench::ScratchDirectory directory;
  const std::string file = directory.path() + "/m.json";
  ASSERT_TRUE(write_model(built_in_model(), file).ok());
  const auto read = read_model(file);
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(*read, built_in_model());
}

TEST(PlanModelFile, MayHoldCostsThatTheProgramHasNot) {
  Json json = built_in_json();
  json["ecdsa"] = json["rsa"];
  json.erase("none");
  const auto model = parse_model(json.dump(), "m.json");
  ASSERT_TRUE(model.ok()) << model.status().message();
  EXPECT_TRUE(model->of(Security::kEcdsa).has_value());
  EXPECT_FALSE(model->of(Security::kNone).has_value());
}

TEST(PlanModelFile, AMissingFieldIsNamedByItsPath) {
  Json json = built_in_json();
  json["rsa"].erase("ping_cpu_us");
  EXPECT_EQ(error_of(json), "m.json: /rsa/ping_cpu_us: missing");
  json = built_in_json();
  json.erase("general");
  EXPECT_EQ(error_of(json), "m.json: /general: missing");
}

TEST(PlanModelFile, AnUnknownFieldIsNamedByItsPath) {
  Json json = built_in_json();
  json["rsa"]["ping_cpu_ms"] = 1;
  EXPECT_EQ(error_of(json), "m.json: /rsa/ping_cpu_ms: unknown field");
  json = built_in_json();
  json["dsa"] = Json::object();
  EXPECT_EQ(error_of(json), "m.json: /dsa: unknown field");
}

TEST(PlanModelFile, EveryErrorIsTold) {
  Json json = built_in_json();
  json["format"] = 1;
  json["name"] = 5;
  json["none"]["node_bytes"] = "many";
  EXPECT_EQ(error_of(json),
            "m.json: /format: must be 2\n"
            "m.json: /name: must be a text\n"
            "m.json: /none/node_bytes: must be a number");
}

TEST(PlanModelFile, NumbersOutsideTheirRangeAreRefused) {
  Json json = built_in_json();
  json["general"]["signatures_per_core_s"] = 0;
  EXPECT_EQ(error_of(json), "m.json: /general/signatures_per_core_s: must be 1 to 1e+06, not 0");
  json["general"]["signatures_per_core_s"] = 690;
  json["none"]["node_bytes"] = -1;
  EXPECT_EQ(error_of(json), "m.json: /none/node_bytes: must be 0 to 1e+09, not -1");
}

TEST(PlanModelFile, NeedsOneKindOfConnection) {
  Json json = built_in_json();
  json.erase("none");
  json.erase("rsa");
  EXPECT_EQ(error_of(json), "m.json: /: has no costs of connections: none, rsa or ecdsa");
  json["rsa"] = 3;
  EXPECT_NE(error_of(json).find("m.json: /rsa: must be an object"), std::string::npos);
}

TEST(PlanModelFile, WhatIsNotJsonIsShownByLineAndColumn) {
  const auto model = parse_model("{\n  \"format\": x\n}", "m.json");
  ASSERT_FALSE(model.ok());
  EXPECT_EQ(model.status().message(), "m.json:2:13: this is not JSON");
  EXPECT_EQ(parse_model("", "m.json").status().message(), "m.json:1:1: this is not JSON");
  EXPECT_EQ(parse_model("[]", "m.json").status().message(), "m.json: must be a JSON object");
}

TEST(PlanModelFile, AFileThatIsNotThereIsAnError) {
  EXPECT_EQ(read_model("/nowhere/m.json").status().message(), "cannot read /nowhere/m.json");
  EXPECT_FALSE(write_model(built_in_model(), "/nowhere/m.json").ok());
}

TEST(PlanBuiltInCosts, FillEveryFieldOfWhatWasMeasured) {
  const CostModel model = built_in_model();
  EXPECT_EQ(built_in_costs().size(), kGeneralFields.size() + 2 * kConnectionFields.size());
  EXPECT_TRUE(parse_model(model_json(model), "built-in").ok());
  EXPECT_TRUE(model.of(Security::kNone).has_value());
  EXPECT_TRUE(model.of(Security::kRsa).has_value());
  EXPECT_FALSE(model.of(Security::kEcdsa).has_value());
  for (const BuiltInCost& cost : built_in_costs()) {
    EXPECT_FALSE(cost.source.empty()) << cost.name;
    EXPECT_EQ(cost.date.size(), 10u) << cost.name;
  }
}

}  // namespace
}  // namespace antiphon::fleet::plan
