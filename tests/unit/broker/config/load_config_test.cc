#include "broker/config/load_config.h"

#include <gtest/gtest.h>

#include "broker/config/tls_files.h"
#include "tests/unit/broker/config/config_world.h"
#include "tests/unit/broker/config/pem_texts.h"

namespace antiphon {
namespace {

using Texts = std::vector<std::string>;

class LoadConfig : public testing::Test {
 protected:
  LoadedConfig load(const std::string& text, const std::string& path = "b.conf") {
    world_.files[path] = text;
    return load_config(path, world_.inputs());
  }

  ConfigWorld world_;
};

TEST_F(LoadConfig, ReadsTheNatsDialect) {
  const LoadedConfig loaded = load("port: 5222\nhttp_base_path: 'a/'\ntrace_headers: true");
  EXPECT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.dialect, ConfigDialect::kNats);
  EXPECT_EQ(loaded.options.listen.port, 5222);
  EXPECT_EQ(loaded.options.monitoring.base_path, "/a");
  EXPECT_TRUE(loaded.options.logging.trace);
  EXPECT_TRUE(load("port: 4222\n").digest.starts_with("sha256:797533ebd0dfba7d"));
}

TEST_F(LoadConfig, ReadsChoriasDialect) {
  const PemTexts pem = make_pem_texts();
  world_.files["/c"] = pem.certificate;
  world_.files["/k"] = pem.key;
  const LoadedConfig loaded = load(
      "identity = n1\nplugin.choria.broker_network = 1\nplugin.security.provider = file\n"
      "plugin.security.file.certificate = /c\nplugin.security.file.key = /k\n"
      "plugin.security.file.ca = /c\n");
  EXPECT_EQ(texts_of(loaded.errors), Texts{});
  EXPECT_EQ(loaded.dialect, ConfigDialect::kChoria);
  EXPECT_EQ(loaded.options.identity.server_name, "n1");
  EXPECT_EQ(loaded.digest.size(), std::string("sha256:").size() + 64);
}

TEST_F(LoadConfig, ChoriasDigestFollowsTheSettingsThatCount) {
  const std::string one = load("identity = a\nidentity = b\n# c\n").digest;
  EXPECT_EQ(load("\nidentity = b\n").digest, one);
  EXPECT_NE(load("identity = a\n").digest, one);
}

TEST_F(LoadConfig, AFileThatCannotBeReadIsTheOnlyError) {
  const LoadedConfig loaded = load_config("none.conf", world_.inputs());
  EXPECT_EQ(texts_of(loaded.errors),
            Texts{"none.conf: cannot read the configuration: No such file or directory"});
}

// A seed in the place of each public key, name or file that a message would show.
TEST_F(LoadConfig, ASeedIsNeverShownWhereverItStands) {
  const std::string seed = "SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU";
  const std::string account = "ADXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";
  const Texts lines = {
      "trusted_keys: " + seed + "\nresolver: MEMORY",
      "operator: " + seed + "\nresolver: MEMORY",
      "operator: a\nresolver: MEMORY\nresolver_pinned_accounts: [" + seed + "]",
      "operator: a\nresolver: MEMORY\nresolver_preload: { " + seed + ": eyJ0 }",
      "operator: a\nresolver: MEMORY\nsystem_account: " + seed,
      "system_account: " + seed,
      "authorization { users: [{user: a}], auth_callout { issuer: " + account + ", auth_users: [" + seed +
          "] } }",
      "authorization { auth_callout { issuer: " + seed + ", xkey: " + seed + ", auth_users: [a] } }",
      "authorization { users: [{user: a}] }\nno_auth_user: " + seed,
      "authorization { users: [{user: " + seed + "}, {user: " + seed + "}, {nkey: " + seed + "}] }",
      "accounts { A { exports: [{service: a, accounts: [" + seed + "]}] } }",
      "accounts { A { imports: [{service: {account: " + seed + ", subject: a}}] } }",
      seed + ": 1",
      "include " + seed,
      "tls { cert_file: " + seed + ", key_file: " + seed + " }",
  };
  for (const std::string& line : lines) {
    const LoadedConfig loaded = load(line + "\n");
    Texts said = texts_of(loaded.errors);
    for (const std::string& warning : texts_of(loaded.warnings)) said.push_back(warning);
    EXPECT_FALSE(said.empty()) << line;
    for (const std::string& text : said) EXPECT_EQ(text.find(seed.substr(0, 20)), text.npos) << text;
  }
}

TEST_F(LoadConfig, AnEmptyFileIsAnError) {
  const LoadedConfig loaded = load("# nothing\n");
  EXPECT_EQ(texts_of(loaded.errors),
            Texts{"b.conf: config has no values or is empty: to run with defaults name no file"});
}

TEST_F(LoadConfig, ReportsEverythingThatIsWrongAtOnceInOrder) {
  world_.files["extra.conf"] = "max_pending: 1\nbogus: 2\n";
  const LoadedConfig loaded = load(
      "authorization { user: a, token: t }\n"
      "prot: 1\n"
      "port: x\n"
      "server_name: 'a b'\n"
      "tls {\n  cert_file: /no.crt\n  key_file: /no.key\n  verify: true\n}\n"
      "cluster { name: c }\n"
      "include extra.conf\n"
      "lame_duck_duration: '30s'\n"
      "lame_duck_grace_period: '40s'\n"
      "https_port: 1\nhttp_port: 2\n"
      "no_auth_user: nobody\n");
  EXPECT_EQ(texts_of(loaded.errors),
            (Texts{"b.conf:1:33: a user and a token exclude each other: remove one",
                   "b.conf:2:1: unknown field \"prot\"; did you mean \"port\"?",
                   "b.conf:3:7: port needs a whole number, found a string",
                   "b.conf:4:14: the server's name must not have spaces",
                   "b.conf:6:14: cannot read /no.crt: No such file or directory",
                   "b.conf:7:13: cannot read /no.key: No such file or directory",
                   "b.conf:8:11: clients' certificates cannot be verified: set ca_file",
                   "b.conf:10:1: not supported yet: clusters",
                   "b.conf:13:25: lame_duck_grace_period (40s) must be below lame_duck_duration "
                   "(30s)",
                   "b.conf:14:13: http_port and https_port exclude each other: remove one",
                   "b.conf:16:15: no_auth_user \"nobody\" is not in the list authorization.users",
                   "extra.conf:1:14: max_payload (1048576) must not be above max_pending (1)",
                   "extra.conf:2:1: unknown field \"bogus\""}));
}

TEST_F(LoadConfig, DoesNotMissWhatASyntaxErrorHid) {
  const LoadedConfig loaded = load("tls { cert_file: /c\n }\nmax_pending: 1\nx = y z\n");
  EXPECT_EQ(texts_of(loaded.errors),
            (Texts{"b.conf:1:18: cannot read /c: No such file or directory",
                   "b.conf:4:1: unknown field \"x\"",
                   "b.conf:4:7: more text after the value: expected a new line, ; or , (text with "
                   "spaces needs quotes)"}));
}

TEST_F(LoadConfig, WarnsThatAnAuthorizationWithoutCredentialsLetsEverybodyIn) {
  const LoadedConfig loaded = load("authorization { timeout: 1 }\nmax_connections: 0\n");
  EXPECT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.options.limits.connections_max, -1);
  EXPECT_EQ(texts_of(loaded.warnings),
            (Texts{"b.conf:1:1: names no user, password or token: every client is let in",
                   "b.conf:2:18: with 0 or less no client is let in"}));
}

TEST_F(LoadConfig, NumbersBelowZeroMeanNoLimitWhereTheReferenceServerTakesThemSo) {
  const LoadedConfig loaded =
      load("max_subs: -1; max_traced_msg_len: -1; log_size_limit: -1; log_max_num: -1\n");
  EXPECT_TRUE(loaded.ok());
  EXPECT_EQ(loaded.options, BrokerOptions{});
}

TEST_F(LoadConfig, OptionsMayBeChangedAfterwards) {
  LoadedConfig loaded = load("listen: '1.2.3.4:5'");
  loaded.options.listen.port = kRandomPort;
  loaded.options.authorization.user = "a";
  EXPECT_EQ(monitoring_host(loaded.options), "1.2.3.4");
  EXPECT_TRUE(requires_credentials(loaded.options));
}

class TlsFiles : public testing::Test {
 protected:
  Texts errors_of(const std::string& cert, const std::string& key, const std::string& ca = "") {
    const ConfigWorld world{files_, {}, "", ""};
    TlsOptions tls;
    tls.enabled = true;
    tls.cert_file = cert;
    tls.key_file = key;
    tls.ca_file = ca;
    Texts texts;
    for (const OptionProblem& problem : tls_file_errors(tls, world.inputs().read_file)) {
      texts.push_back(std::string(problem.option) + ": " + problem.message);
    }
    return texts;
  }

  PemTexts pem_ = make_pem_texts();
  PemTexts other_ = make_pem_texts();
  std::map<std::string, std::string> files_ = {{"cert", pem_.certificate},
                                               {"key", pem_.key},
                                               {"other", other_.key},
                                               {"both", pem_.key + pem_.certificate},
                                               {"locked", pem_.encrypted_key},
                                               {"junk", "-----BEGIN CERTIFICATE-----\nx\n"},
                                               {"empty", ""}};
};

TEST_F(TlsFiles, ThatFitEachOtherAreFine) {
  EXPECT_EQ(errors_of("cert", "key", "cert"), Texts{});
  EXPECT_EQ(errors_of("both", "both"), Texts{});
}

TEST_F(TlsFiles, ThatCannotBeReadAreAllReported) {
  EXPECT_EQ(errors_of("a", "b", "c"),
            (Texts{"tls.cert_file: cannot read a: No such file or directory",
                   "tls.key_file: cannot read b: No such file or directory",
                   "tls.ca_file: cannot read c: No such file or directory"}));
}

TEST_F(TlsFiles, ThatHoldSomethingElseAreReported) {
  EXPECT_EQ(
      errors_of("junk", "empty", "key"),
      (Texts{"tls.cert_file: junk holds no certificate in PEM form",
             "tls.key_file: empty holds no private key in PEM form that can be read without a "
             "password",
             "tls.ca_file: key holds no certificate in PEM form"}));
  EXPECT_EQ(
      errors_of("cert", "locked"),
      Texts{"tls.key_file: locked holds no private key in PEM form that can be read without a "
            "password"});
}

TEST_F(TlsFiles, AKeyOfAnotherCertificateIsReported) {
  EXPECT_EQ(errors_of("cert", "other"),
            Texts{"tls.key_file: other is not the key of the certificate in cert"});
}

TEST_F(TlsFiles, AreNotLookedAtWithoutTls) {
  EXPECT_TRUE(tls_file_errors({}, ConfigWorld{}.inputs().read_file).empty());
}

}  // namespace
}  // namespace antiphon
