#include "fleet/plan/plan_report.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "fleet/plan/built_in_costs.h"

namespace antiphon::fleet::plan {
namespace {

constexpr PlanMachine kMachine = {{1000, 200'000}, false, true, 20'000};

Prediction prediction_of(uint64_t nodes, uint64_t brokers) {
  FleetShape shape;
  shape.nodes = nodes;
  shape.agents = 10;
  shape.collectives = 2;
  shape.brokers = brokers;
  shape.cores = 4;
  return predict(built_in_model(), shape, kMachine.speed);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(PlanReport, TableShowsFiguresWithTheirAssumptions) {
  const std::string table = plan_table(built_in_model(), prediction_of(10'000, 1), kMachine);
  EXPECT_TRUE(has(table, "10,000 nodes, 10 agents, 2 collectives, mutual TLS")) << table;
  EXPECT_TRUE(has(table, "(10 agents + 1) x 2 collectives = 22 a node")) << table;
  EXPECT_TRUE(has(table, "limit of a process here: 20,000\n")) << table;
  EXPECT_TRUE(has(table, "to 1,000 RSA-2048 signatures a second of a core (as told)")) << table;
  EXPECT_TRUE(has(table, "to 200,000 messages a second that a core takes and gives (measured here just now)"))
      << table;
  EXPECT_FALSE(has(table, "all brokers")) << table;
  EXPECT_FALSE(has(table, "clusters")) << table;
}

TEST(PlanReport, SeveralBrokersHaveASumAndAWordAboutClusters) {
  const std::string table = plan_table(built_in_model(), prediction_of(30'000, 3), kMachine);
  EXPECT_TRUE(has(table, "each broker   all brokers")) << table;
  EXPECT_TRUE(has(table, "10,000        30,000")) << table;
  EXPECT_TRUE(has(table, "brokers do not form clusters yet")) << table;
}

TEST(PlanReport, HandshakeThreadsThatWereToldAreShownWithTheOptionThatSetsThem) {
  FleetShape shape = prediction_of(10'000, 1).shape;
  const auto table_with = [&](uint64_t threads) {
    shape.handshake_threads = threads;
    return plan_table(built_in_model(), predict(built_in_model(), shape, kMachine.speed), kMachine);
  };
  const std::string usual = table_with(0);
  EXPECT_TRUE(has(usual, "2 handshake threads\n")) << usual;
  EXPECT_FALSE(has(usual, "antiphon { handshake_threads")) << usual;
  const std::string more = table_with(4);
  EXPECT_TRUE(has(more, "4 handshake threads\n")) << more;
  EXPECT_TRUE(has(more, "set antiphon { handshake_threads: 4 }: the default with 4 cores is 2; "
                        "while all come back messages share the cores"))
      << more;
  const auto json = nlohmann::json::parse(plan_json(
      built_in_model(), predict(built_in_model(), shape, kMachine.speed), kMachine));
  EXPECT_EQ(json["shape"]["handshake_threads"], 4);
}

TEST(PlanReport, WhatDoesNotFitIsSaid) {
  const std::string table = plan_table(built_in_model(), prediction_of(100'000, 1), kMachine);
  EXPECT_TRUE(has(table, "limit of a process here: 20,000, TOO LOW")) << table;
  EXPECT_TRUE(has(table, "a broker needs 100,100 descriptors")) << table;
  EXPECT_TRUE(has(table, "set max_connections above 100,000: the default is 65,536")) << table;
}

TEST(PlanReport, ExplanationPutsNumbersIntoFormulasAndNamesSources) {
  const std::string text = plan_explanation(built_in_model(), prediction_of(10'000, 1), kMachine);
  EXPECT_TRUE(has(text, "= 10,000 nodes x (10 agents + 1) x 2 collectives = 22 a node")) << text;
  EXPECT_TRUE(has(text, "antiphon bench fleet ping --nodes 4500 and 9000 --tls")) << text;
  EXPECT_FALSE(has(text, "none/node_bytes")) << "costs of other connections: " << text;
}

TEST(PlanReport, OfAModelThatWasReadNoSourcesAreTold) {
  CostModel model = built_in_model();
  model.name = "mine";
  const std::string text = plan_explanation(model, prediction_of(10'000, 1), kMachine);
  EXPECT_TRUE(has(text, "model \"mine\"")) << text;
  EXPECT_FALSE(has(text, "antiphon bench")) << text;
}

TEST(PlanReport, JsonHoldsNumbersWithUnitsInTheirNames) {
  const Prediction prediction = prediction_of(30'000, 3);
  const auto json = nlohmann::json::parse(plan_json(built_in_model(), prediction, kMachine));
  EXPECT_EQ(json["shape"]["nodes"], 30'000);
  EXPECT_EQ(json["shape"]["tls"], "rsa");
  EXPECT_EQ(json["shape"]["subscriptions_per_node"], 22);
  EXPECT_EQ(json["machine"]["descriptors_max"], 20'000);
  EXPECT_EQ(json["machine"]["messages_per_core_s"], 200'000);
  EXPECT_EQ(json["machine"]["is_this_machine"], false);
  EXPECT_EQ(json["model"]["name"], "built-in");
  const auto& each = json["each_broker"];
  EXPECT_EQ(each["nodes"], 10'000);
  EXPECT_DOUBLE_EQ(each["idle_memory_bytes"], prediction.idle_bytes.of(1, 10'000));
  EXPECT_DOUBLE_EQ(each["ping_last_answer_seconds"], prediction.last_answer_s);
  EXPECT_DOUBLE_EQ(each["storm_all_back_patient_seconds"], prediction.all_back.patient_s);
  for (const auto& [name, value] : each.items()) EXPECT_TRUE(value.is_number()) << name;
  EXPECT_DOUBLE_EQ(json["all_brokers"]["idle_memory_bytes"], prediction.idle_bytes.of(3, 30'000));
  EXPECT_EQ(json["storm_all_back_by_cores"][1]["cores"], 2);
  EXPECT_TRUE(json["storm_all_back_by_cores"][1]["patient_seconds"].is_number());
  EXPECT_TRUE(json["notes"].is_array());
}

}  // namespace
}  // namespace antiphon::fleet::plan
