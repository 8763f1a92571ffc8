#include "fleet/plan/prediction.h"

#include <gtest/gtest.h>

#include "fleet/plan/built_in_costs.h"

namespace antiphon::fleet::plan {
namespace {

constexpr MachineSpeed kSpeed = {1000, 200'000};

FleetShape small_shape() {
  FleetShape shape;
  shape.nodes = 1000;
  shape.agents = 7;
  shape.collectives = 1;
  shape.cores = 4;
  return shape;
}

// Every cost is a number that is easily told from the others.
CostModel simple_model() {
  CostModel model;
  model.general.signatures_per_core_s = 500;
  model.general.messages_per_core_s = 100'000;
  model.general.subscription_bytes = 100;
  model.general.own_subject_bytes = 30;
  model.general.index_slot_bytes = 10;
  model.general.closed_connection_bytes = 5;
  model.general.closed_subscription_bytes = 1;
  model.general.kernel_connection_bytes = 4000;
  model.general.kernel_packet_bytes = 800;
  ConnectionCosts& costs = model.connections[static_cast<size_t>(Security::kRsa)].emplace();
  costs.broker_bytes = 1'000'000;
  costs.node_bytes = 20'000;
  costs.ping_peak_bytes = 700;
  costs.storm_peak_bytes = 900;
  costs.ping_cpu_us = 30;
  costs.byte_cpu_ns = 2;
  costs.ping_wall_factor = 1.5;
  costs.connect_signatures = 2;
  costs.connect_cpu_us = 400;
  costs.connect_wall_factor = 1.1;
  costs.storm_wall_factor = 3;
  model.connections[static_cast<size_t>(Security::kNone)] = costs;
  return model;
}

TEST(PlanPrediction, TwiceTheNodesTakeTwiceTheMemoryAndTime) {
  FleetShape shape = small_shape();
  const Prediction once = predict(built_in_model(), shape, kSpeed);
  shape.nodes *= 2;
  const Prediction twice = predict(built_in_model(), shape, kSpeed);
  const double broker = once.idle_bytes.of_broker;
  EXPECT_DOUBLE_EQ(twice.idle_bytes.of(1, 2000) - broker,
                   2 * (once.idle_bytes.of(1, 1000) - broker));
  EXPECT_DOUBLE_EQ(twice.ping_cpu_s.of(1, 2000), 2 * once.ping_cpu_s.of(1, 1000));
  EXPECT_DOUBLE_EQ(twice.last_answer_s, 2 * once.last_answer_s);
  EXPECT_DOUBLE_EQ(twice.all_back.patient_s, 2 * once.all_back.patient_s);
}

TEST(PlanPrediction, MemoryIsTheSumOfItsParts) {
  const Prediction made = predict(simple_model(), small_shape(), kSpeed);
  EXPECT_DOUBLE_EQ(made.idle_bytes.of_broker, 1'000'000 + 7 * 30);
  EXPECT_DOUBLE_EQ(made.idle_bytes.of_node, 20'000 + 8 * 100 + 30);
  EXPECT_DOUBLE_EQ(made.ping_bytes.of_node, made.idle_bytes.of_node + 700);
  EXPECT_DOUBLE_EQ(made.storm_bytes.of_node, made.idle_bytes.of_node + 900);
  EXPECT_DOUBLE_EQ(made.storm_bytes.of_broker, made.idle_bytes.of_broker + 1000 * (5 + 8));
}

TEST(PlanPrediction, SubscriptionsOfClosedConnectionsHaveABound) {
  CostModel model = simple_model();
  model.general.closed_subscription_bytes = 1 << 20;
  const Prediction made = predict(model, small_shape(), kSpeed);
  EXPECT_DOUBLE_EQ(made.storm_bytes.of_broker,
                   made.idle_bytes.of_broker + 1000 * 5 + kClosedSubscriptionBytesMax);
}

TEST(PlanPrediction, ManySubscriptionsGetAnIndex) {
  FleetShape shape = small_shape();
  shape.agents = 11;
  shape.collectives = 2;
  EXPECT_DOUBLE_EQ(predict(simple_model(), shape, kSpeed).idle_bytes.of_node,
                   20'000 + 24 * 100 + 2 * 30);
  shape.agents = 12;
  EXPECT_DOUBLE_EQ(predict(simple_model(), shape, kSpeed).idle_bytes.of_node,
                   20'000 + 26 * 100 + 2 * 30 + 31 * 10);
}

TEST(PlanPrediction, AnIndexGrowsByPowersOfTwo) {
  EXPECT_EQ(index_slots(24), 0u);
  EXPECT_EQ(index_slots(25), 31u);
  EXPECT_EQ(index_slots(28), 31u);
  EXPECT_EQ(index_slots(29), 63u);
  EXPECT_EQ(index_slots(56), 63u);
  EXPECT_EQ(index_slots(57), 127u);
}

TEST(PlanPrediction, OfClosedConnectionsOnlySoManyAreKept) {
  FleetShape shape = small_shape();
  shape.nodes = 10'000;
  const double most = closed_bytes(simple_model().general, shape);
  shape.nodes = 1'000'000;
  EXPECT_DOUBLE_EQ(closed_bytes(simple_model().general, shape), most);
}

TEST(PlanPrediction, ArithmeticFollowsTheSignaturesOfTheMachineAndTheRestItsMessages) {
  const Prediction made = predict(simple_model(), small_shape(), kSpeed);
  EXPECT_DOUBLE_EQ(made.message_scale, 0.5);
  EXPECT_DOUBLE_EQ(made.ping_cpu_s.of_node, 15e-6);
  EXPECT_DOUBLE_EQ(made.storm_cpu_s.of_node, 2e-3 + 200e-6);
  const Prediction signs_faster = predict(simple_model(), small_shape(), {4000, 200'000});
  EXPECT_DOUBLE_EQ(signs_faster.ping_cpu_s.of_node, 15e-6);
  EXPECT_DOUBLE_EQ(signs_faster.storm_cpu_s.of_node, 0.5e-3 + 200e-6);
}

TEST(PlanPrediction, APingIsSharedByAllCores) {
  const Prediction made = predict(simple_model(), small_shape(), kSpeed);
  EXPECT_DOUBLE_EQ(made.last_answer_s, 1000 * 15e-6 * 1.5 / 4);
}

TEST(PlanPrediction, LargerPayloadsTakeMoreCpuAndNeverLessThanNone) {
  FleetShape shape = small_shape();
  shape.reply_bytes += 1000;
  shape.request_bytes += 2000;
  EXPECT_DOUBLE_EQ(predict(simple_model(), shape, kSpeed).ping_cpu_s.of_node,
                   (30 + 2) * 1e-6 + 2e-6 - 17e-6);
  CostModel model = simple_model();
  model.connections[static_cast<size_t>(Security::kRsa)]->byte_cpu_ns = 1e6;
  shape.request_bytes = 1;
  shape.reply_bytes = 1;
  EXPECT_EQ(predict(model, shape, kSpeed).ping_cpu_s.of_node, 0);
}

TEST(PlanPrediction, HandshakesHaveHalfTheCoresAndPlainConnectionsAll) {
  FleetShape shape = small_shape();
  const Prediction tls = predict(simple_model(), shape, kSpeed);
  EXPECT_DOUBLE_EQ(tls.all_back.patient_s, 1000 * 2.2e-3 * 1.1 / 2);
  EXPECT_DOUBLE_EQ(tls.all_back.impatient_s, 1000 * 2.2e-3 * 3 / 2);
  shape.security = Security::kNone;
  const Prediction plain = predict(simple_model(), shape, kSpeed);
  EXPECT_DOUBLE_EQ(plain.all_back.patient_s, 1000 * 2.2e-3 * 1.1 / 4);
  EXPECT_EQ(default_handshake_threads(1), 1u);
  EXPECT_EQ(default_handshake_threads(8), 4u);
  EXPECT_EQ(default_handshake_threads(200), 32u) << "a broker has at most 64 shards";
}

TEST(PlanPrediction, MoreHandshakeThreadsBringAFleetBackSoonerUpToOneForEachCore) {
  FleetShape shape = small_shape();
  const double usual_s = predict(simple_model(), shape, kSpeed).all_back.patient_s;
  shape.handshake_threads = 4;
  const Prediction four = predict(simple_model(), shape, kSpeed);
  EXPECT_DOUBLE_EQ(four.all_back.patient_s, usual_s / 2);
  EXPECT_DOUBLE_EQ(four.all_back.impatient_s, 1000 * 2.2e-3 * 3 / 4);
  EXPECT_DOUBLE_EQ(four.storm_cpu_s.of_node, 2.2e-3) << "the work is the same";
  // By cores: 1, 2, 4, 8; the threads stay four.
  EXPECT_DOUBLE_EQ(four.all_back_by_cores[1].time.patient_s, usual_s);
  EXPECT_DOUBLE_EQ(four.all_back_by_cores[3].time.patient_s, usual_s / 2);
  shape.handshake_threads = 64;
  EXPECT_DOUBLE_EQ(predict(simple_model(), shape, kSpeed).all_back.patient_s, usual_s / 2);
  shape.handshake_threads = 1;
  EXPECT_DOUBLE_EQ(predict(simple_model(), shape, kSpeed).all_back.patient_s, usual_s * 2);
}

TEST(PlanPrediction, HandshakeThreadsAreNothingToPlainConnections) {
  FleetShape shape = small_shape();
  shape.security = Security::kNone;
  const double usual_s = predict(simple_model(), shape, kSpeed).all_back.patient_s;
  shape.handshake_threads = 1;
  EXPECT_DOUBLE_EQ(predict(simple_model(), shape, kSpeed).all_back.patient_s, usual_s);
}

TEST(PlanPrediction, TimesByCoresFallAndHoldTheOneAsked) {
  const Prediction made = predict(simple_model(), small_shape(), kSpeed);
  for (size_t i = 1; i < made.all_back_by_cores.size(); ++i) {
    EXPECT_LE(made.all_back_by_cores[i].time.patient_s,
              made.all_back_by_cores[i - 1].time.patient_s);
  }
  ASSERT_EQ(made.all_back_by_cores[2].cores, 4u);
  EXPECT_DOUBLE_EQ(made.all_back_by_cores[2].time.patient_s, made.all_back.patient_s);
}

TEST(PlanPrediction, MoreBrokersShareTheNodesButEachHasItsOwnMemory) {
  FleetShape shape = small_shape();
  shape.brokers = 4;
  const Prediction made = predict(simple_model(), shape, kSpeed);
  const Prediction alone = predict(simple_model(), small_shape(), kSpeed);
  EXPECT_DOUBLE_EQ(made.idle_bytes.of(4, 1000) - alone.idle_bytes.of(1, 1000),
                   3 * made.idle_bytes.of_broker);
  EXPECT_DOUBLE_EQ(made.last_answer_s, alone.last_answer_s / 4);
  EXPECT_DOUBLE_EQ(made.descriptors.of(1, shape.nodes_per_broker()), 350);
}

TEST(PlanPrediction, AnAskerThatReadsNothingIsKeptToItsPendingBytes) {
  FleetShape shape = small_shape();
  const double few = predict(simple_model(), shape, kSpeed).unread_answers_bytes;
  EXPECT_GT(few, 1000 * kReplyBytesMeasured);
  shape.nodes = 1'000'000;
  EXPECT_EQ(predict(simple_model(), shape, kSpeed).unread_answers_bytes, 64 * 1024 * 1024);
}

TEST(PlanPrediction, TheKernelHoldsARequestForEachNode) {
  FleetShape shape = small_shape();
  shape.security = Security::kNone;
  const Prediction made = predict(simple_model(), shape, kSpeed);
  EXPECT_EQ(made.kernel_idle_bytes.of_node, 4000);
  const double frame = 777 + 2 + sizeof("MSG mcollective.broadcast.agent.discovery 1 777\r\n") - 1;
  EXPECT_EQ(made.kernel_ping_bytes.of_node, 4000 + frame + 800);
}

}  // namespace
}  // namespace antiphon::fleet::plan
