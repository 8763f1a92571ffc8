#include "broker/config/choria_login_options.h"

#include <gtest/gtest.h>

#include "broker/config/load_config.h"
#include "tests/unit/broker/config/config_world.h"
#include "tests/unit/broker/config/pem_texts.h"
#include "tests/unit/protocol/choria/certificate_vectors.h"

namespace antiphon {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kKey = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c";

// Settings behind those of a broker with certificate, key and authority: line 6 and on.
class ChoriaLoginOptions : public testing::Test {
 protected:
  ChoriaLoginOptions() {
    const PemTexts pem = make_pem_texts();
    world_.files["/c"] = pem.certificate;
    world_.files["/k"] = pem.key;
    world_.files["/ed"] = std::string(kKey) + "\n";
    world_.files["/rsa"] = vectors::kAliceCertificate;
    world_.files["/junk"] = "junk";
  }
  LoadedConfig load(const std::string& text) {
    world_.files["b.conf"] = text;
    LoadedConfig loaded = load_config("b.conf", world_.inputs());
    errors_ = short_texts(loaded.errors);
    warnings_ = short_texts(loaded.warnings);
    return loaded;
  }
  LoadedConfig with_file(const std::string& settings) {
    return load(
        "plugin.choria.broker_network = 1\nplugin.security.provider = file\n"
        "plugin.security.file.certificate = /c\nplugin.security.file.key = /k\n"
        "plugin.security.file.ca = /c\n" +
        settings);
  }
  LoadedConfig with_choria(const std::string& settings) {
    return load(
        "plugin.choria.broker_network = 1\nplugin.security.provider = choria\n"
        "plugin.security.choria.certificate = /c\nplugin.security.choria.key = /k\n\n" +
        settings);
  }
  BrokerOptions good(const LoadedConfig& loaded) {
    EXPECT_EQ(errors_, Texts{});
    EXPECT_EQ(warnings_, Texts{});
    return loaded.options;
  }
  static std::string issuers() {
    return "plugin.security.issuer.names = choria\nplugin.security.issuer.choria.public = " +
           std::string(kKey) + "\n";
  }
  static Texts short_texts(const std::vector<Diagnostic>& diagnostics) {
    Texts texts = texts_of(diagnostics);
    for (std::string& text : texts) {
      if (text.starts_with("b.conf:")) text.erase(0, 7);
    }
    return texts;
  }

  ConfigWorld world_;
  Texts errors_;
  Texts warnings_;
};

TEST_F(ChoriaLoginOptions, WithoutAnythingElseACertificateIsRequired) {
  const BrokerOptions options = good(with_file(""));
  EXPECT_TRUE(options.tls.verify);
  EXPECT_FALSE(options.tls.verify_if_given);
  ASSERT_EQ(options.authorization.accounts.size(), 2u);
  EXPECT_EQ(options.authorization.accounts[0].name, "choria");
  EXPECT_EQ(options.authorization.accounts[1].name, "system");
  EXPECT_EQ(options.authorization.system_account, "system");
}

TEST_F(ChoriaLoginOptions, EveryKeyIsRead) {
  const ChoriaOptions options =
      good(with_file("plugin.choria.network.client_signer_cert = /rsa , " + std::string(kKey) +
                     "\nplugin.choria.network.server_signer_cert = /ed\n"
                     "plugin.choria.network.client_hosts = 10.0.0.0/8, 2001:db8::1\n"
                     "plugin.choria.network.deny_server_connections = yes\n"
                     "plugin.choria.network.system.user = sys\n"
                     "plugin.choria.network.system.password = one two\n"
                     "plugin.choria.network.provisioning.client_password = three\n"
                     "plugin.choria.network.provisioning.signer_cert = /rsa\n"
                     "plugin.choria.network.provisioning.provisioner_without_token = 1\n"
                     "plugin.antiphon.client_hosts_are_servers = 1\n"
                     "plugin.antiphon.provisioner_without_nonce = t\n"
                     "plugin.antiphon.audit_file = /var/log/audit.jsonl\n"))
          .choria;
  EXPECT_EQ(options.client_signers, (Texts{"/rsa", kKey}));
  EXPECT_EQ(options.server_signers, Texts{"/ed"});
  EXPECT_EQ(options.client_hosts, (Texts{"10.0.0.0/8", "2001:db8::1"}));
  EXPECT_TRUE(options.deny_server_connections);
  EXPECT_EQ(options.system_user, "sys");
  EXPECT_EQ(options.system_password, "one two");
  EXPECT_EQ(options.provisioner_password, "three");
  EXPECT_EQ(options.provisioning_signer_file, "/rsa");
  EXPECT_TRUE(options.provisioner_without_token);
  EXPECT_TRUE(options.demote_client_hosts);
  EXPECT_TRUE(options.provisioner_without_nonce);
  EXPECT_EQ(options.audit_file, "/var/log/audit.jsonl");
}

TEST_F(ChoriaLoginOptions, TokensLetClientsInWithoutACertificate) {
  const auto may = [&](const std::string& settings) {
    const TlsOptions tls = good(with_file(settings)).tls;
    return !tls.verify && tls.verify_if_given;
  };
  EXPECT_TRUE(may(issuers()));
  EXPECT_TRUE(may("plugin.choria.network.client_signer_cert = /rsa\n"));
  EXPECT_TRUE(may("plugin.choria.network.server_signer_cert = /rsa\n"));
  EXPECT_TRUE(may("plugin.choria.network.provisioning.client_password = x\n"
                  "plugin.choria.network.provisioning.signer_cert = /rsa\n"));
  EXPECT_FALSE(may("plugin.choria.network.client_hosts = 10.0.0.1\n"));
}

TEST_F(ChoriaLoginOptions, ProvisioningHasAnAccountOfItsOwn) {
  const BrokerOptions options =
      good(with_file(issuers() + "plugin.choria.network.provisioning.client_password = x\n"));
  ASSERT_EQ(options.authorization.accounts.size(), 3u);
  EXPECT_EQ(options.authorization.accounts[2].name, "provisioning");
}

TEST_F(ChoriaLoginOptions, TheProviderChoriaNeedsNoAuthority) {
  const BrokerOptions options = good(with_choria(issuers()));
  EXPECT_EQ(options.tls.cert_file, "/c");
  EXPECT_EQ(options.tls.key_file, "/k");
  EXPECT_EQ(options.tls.ca_file, "");
  EXPECT_FALSE(options.tls.verify);
  EXPECT_FALSE(options.tls.verify_if_given);
  EXPECT_FALSE(options.choria.has_messaging_authority);
  EXPECT_EQ(options.choria.issuers.at("choria"), kKey);
  const BrokerOptions with_authority =
      good(with_choria(issuers() + "plugin.security.choria.ca = /c\n"));
  EXPECT_TRUE(with_authority.tls.verify_if_given);
  EXPECT_TRUE(with_authority.choria.has_messaging_authority);
}

TEST_F(ChoriaLoginOptions, TheProviderChoriaNeedsItsFiles) {
  (void)load("plugin.choria.broker_network = 1\nplugin.security.provider = choria\n" + issuers());
  EXPECT_EQ(errors_,
            (Texts{"2:28: the security provider choria needs plugin.security.choria.certificate",
                   "2:28: the security provider choria needs plugin.security.choria.key"}));
}

TEST_F(ChoriaLoginOptions, TheProviderChoriaUsesNoneOfTheFileProvidersFiles) {
  const std::string left_over =
      "plugin.security.file.certificate = /old-c\nplugin.security.file.key = /old-k\n"
      "plugin.security.file.ca = /old-ca\n";
  const BrokerOptions options = good(with_choria(issuers() + left_over));
  EXPECT_EQ(options.tls.cert_file, "/c");
  EXPECT_EQ(options.tls.key_file, "/k");
  EXPECT_EQ(options.tls.ca_file, "");
  EXPECT_FALSE(options.tls.verify || options.tls.verify_if_given);
  EXPECT_EQ(good(with_choria(issuers() + left_over + "plugin.security.choria.ca = /c\n")).tls.ca_file,
            "/c");
  // They do not stand in for what is missing either.
  (void)load("plugin.choria.broker_network = 1\nplugin.security.provider = choria\n" + issuers() +
             left_over);
  EXPECT_EQ(errors_,
            (Texts{"2:28: the security provider choria needs plugin.security.choria.certificate",
                   "2:28: the security provider choria needs plugin.security.choria.key"}));
}

TEST_F(ChoriaLoginOptions, WhereNobodyCanLogInThereIsAWarning) {
  (void)with_choria("");
  EXPECT_EQ(errors_, Texts{});
  EXPECT_EQ(warnings_, Texts{"2:28: nobody can log in: there is neither an authority for "
                             "certificates nor anybody who vouches for tokens"});
}

TEST_F(ChoriaLoginOptions, IssuersNeedKeysAndNames) {
  (void)with_file("plugin.security.issuer.names = choria, other\n"
                  "plugin.security.issuer.choria.public = " + std::string(kKey) +
                  "\nplugin.security.issuer.third.public = " + std::string(kKey) + "\n");
  EXPECT_EQ(errors_, Texts{"6:32: issuer \"other\" has no key: set "
                           "plugin.security.issuer.other.public"});
  EXPECT_EQ(warnings_, Texts{"6:32: the key of issuer \"third\" has no effect: "
                             "plugin.security.issuer.names does not list it"});
  (void)with_file("plugin.security.issuer.names = choria\n"
                  "plugin.security.issuer.choria.public = 8a88\n");
  EXPECT_EQ(errors_, (Texts{"6:32: issuer \"choria\" has no key: set "
                            "plugin.security.issuer.choria.public",
                            "7:40: plugin.security.issuer.choria.public needs the 64 hexadecimal "
                            "digits of an Ed25519 public key"}));
}

TEST_F(ChoriaLoginOptions, IssuersExcludeSigners) {
  (void)with_file(issuers() + "plugin.choria.network.client_signer_cert = /rsa\n"
                              "plugin.choria.network.server_signer_cert = /rsa\n"
                              "plugin.security.choria.trusted_signers = " + std::string(kKey));
  const std::string rest = " and plugin.security.issuer.names exclude each other: remove one";
  EXPECT_EQ(errors_, (Texts{"8:44: plugin.choria.network.client_signer_cert" + rest,
                            "9:44: plugin.choria.network.server_signer_cert" + rest,
                            "10:1: plugin.security.choria.trusted_signers" + rest}));
}

TEST_F(ChoriaLoginOptions, KeysThatCannotBeReadHaveTheirPlace) {
  (void)with_file("plugin.choria.network.client_signer_cert = /rsa, /none\n"
                  "plugin.choria.network.server_signer_cert = /junk\n"
                  "plugin.choria.network.provisioning.client_password = x\n"
                  "plugin.choria.network.provisioning.signer_cert = /none\n");
  EXPECT_EQ(errors_, (Texts{"6:44: cannot read /none: No such file or directory",
                            "7:44: /junk holds neither an Ed25519 public key in hexadecimal nor an "
                            "RSA public key or certificate in PEM",
                            "9:50: cannot read /none: No such file or directory"}));
}

TEST_F(ChoriaLoginOptions, HostsAreAddresses) {
  (void)with_file("plugin.choria.network.client_hosts = 10.0.0.1, host.example.net,,10.0.0.0/40\n");
  EXPECT_EQ(errors_,
            (Texts{"6:38: plugin.choria.network.client_hosts has an empty item",
                   "6:48: \"host.example.net\" is no address and no network like 192.0.2.0/24",
                   "6:66: \"10.0.0.0/40\" is no address and no network like 192.0.2.0/24"}));
}

TEST_F(ChoriaLoginOptions, HalfAUserIsWarnedAbout) {
  (void)with_file("plugin.choria.network.system.user = sys\n");
  EXPECT_EQ(warnings_, Texts{"6:37: nobody can be the system user without a password"});
  (void)with_file("plugin.choria.network.system.password = hunter2\n");
  EXPECT_EQ(warnings_, Texts{"6:41: a password without a system user has no effect"});
  (void)with_file("plugin.choria.network.provisioning.signer_cert = /rsa\n");
  EXPECT_EQ(warnings_, Texts{"6:50: has no effect: there is no provisioning without "
                             "plugin.choria.network.provisioning.client_password"});
  (void)with_file("plugin.choria.network.provisioning.client_password = hunter2\n");
  EXPECT_EQ(warnings_, Texts{"6:54: no node can ask to be provisioned: nobody vouches for its "
                             "token"});
}

TEST_F(ChoriaLoginOptions, TheSystemUserIsNotTheProvisioner) {
  (void)with_file("plugin.choria.network.system.user = provisioner\n"
                  "plugin.choria.network.system.password = x\n");
  EXPECT_EQ(errors_, Texts{"6:37: the name provisioner is taken: nobody could be the system user"});
}

TEST_F(ChoriaLoginOptions, AnonymousTlsAsksNobodyForACertificate) {
  const BrokerOptions options =
      good(with_file("plugin.security.server_anon_tls = true\n"
                     "plugin.choria.network.server_signer_cert = /rsa\n"));
  EXPECT_FALSE(options.tls.verify);
  EXPECT_FALSE(options.tls.verify_if_given);
  (void)with_file("plugin.security.client_anon_tls = true\n"
                  "plugin.choria.network.client_signer_cert = /rsa\n");
  EXPECT_EQ(errors_, Texts{"6:35: plugin.security.client_anon_tls needs "
                           "plugin.choria.security.request_signer.url or .service"});
  (void)with_file("plugin.security.client_anon_tls = true\n"
                  "plugin.choria.security.request_signer.service = true\n"
                  "plugin.choria.network.client_signer_cert = /rsa\n");
  EXPECT_EQ(errors_, Texts{});
  (void)with_choria(issuers() + "plugin.security.server_anon_tls = true\n");
  EXPECT_EQ(errors_, Texts{"8:35: plugin.security.server_anon_tls is not for the security provider "
                           "choria: remove it"});
}

TEST_F(ChoriaLoginOptions, AMistypedKeyOfOursIsAnError) {
  (void)with_file("plugin.antiphon.audit_fiel = /x\n");
  EXPECT_EQ(errors_, Texts{"6:1: unknown key \"plugin.antiphon.audit_fiel\"; did you mean "
                           "\"plugin.antiphon.audit_file\"?"});
}

TEST_F(ChoriaLoginOptions, NothingOfThisIsInTheNatsDialect) {
  (void)load("port: 1\nplugin.choria.network.system.user: sys\n");
  EXPECT_EQ(errors_.size(), 1u);
}

}  // namespace
}  // namespace antiphon
