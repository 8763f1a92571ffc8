#include "broker/config/choria_roles.h"

#include <gtest/gtest.h>

#include "tests/unit/broker/config/config_world.h"

namespace antiphon {
namespace {

ChoriaRoles roles_of(std::string text) {
  ConfigWorld world;
  world.files["/etc/choria/broker.conf"] = std::move(text);
  return choria_roles("/etc/choria/broker.conf", world.inputs());
}

TEST(ChoriaRoles, AreWhatTheFileSwitchesOn) {
  EXPECT_TRUE(roles_of("plugin.choria.broker_network = true\n").network_broker);
  EXPECT_FALSE(roles_of("plugin.choria.broker_network = true\n").federation_broker);
  const ChoriaRoles both =
      roles_of("plugin.choria.broker_network = 1\nplugin.choria.broker_federation = yes\n");
  EXPECT_TRUE(both.network_broker && both.federation_broker);
  const ChoriaRoles alone =
      roles_of("plugin.choria.broker_network = no\nplugin.choria.broker_federation = y\n");
  EXPECT_FALSE(alone.network_broker);
  EXPECT_TRUE(alone.federation_broker);
}

TEST(ChoriaRoles, TheLastLineCounts) {
  EXPECT_FALSE(roles_of("plugin.choria.broker_federation = 1\nplugin.choria.broker_federation = 0\n")
                   .federation_broker);
}

TEST(ChoriaRoles, AreNoneOfWhatIsNotChorias) {
  for (const char* text : {"", "port: 4222\n", "# plugin.choria.broker_network = 1\n", "nonsense"}) {
    const ChoriaRoles roles = roles_of(text);
    EXPECT_FALSE(roles.network_broker || roles.federation_broker) << text;
  }
  ConfigWorld empty;
  EXPECT_FALSE(choria_roles("/gone", empty.inputs()).network_broker);
}

}  // namespace
}  // namespace antiphon
