#include "broker/auth/choria_grants.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace antiphon {
namespace {

using Texts = std::vector<std::string>;

// The digest of up=alice.
constexpr std::string_view kAliceMd5 = "9ff94a8781520105e44481be68e5d47f";

Texts subjects(const std::vector<SubjectRule>& rules) {
  Texts texts;
  for (const SubjectRule& rule : rules) {
    EXPECT_EQ(rule.queue, "");
    texts.push_back(rule.subject);
  }
  return texts;
}
Texts subjects(const std::optional<std::vector<SubjectRule>>& rules) {
  return rules ? subjects(*rules) : Texts{"(everything)"};
}
Texts without(Texts all, const Texts& base) {
  for (const std::string& text : base) {
    const auto found = std::find(all.begin(), all.end(), text);
    if (found == all.end()) {
      ADD_FAILURE() << text << " is gone";
    } else {
      all.erase(found);
    }
  }
  return all;
}

choria::ClientClaims alice() {
  choria::ClientClaims claims;
  claims.caller_id = "up=alice";
  claims.organization = "choria";
  claims.permissions.emplace();
  return claims;
}
choria::ServerClaims node() {
  choria::ServerClaims claims;
  claims.identity = "n1.example.net";
  claims.organization = "choria";
  claims.collectives = {"mcollective", "eu"};
  claims.permissions.emplace();
  return claims;
}

const Texts kRequests = {"*.broadcast.agent.>", "*.broadcast.service.>", "*.node.>",
                         "choria.federation.*.federation"};
const Texts kStreams = {"$JS.API.INFO",
                        "$JS.API.STREAM.NAMES",
                        "$JS.API.STREAM.LIST",
                        "$JS.API.STREAM.INFO.*",
                        "$JS.API.STREAM.MSG.GET.*",
                        "$JS.API.STREAM.MSG.DELETE.*",
                        "$JS.API.DIRECT.GET.*",
                        "$JS.API.DIRECT.GET.*.>",
                        "$JS.API.CONSUMER.CREATE.*",
                        "$JS.API.CONSUMER.CREATE.*.>",
                        "$JS.API.CONSUMER.DURABLE.CREATE.*.*",
                        "$JS.API.CONSUMER.DELETE.*.*",
                        "$JS.API.CONSUMER.NAMES.*",
                        "$JS.API.CONSUMER.LIST.*",
                        "$JS.API.CONSUMER.INFO.*.*",
                        "$JS.API.CONSUMER.MSG.NEXT.*.*",
                        "$JS.ACK.>",
                        "$JS.FC.>",
                        "$KV.>",
                        "$O.>"};

TEST(ChoriaGrants, AClientReadsItsOwnRepliesAndNoRequests) {
  const auto grant = grant_client(alice(), ChoriaAccount::kChoria);
  ASSERT_TRUE(grant.has_value());
  EXPECT_EQ(choria_account_name(grant->account), "choria");
  EXPECT_EQ(subjects(grant->permissions.publish_allow), Texts{"$SYS.REQ.USER.INFO"});
  const Texts read = subjects(grant->permissions.subscribe_allow);
  ASSERT_EQ(read.size(), 2u);
  EXPECT_EQ(read[0], absl::StrCat("*.reply.", std::string(kAliceMd5), ".>"));
  EXPECT_EQ(read[1].size(), std::string("*.reply..>").size() + 64);
  EXPECT_TRUE(grant->permissions.publish_deny.empty() && grant->permissions.subscribe_deny.empty());
}

struct ClientRow {
  std::string_view name;
  bool choria::ClientPermissions::*flag;
  Texts publish, subscribe;                            // in the account choria
  Texts provisioning_publish, provisioning_subscribe;  // in the account provisioning
};

TEST(ChoriaGrants, EveryClientPermissionAddsItsSubjects) {
  using May = choria::ClientPermissions;
  const ClientRow rows[] = {
      {"streams_admin", &May::streams_admin, {"$JS.>"}, {"$JS.EVENT.>"}, {}, {}},
      {"streams_user", &May::streams_user, kStreams, {"choria.republish.>"}, {}, {}},
      {"events_viewer",
       &May::events_viewer,
       {},
       {"choria.lifecycle.event.>", "choria.machine.watcher.>", "choria.machine.transition"},
       {},
       {"choria.lifecycle.event.*.provision_mode_server"}},
      {"election_user",
       &May::election_user,
       {"$JS.API.STREAM.INFO.KV_CHORIA_LEADER_ELECTION", "$KV.CHORIA_LEADER_ELECTION.>"},
       {},
       {"choria.streams.STREAM.INFO.KV_CHORIA_LEADER_ELECTION",
        "$KV.CHORIA_LEADER_ELECTION.provisioner"},
       {}},
      {"governor alone", &May::governor, {}, {}, {}, {}},
      {"fleet_management", &May::fleet_management, kRequests, {}, kRequests, {}},
      {"signed_fleet_management", &May::signed_fleet_management, kRequests, {}, kRequests, {}},
      {"system_user", &May::system_user, {}, {}, {}, {}},
      {"service", &May::service, {}, {}, {}, {}},
      {"authentication_delegator", &May::authentication_delegator, {}, {}, {}, {}},
      {"provisioner", &May::provisioner, {}, {}, {}, {}},
  };
  for (const ClientRow& row : rows) {
    choria::ClientClaims claims = alice();
    (*claims.permissions).*row.flag = true;
    for (const ChoriaAccount account : {ChoriaAccount::kChoria, ChoriaAccount::kProvisioning}) {
      const bool provisions = account == ChoriaAccount::kProvisioning;
      const auto base = grant_client(alice(), account);
      const auto grant = grant_client(claims, account);
      ASSERT_TRUE(base && grant) << row.name;
      EXPECT_EQ(grant->account, account);
      EXPECT_EQ(without(subjects(grant->permissions.publish_allow),
                        subjects(base->permissions.publish_allow)),
                provisions ? row.provisioning_publish : row.publish)
          << row.name;
      EXPECT_EQ(without(subjects(grant->permissions.subscribe_allow),
                        subjects(base->permissions.subscribe_allow)),
                provisions ? row.provisioning_subscribe : row.subscribe)
          << row.name;
    }
  }
}

TEST(ChoriaGrants, AGovernorNeedsStreams) {
  for (const auto streams :
       {&choria::ClientPermissions::streams_user, &choria::ClientPermissions::streams_admin}) {
    choria::ClientClaims claims = alice();
    (*claims.permissions).*streams = true;
    const auto base = grant_client(claims, ChoriaAccount::kChoria);
    claims.permissions->governor = true;
    const auto grant = grant_client(claims, ChoriaAccount::kChoria);
    ASSERT_TRUE(base && grant);
    EXPECT_EQ(without(subjects(grant->permissions.publish_allow),
                      subjects(base->permissions.publish_allow)),
              (Texts{"*.governor.*", "choria.lifecycle.event.governor.>"}));
  }
}

TEST(ChoriaGrants, AnOrganizationsAdminMayDoEverything) {
  choria::ClientClaims claims = alice();
  claims.permissions->org_admin = true;
  const auto grant = grant_client(claims, ChoriaAccount::kChoria);
  ASSERT_TRUE(grant.has_value());
  EXPECT_EQ(subjects(grant->permissions.publish_allow), Texts{">"});
  EXPECT_EQ(subjects(grant->permissions.subscribe_allow), Texts{">"});
}

TEST(ChoriaGrants, SubjectsOfTheTokenAreAdded) {
  choria::ClientClaims claims = alice();
  claims.publish_subjects = {"a.>"};
  claims.subscribe_subjects = {"b.*"};
  const auto grant = grant_client(claims, ChoriaAccount::kChoria);
  ASSERT_TRUE(grant.has_value());
  EXPECT_EQ(subjects(grant->permissions.publish_allow).back(), "a.>");
  EXPECT_EQ(subjects(grant->permissions.subscribe_allow).back(), "b.*");
  claims.permissions.reset();
  EXPECT_TRUE(grant_client(claims, ChoriaAccount::kChoria).has_value());
}

TEST(ChoriaGrants, AServerServesItsCollectives) {
  const auto grant = grant_server(node(), {});
  ASSERT_TRUE(grant.has_value());
  EXPECT_EQ(subjects(grant->permissions.publish_allow),
            (Texts{"choria.lifecycle.>", "choria.machine.transition", "choria.machine.watcher.>",
                   "mcollective.reply.>", "mcollective.broadcast.agent.registration",
                   "choria.federation.mcollective.collective", "eu.reply.>",
                   "eu.broadcast.agent.registration", "choria.federation.eu.collective"}));
  const Texts read = subjects(grant->permissions.subscribe_allow);
  ASSERT_EQ(read.size(), 8u);
  EXPECT_EQ(read[0], "mcollective.broadcast.agent.>");
  EXPECT_EQ(read[1], "mcollective.node.n1.example.net");
  EXPECT_EQ(read[4], "eu.broadcast.agent.>");
  EXPECT_EQ(read[5], "eu.node.n1.example.net");
}

TEST(ChoriaGrants, EveryServerPermissionAddsItsSubjects) {
  using May = choria::ServerPermissions;
  const auto added = [](std::initializer_list<bool May::*> flags, const std::string& organization,
                        bool publishes) {
    choria::ServerClaims claims = node();
    claims.organization = organization;
    for (const auto flag : flags) (*claims.permissions).*flag = true;
    const auto base = grant_server(node(), {});
    const auto grant = grant_server(claims, {});
    EXPECT_TRUE(base && grant);
    return publishes ? without(subjects(grant->permissions.publish_allow),
                               subjects(base->permissions.publish_allow))
                     : without(subjects(grant->permissions.subscribe_allow),
                               subjects(base->permissions.subscribe_allow));
  };
  EXPECT_EQ(added({&May::service_host}, "choria", false),
            (Texts{"mcollective.broadcast.service.>", "eu.broadcast.service.>"}));
  EXPECT_EQ(added({&May::service_host}, "choria", true), Texts{});
  EXPECT_EQ(added({&May::submission}, "choria", true),
            (Texts{"mcollective.submission.in.>", "eu.submission.in.>"}));
  EXPECT_EQ(added({&May::governor}, "choria", true), Texts{});
  EXPECT_EQ(added({&May::streams}, "choria", false), Texts{"choria.republish.>"});
  const Texts streams = added({&May::streams}, "choria", true);
  EXPECT_EQ(streams,
            (Texts{"$JS.API.STREAM.INFO.*", "$JS.API.STREAM.MSG.GET.*",
                   "$JS.API.STREAM.MSG.DELETE.*", "$JS.API.DIRECT.GET.*", "$JS.API.DIRECT.GET.*.>",
                   "$JS.API.CONSUMER.CREATE.*", "$JS.API.CONSUMER.CREATE.*.>",
                   "$JS.API.CONSUMER.DURABLE.CREATE.*.*", "$JS.API.CONSUMER.INFO.*.*",
                   "$JS.API.CONSUMER.MSG.NEXT.*.*", "$JS.ACK.>", "$JS.FC.>"}));
  const Texts others = added({&May::streams}, "acme", true);
  ASSERT_EQ(others.size(), streams.size());
  EXPECT_EQ(others.front(), "choria.streams.STREAM.INFO.*");
  EXPECT_EQ(others.back(), "$JS.FC.>");
  EXPECT_EQ(added({&May::streams}, "acme", false), Texts{"acme.republish.>"});
  const Texts governor = added({&May::streams, &May::governor}, "choria", true);
  EXPECT_EQ(without(governor, streams), (Texts{"mcollective.governor.*", "eu.governor.*"}));
}

TEST(ChoriaGrants, AServerWithoutCollectivesOrWhereServersAreDeniedMayDoNothing) {
  choria::ServerClaims claims = node();
  claims.collectives.clear();
  ChoriaGrantSettings denied;
  denied.deny_server_connections = true;
  for (const auto& grant : {grant_server(claims, {}), grant_server(node(), denied)}) {
    ASSERT_TRUE(grant.has_value());
    EXPECT_EQ(subjects(grant->permissions.publish_allow), Texts{});
    EXPECT_EQ(subjects(grant->permissions.subscribe_allow), Texts{});
    EXPECT_EQ(subjects(grant->permissions.publish_deny), Texts{">"});
    EXPECT_EQ(subjects(grant->permissions.subscribe_deny), Texts{">"});
  }
}

TEST(ChoriaGrants, NamesThatWouldWidenASubjectGrantNothing) {
  for (const std::string name : {"", "*", ">", "a.*", "a.>", "a b", "a..b", ".a", "a.", "a\r\nb"}) {
    choria::ServerClaims server = node();
    server.identity = name;
    EXPECT_FALSE(grant_server(server, {})) << name;
    server = node();
    server.collectives.push_back(name);
    EXPECT_FALSE(grant_server(server, {})) << name;
    server = node();
    server.permissions->streams = true;
    server.organization = name;
    EXPECT_FALSE(grant_server(server, {})) << name;
    choria::ClientClaims client = alice();
    client.permissions->streams_user = true;
    client.organization = name;
    EXPECT_FALSE(grant_client(client, ChoriaAccount::kChoria)) << name;
  }
  for (const std::string subject : {"", "a b", "a..b", ">.a", "a\r\n"}) {
    choria::ClientClaims client = alice();
    client.publish_subjects = {subject};
    EXPECT_FALSE(grant_client(client, ChoriaAccount::kChoria)) << subject;
    client = alice();
    client.subscribe_subjects = {subject};
    EXPECT_FALSE(grant_client(client, ChoriaAccount::kChoria)) << subject;
    choria::ServerClaims server = node();
    server.publish_subjects = {subject};
    EXPECT_FALSE(grant_server(server, {})) << subject;
  }
  choria::ServerClaims server = node();
  server.collectives = {"two.tokens"};
  EXPECT_FALSE(grant_server(server, {}));
  choria::ClientClaims nobody = alice();
  nobody.caller_id = "";
  EXPECT_FALSE(grant_client(nobody, ChoriaAccount::kChoria));
}

struct TokenlessRow {
  std::string_view name;
  ChoriaTokenless connection;
  ChoriaGrantSettings settings;
  enum { kRefused, kEverything, kServer, kMessaging, kNothing } outcome;
};

TEST(ChoriaGrants, ConnectionsWithoutATokenFollowTheTable) {
  const ChoriaTokenless stranger;
  const ChoriaTokenless pipe{true, false, false};
  const ChoriaTokenless certificate{false, true, false};
  const ChoriaTokenless listed{false, true, true};
  const ChoriaTokenless listed_stranger{false, false, true};
  const ChoriaGrantSettings plain;
  const ChoriaGrantSettings hosts{false, false, false, true};
  const ChoriaGrantSettings hosts_no_servers{true, false, false, true};
  const ChoriaGrantSettings issuers{false, true, false, false};
  const ChoriaGrantSettings issuers_and_authority{false, true, true, false};
  const TokenlessRow rows[] = {
      {"no certificate", stranger, plain, TokenlessRow::kRefused},
      {"no certificate, listed", listed_stranger, hosts, TokenlessRow::kRefused},
      {"no certificate, issuers", stranger, issuers_and_authority, TokenlessRow::kRefused},
      {"in process", pipe, issuers, TokenlessRow::kEverything},
      {"certificate", certificate, plain, TokenlessRow::kEverything},
      {"certificate, not listed", certificate, hosts, TokenlessRow::kServer},
      {"certificate, not listed, no servers", certificate, hosts_no_servers,
       TokenlessRow::kNothing},
      {"certificate, listed", listed, hosts, TokenlessRow::kEverything},
      {"certificate, issuers", certificate, issuers, TokenlessRow::kRefused},
      {"certificate, issuers and authority", certificate, issuers_and_authority,
       TokenlessRow::kMessaging},
  };
  for (const TokenlessRow& row : rows) {
    const auto grant = grant_tokenless(row.connection, row.settings);
    EXPECT_EQ(grant.has_value(), row.outcome != TokenlessRow::kRefused) << row.name;
    if (!grant) continue;
    const PermissionSettings& may = grant->permissions;
    const bool everything = !may.publish_allow && !may.subscribe_allow &&
                            may.publish_deny.empty() && may.subscribe_deny.empty();
    EXPECT_EQ(everything, row.outcome == TokenlessRow::kEverything) << row.name;
    if (row.outcome == TokenlessRow::kServer) {
      EXPECT_EQ(subjects(may.publish_allow), Texts{">"});
      EXPECT_EQ(subjects(may.publish_deny), kRequests);
      EXPECT_EQ(subjects(may.subscribe_allow), Texts{"(everything)"});
      EXPECT_EQ(subjects(may.subscribe_deny),
                (Texts{"*.reply.>", "choria.federation.>", "choria.lifecycle.>"}));
    }
    if (row.outcome == TokenlessRow::kMessaging) {
      const Texts denied = {"*.broadcast.>",       "*.node.>",           "*.reply.>",
                            "choria.federation.>", "choria.lifecycle.>", "choria.machine.>"};
      EXPECT_EQ(subjects(may.publish_deny), denied);
      EXPECT_EQ(subjects(may.subscribe_deny), denied);
    }
    if (row.outcome == TokenlessRow::kNothing) {
      EXPECT_EQ(subjects(may.publish_allow), Texts{});
    }
  }
}

TEST(ChoriaGrants, NodesThatWaitSeeTheirOwnAccountOnly) {
  const ChoriaGrant grant = grant_unprovisioned();
  EXPECT_EQ(choria_account_name(grant.account), "provisioning");
  EXPECT_EQ(subjects(grant.permissions.publish_allow),
            (Texts{"choria.lifecycle.>", "provisioning.reply.>", "provisioning.registration.>"}));
  EXPECT_EQ(
      subjects(grant.permissions.subscribe_allow),
      (Texts{"provisioning.node.>", "provisioning.broadcast.agent.discovery",
             "provisioning.broadcast.agent.rpcutil", "provisioning.broadcast.agent.choria_util",
             "provisioning.broadcast.agent.choria_provision"}));
  EXPECT_EQ(choria_account_name(grant_provisioner().account), "provisioning");
  EXPECT_FALSE(grant_provisioner().permissions.publish_allow.has_value());
  EXPECT_EQ(choria_account_name(grant_system().account), "system");
  EXPECT_FALSE(grant_system().permissions.subscribe_allow.has_value());
}

}  // namespace
}  // namespace antiphon
