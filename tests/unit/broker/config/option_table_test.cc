#include "broker/config/option_table.h"

#include <gtest/gtest.h>

#include <set>

#include "broker/config/choria_keys.h"
#include "broker/config/option_diff.h"
#include "broker/config/option_docs.h"
#include "broker/config/unsupported_options.h"

namespace antiphon {
namespace {

using namespace std::chrono_literals;

TEST(OptionTable, EveryRowIsFoundByItsNameAndDescribed) {
  std::set<std::string_view> names;
  for (const Option& option : option_table()) {
    EXPECT_TRUE(names.insert(option.name).second) << option.name;
    EXPECT_EQ(find_option(option.name), is_only_chorias(option) ? nullptr : &option);
    EXPECT_TRUE(option.sentence.ends_with('.')) << option.name;
    EXPECT_FALSE(option_type_name(option.type).empty()) << option.name;
    if (!option.choria.empty()) {
      EXPECT_EQ(find_choria_option(option.choria)->choria, option.choria);
    }
  }
}

TEST(OptionTable, AliasesLeadToTheSameRow) {
  EXPECT_EQ(find_option("net"), find_option("host"));
  EXPECT_EQ(find_option("tls.immediate"), find_option("tls.handshake_first"));
  EXPECT_EQ(find_option("authorization.users.pass"), find_option("authorization.users.password"));
  EXPECT_EQ(find_option("no_sys_acc"), find_option("no_system_account"));
  EXPECT_EQ(find_option("pass"), nullptr);
  EXPECT_EQ(find_option(""), nullptr);
}

TEST(OptionTable, NoOptionIsAlsoUnsupported) {
  for (const UnsupportedOption& unsupported : unsupported_options()) {
    EXPECT_EQ(find_option(unsupported.name), nullptr) << unsupported.name;
    EXPECT_EQ(find_choria_option(unsupported.name), nullptr) << unsupported.name;
    EXPECT_FALSE(unsupported.feature.empty());
  }
}

TEST(OptionTable, TheDefaultsAreTheReferenceServers) {
  const auto value = [](const char* name) {
    return option_value_text(*find_option(name), BrokerOptions{});
  };
  EXPECT_EQ(value("host"), "0.0.0.0");
  EXPECT_EQ(value("port"), "4222");
  EXPECT_EQ(value("max_connections"), "65536");
  EXPECT_EQ(value("max_control_line"), "4KB");
  EXPECT_EQ(value("max_payload"), "1MB");
  EXPECT_EQ(value("max_pending"), "64MB");
  EXPECT_EQ(value("max_closed_clients"), "10000");
  EXPECT_EQ(value("ping_interval"), "2m");
  EXPECT_EQ(value("ping_max"), "2");
  EXPECT_EQ(value("write_deadline"), "10s");
  EXPECT_EQ(value("lame_duck_duration"), "2m");
  EXPECT_EQ(value("lame_duck_grace_period"), "10s");
  EXPECT_EQ(value("tls.timeout"), "2s");
  EXPECT_EQ(value("tls.min_version"), "1.2");
  EXPECT_EQ(value("logtime"), "true");
}

TEST(OptionTable, ShowsNoSecret) {
  BrokerOptions options;
  options.authorization.password = "hunter2";
  options.authorization.token = "hunter2";
  options.authorization.users = {{"ada", "hunter2"}};
  options.choria.system_password = "hunter2";
  options.choria.provisioner_password = "hunter2";
  for (const Option& option : option_table()) {
    EXPECT_EQ(option_value_text(option, options).find("hunter2"), std::string::npos);
  }
}

TEST(DerivedOptions, AuthTimeoutFollowsTls) {
  BrokerOptions options;
  EXPECT_EQ(auth_timeout(options), 2s);
  options.tls.enabled = true;
  EXPECT_EQ(auth_timeout(options), 3s);
  options.tls.timeout = 5s;
  EXPECT_EQ(auth_timeout(options), 6s);
  options.authorization.timeout = 1s;
  EXPECT_EQ(auth_timeout(options), 1s);
}

TEST(DerivedOptions, MonitoringUsesTheClientsHostUnlessItHasItsOwn) {
  BrokerOptions options;
  options.listen.host = "10.0.0.1";
  EXPECT_EQ(monitoring_host(options), "10.0.0.1");
  options.monitoring.host = "127.0.0.1";
  EXPECT_EQ(monitoring_host(options), "127.0.0.1");
}

std::vector<std::string> changes_of(const BrokerOptions& after) {
  std::vector<std::string> texts;
  for (const OptionChange& change : option_changes({}, after)) {
    texts.push_back(std::string(change.option->name) + " " + change.before + " -> " + change.after +
                    (change.option->reloadable ? "" : " (restart)"));
  }
  return texts;
}

TEST(OptionDiff, EqualOptionsHaveNoChanges) {
  EXPECT_TRUE(changes_of({}).empty());
}

TEST(OptionDiff, NamesWhatChangedAndWhetherItNeedsARestart) {
  BrokerOptions after;
  after.listen.port = 5222;
  after.identity.server_name = "n";
  after.threads.shards = 2;
  after.logging.debug = true;
  after.limits.payload_bytes_max = 2 << 20;
  after.authorization.password = "hunter2";
  after.tls.handshake_first = {true, 50ms};
  after.monitoring.host = "::1";
  EXPECT_EQ(
      changes_of(after),
      (std::vector<std::string>{"port 4222 -> 5222 (restart)", "server_name none -> n (restart)",
                                "max_payload 1MB -> 2MB", "authorization.password none -> set",
                                "tls.handshake_first false -> 50ms", "http none -> ::1 (restart)",
                                "debug false -> true", "antiphon.shards 0 -> 2 (restart)"}));
}

TEST(OptionDiff, UsersInAnotherOrderAreNoChange) {
  BrokerOptions before;
  BrokerOptions after;
  before.authorization.users = {{"a", "1"}, {"b", "2"}};
  after.authorization.users = {{"b", "2"}, {"a", "1"}};
  EXPECT_TRUE(option_changes(before, after).empty());
  after.authorization.users[0].password = "3";
  ASSERT_EQ(option_changes(before, after).size(), 1u);
}

// Changing any one field must be seen: a field without a row could not be reloaded.
TEST(OptionDiff, EveryFieldOfTheOptionsBelongsToARow) {
  const auto seen = [](auto change) {
    BrokerOptions after;
    change(after);
    return !option_changes({}, after).empty();
  };
  EXPECT_TRUE(seen([](auto& o) { o.listen.client_advertise = "x"; }));
  EXPECT_TRUE(seen([](auto& o) { o.identity.tags = {"x"}; }));
  EXPECT_TRUE(seen([](auto& o) { o.identity.metadata = {{"x", "y"}}; }));
  EXPECT_TRUE(seen([](auto& o) { o.limits.closed_clients_max = 1; }));
  EXPECT_TRUE(seen([](auto& o) { o.timeouts.write_deadline = 1s; }));
  EXPECT_TRUE(seen([](auto& o) { o.tls.enabled = true; }));
  EXPECT_TRUE(seen([](auto& o) { o.tls.allow_non_tls = true; }));
  EXPECT_TRUE(seen([](auto& o) { o.tls.curve_preferences = {"x"}; }));
  EXPECT_TRUE(seen([](auto& o) { o.authorization.no_auth_user = "x"; }));
  EXPECT_TRUE(seen([](auto& o) { o.monitoring.https_port = 1; }));
  EXPECT_TRUE(seen([](auto& o) { o.monitoring.base_path = "/x"; }));
  EXPECT_TRUE(seen([](auto& o) { o.logging.destination.target = LogTarget::kDiscard; }));
  EXPECT_TRUE(seen([](auto& o) { o.logging.level = LogLevel::kFatal; }));
  EXPECT_TRUE(seen([](auto& o) { o.process.ports_file_dir = "x"; }));
  EXPECT_TRUE(seen([](auto& o) { o.features.disable_sublist_cache = true; }));
}

TEST(OptionDocs, NameEveryOptionKeyAndFeature) {
  const std::string text = options_markdown();
  for (const Option& option : option_table()) {
    EXPECT_NE(text.find("`" + std::string(option.name) + "`"), std::string::npos);
    EXPECT_NE(text.find(option.sentence), std::string::npos);
    EXPECT_NE(text.find(option.choria), std::string::npos);
  }
  for (const UnsupportedOption& option : unsupported_options()) {
    EXPECT_NE(text.find("`" + std::string(option.name) + "`"), std::string::npos);
  }
  for (std::string_view key : choria_keys_without_effect()) {
    EXPECT_NE(text.find("- `" + std::string(key) + "`"), std::string::npos);
  }
  EXPECT_EQ(options_markdown(), text);
}

TEST(UnsupportedOptions, AreFoundByNameOrByTheirBlock) {
  EXPECT_NE(find_unsupported_option("cluster"), nullptr);
  EXPECT_NE(find_unsupported_option("plugin.choria.adapter.events.type"), nullptr);
  EXPECT_EQ(find_unsupported_option("plugin.choria.adapter."), nullptr);
  EXPECT_EQ(find_unsupported_option("plugin.choria.adapterx"), nullptr);
  EXPECT_EQ(find_unsupported_option("port"), nullptr);
}

TEST(UnsupportedOptions, OffWordsLeaveAFeatureOff) {
  const UnsupportedOption& jetstream = *find_unsupported_option("jetstream");
  for (std::string_view word : {"", "0", "False", "no", "OFF", "n", "f", "disabled"}) {
    EXPECT_TRUE(leaves_feature_off(jetstream, word)) << word;
  }
  for (std::string_view word : {"1", "true", "enabled", "none", "offf"}) {
    EXPECT_FALSE(leaves_feature_off(jetstream, word)) << word;
  }
}

}  // namespace
}  // namespace antiphon
