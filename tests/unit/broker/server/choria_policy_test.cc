#include "broker/server/choria_policy.h"

#include <gtest/gtest.h>

#include "protocol/bytes/text.h"
#include "tests/unit/broker/config/config_world.h"
#include "tests/unit/protocol/choria/certificate_vectors.h"
#include "tests/unit/protocol/choria/token_vectors.h"

namespace antiphon {
namespace {

constexpr int64_t kNow = vectors::kTokensIssuedAt + 10;

class ChoriaPolicyTest : public testing::Test {
 protected:
  ChoriaPolicy good(const ChoriaOptions& options) {
    auto policy = make_choria_policy(options, world_.inputs().read_file);
    EXPECT_TRUE(policy.ok()) << policy.status();
    return policy.ok() ? *std::move(policy) : ChoriaPolicy();
  }
  std::string error(const ChoriaOptions& options) {
    const auto policy = make_choria_policy(options, world_.inputs().read_file);
    EXPECT_FALSE(policy.ok());
    return std::string(to_std(policy.status().message()));
  }
  static choria::TokenFault client_fault(const ChoriaPolicy& policy) {
    choria::ClientClaims claims;
    return policy.trust.verify_client(vectors::kClientToken, kNow, claims);
  }
  static choria::TokenFault server_fault(const ChoriaPolicy& policy) {
    choria::ServerClaims claims;
    return policy.trust.verify_server(vectors::kServerToken, kNow, claims);
  }

  ConfigWorld world_;
};

TEST_F(ChoriaPolicyTest, WithoutOptionsNobodyVouchesForAnybody) {
  const ChoriaPolicy policy = good({});
  EXPECT_FALSE(policy.trust.is_somebody());
  EXPECT_FALSE(policy.provisioning_trust.is_somebody());
  EXPECT_TRUE(policy.system_user.empty());
}

TEST_F(ChoriaPolicyTest, IssuersVouchByOrganization) {
  ChoriaOptions options;
  options.issuer_names = {"choria"};
  options.issuers["choria"] = vectors::kOrganizationKey;
  const ChoriaPolicy policy = good(options);
  EXPECT_TRUE(policy.trust.has_issuers());
  EXPECT_EQ(client_fault(policy), choria::TokenFault::kNone);
  EXPECT_EQ(server_fault(policy), choria::TokenFault::kNone);
  options.issuer_names.push_back("other");
  EXPECT_EQ(error(options), "issuer other has no key");
}

TEST_F(ChoriaPolicyTest, SignersAreKeysOrFilesOfThem) {
  world_.files["/key"] = std::string(vectors::kOrganizationKey) + "\n";
  world_.files["/rsa"] = vectors::kAliceCertificate;
  ChoriaOptions options;
  options.client_signers = {"/rsa", "/key"};
  const ChoriaPolicy policy = good(options);
  EXPECT_FALSE(policy.trust.has_issuers());
  EXPECT_EQ(client_fault(policy), choria::TokenFault::kNone);
  EXPECT_EQ(server_fault(policy), choria::TokenFault::kNoTrustedKey);
  options.server_signers = {std::string(vectors::kOrganizationKey)};
  EXPECT_EQ(server_fault(good(options)), choria::TokenFault::kNone);
  options.server_signers = {"/none"};
  EXPECT_EQ(error(options), "cannot read /none: No such file or directory");
}

TEST_F(ChoriaPolicyTest, EverySwitchReachesThePolicy) {
  world_.files["/rsa"] = vectors::kAliceCertificate;
  ChoriaOptions options;
  options.provisioning_signer_file = "/rsa";
  options.has_messaging_authority = options.deny_server_connections = true;
  options.provisioner_without_token = options.provisioner_without_nonce = true;
  options.provisioner_without_certificate = options.demote_client_hosts = true;
  options.client_hosts = {"10.0.0.0/8"};
  options.system_user = "a";
  options.system_password = "b";
  options.provisioner_password = "c";
  const ChoriaPolicy policy = good(options);
  EXPECT_TRUE(policy.provisioning_trust.is_somebody());
  EXPECT_TRUE(policy.has_certificate_authority && policy.deny_server_connections);
  EXPECT_TRUE(policy.provisioner_without_token && policy.provisioner_without_nonce);
  EXPECT_TRUE(policy.provisioner_without_certificate && policy.demote_client_hosts);
  EXPECT_TRUE(policy.client_hosts.contains(*parse_ip("10.1.1.1")));
  EXPECT_EQ(policy.system_user + policy.system_password + policy.provisioner_password, "abc");
  options.client_hosts = {"home"};
  EXPECT_EQ(error(options), "client_hosts: home is no address");
}

}  // namespace
}  // namespace antiphon
