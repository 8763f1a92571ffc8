#include "broker/config/choria_brokers.h"

#include <gtest/gtest.h>

#include "tests/unit/broker/config/config_world.h"

namespace antiphon {
namespace {

ChoriaBrokers brokers_of(std::string text) {
  ConfigWorld world;
  world.files["/etc/choria/broker.conf"] = std::move(text);
  return choria_brokers("/etc/choria/broker.conf", world.inputs());
}

TEST(ChoriaBrokers, AreWhatTheFileSwitchesOn) {
  EXPECT_TRUE(brokers_of("plugin.choria.broker_network = true\n").network_broker);
  EXPECT_FALSE(brokers_of("plugin.choria.broker_network = true\n").federation_broker);
  const ChoriaBrokers both =
      brokers_of("plugin.choria.broker_network = 1\nplugin.choria.broker_federation = yes\n");
  EXPECT_TRUE(both.network_broker && both.federation_broker);
  const ChoriaBrokers alone =
      brokers_of("plugin.choria.broker_network = no\nplugin.choria.broker_federation = y\n");
  EXPECT_FALSE(alone.network_broker);
  EXPECT_TRUE(alone.federation_broker);
}

TEST(ChoriaBrokers, TheLastLineCounts) {
  EXPECT_FALSE(brokers_of("plugin.choria.broker_federation = 1\nplugin.choria.broker_federation = 0\n")
                   .federation_broker);
}

TEST(ChoriaBrokers, AreNoneOfWhatIsNotChorias) {
  for (const char* text : {"", "port: 4222\n", "# plugin.choria.broker_network = 1\n", "nonsense"}) {
    const ChoriaBrokers brokers = brokers_of(text);
    EXPECT_FALSE(brokers.network_broker || brokers.federation_broker) << text;
  }
  ConfigWorld empty;
  EXPECT_FALSE(choria_brokers("/gone", empty.inputs()).network_broker);
}

}  // namespace
}  // namespace antiphon
