#include "federation/border/border.h"

#include <absl/strings/str_cat.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>

#include "federation/border/load_border.h"
#include "protocol/bytes/base64.h"
#include "protocol/choria/request.h"
#include "protocol/choria/request_v2.h"
#include "protocol/choria/secure.h"
#include "protocol/choria/secure_v2.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_claims.h"
#include "protocol/choria/token_key.h"
#include "protocol/choria/verify.h"
#include "tests/unit/protocol/choria/certificate_vectors.h"

namespace antiphon::federation {
namespace {

namespace vectors = antiphon::vectors;
constexpr int64_t kNow = 1'800'000'000;  // inside the validity of the test certificates
constexpr int64_t kNs = 1'000'000'000;
constexpr const char* kPolicy =
    "allow choria=alice.mcollective rpcutil mcollective\n"
    "allow up=alice                 rpcutil choria      up={name}_above\n"
    "deny  *                        *       *\n";

Ed25519Seed seed(char byte) { return *Ed25519Seed::from_bytes(std::string(kEd25519KeyBytes, byte)); }

std::string token(std::string_view caller, char holder, char issuer,
                  const std::function<void(choria::ClientPermissions&)>& change, int64_t end) {
  choria::ClientClaims claims;
  claims.caller_id = caller;
  claims.organization = "choria";
  change(claims.permissions.emplace());
  claims.standard.purpose = choria::kClientPurpose;
  claims.standard.public_key = choria::ed25519_to_hex(seed(holder).public_key());
  claims.standard.expires_at = end;
  std::string json;
  choria::write_client_claims(claims, json);
  return *choria::make_token(json, choria::TokenSigningKey(seed(issuer)));
}
void fleet(choria::ClientPermissions& may) { may.fleet_management = true; }
void signed_fleet(choria::ClientPermissions& may) { may.signed_fleet_management = true; }
void delegator(choria::ClientPermissions& may) { may.authentication_delegator = true; }

// The near side's organization signs with 1, the far side's with 2.
class BorderTest : public testing::Test {
 protected:
  BorderTest() {
    loaded_.on = true;
    loaded_.policy_file = write("policy", kPolicy, 0644);
    loaded_.near_ca_file = write("ca", vectors::kCaCertificate, 0644);
    loaded_.near_issuers["choria"] = seed(1).public_key();
    loaded_.files.certificate = write("cert", vectors::kAliceCertificate, 0644);
    loaded_.files.key = write("key", vectors::kAliceKey, 0600);
    loaded_.files.token = write("token", token("up=border", 6, 2, delegator, kNow + 3600), 0644);
    loaded_.files.seed = write("seed", seed(6).hex().view(), 0600);
    loaded_.files.caller_token =
        write("caller", token("up=anybody", 7, 2, signed_fleet, kNow + 3600), 0644);
  }
  ~BorderTest() override {
    for (const std::string& file : written_) std::remove(file.c_str());
  }

  std::string write(const std::string& name, std::string_view text, mode_t mode) {
    const std::string path = absl::StrCat(testing::TempDir(), "border-", ::getpid(), "-", name);
    std::ofstream(path) << text;
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    written_.push_back(path);
    return path;
  }

  absl::Status opened() {
    auto border = open_border(loaded_, "dc1", kNow, [this](std::string line) { lines_.push_back(line); });
    if (!border.ok()) return border.status();
    border_ = *std::move(border);
    return absl::OkStatus();
  }

  static std::string request_v1(const std::string& caller = "choria=alice.mcollective") {
    choria::Request request;
    request.message = "{}";
    request.request_id = std::string(choria::kRequestIdLetters, 'a');
    request.sender_id = "bastion";
    request.caller_id = caller;
    request.collective = "mcollective";
    request.agent = "rpcutil";
    request.time_unix_s = kNow - 10;
    std::string json;
    choria::append_request(request, json);
    return json;
  }
  static std::string secured_v1(std::string json) {
    auto key = choria::RsaKey::from_pem(vectors::kAliceKey);
    std::string out;
    choria::append_secure_request(
        *choria::sign_request(std::move(json), *key, vectors::kAliceCertificate), out);
    return out;
  }
  static std::string request_v2() {
    choria::RequestV2 request;
    request.message = "e30=";
    request.id = "1";
    request.caller = "up=alice";
    request.collective = "choria";
    request.agent = "rpcutil";
    request.time_unix_ns = (kNow - 10) * kNs;
    std::string json;
    choria::append_request_v2(request, json);
    return json;
  }
  static std::string secured_v2(std::string json, char signer = 3) {
    choria::SecureRequestV2 secure;
    secure.signature = seed(signer).sign(json);
    secure.request = std::move(json);
    secure.caller = token("up=alice", 3, 1, fleet, kNow + 60);
    std::string out;
    choria::append_secure_request_v2(secure, out);
    return out;
  }

  // Empty `out` where it is refused.
  Refusal carry(TransportVersion version, const std::string& secure, std::vector<std::string_view> targets,
                std::string& out, int64_t now = kNow) {
    const std::string data = base64(secure);
    TransportView transport;
    transport.version = version;
    transport.data = data;
    transport.targets = std::move(targets);
    const Refusal refusal = border_->carry_over(transport, now * kNs);
    border_->record(refusal);
    out = refusal == Refusal::kNone ? *decode_base64(transport.data) : "";
    if (refusal != Refusal::kNone) {
      EXPECT_EQ(transport.data, data);
    }
    return refusal;
  }
  bool last_has(std::string_view text) const {
    return !lines_.empty() && lines_.back().find(text) != std::string::npos;
  }

  LoadedBorder loaded_;
  std::unique_ptr<Border> border_;
  std::vector<std::string> lines_, written_;
};

TEST_F(BorderTest, SignsAVersion1RequestByteForByteWhereTheCallerKeepsHisName) {
  ASSERT_TRUE(opened().ok());
  std::string out;
  ASSERT_EQ(carry(TransportVersion::kV1, secured_v1(request_v1()), {"mcollective.node.n1"}, out), Refusal::kNone);
  choria::SecureRequest secure;
  ASSERT_FALSE(choria::parse_secure_request(out, secure));
  EXPECT_EQ(secure.message, request_v1());
  EXPECT_EQ(secure.pubcert, vectors::kAliceCertificate);
  const auto certificate = choria::Certificate::from_pem(secure.pubcert);
  EXPECT_TRUE(certificate->verify(secure.message, *decode_base64(secure.signature)));
  EXPECT_EQ(border_->carried(), 1u);
  EXPECT_EQ(lines_, std::vector<std::string>{
      R"({"time":"2027-01-15T08:00:00.000Z","border":"dc1","decision":"carried","version":1,)"
      R"("caller":"choria=alice.mcollective","as":"choria=alice.mcollective","agent":"rpcutil",)"
      R"("collective":"mcollective","request":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","targets":1,"row":1})"});
}

TEST_F(BorderTest, SignsAVersion2RequestAsADelegatorForAnotherName) {
  ASSERT_TRUE(opened().ok());
  std::string out;
  ASSERT_EQ(carry(TransportVersion::kV2, secured_v2(request_v2()),
                  {"choria.node.n1.test", "choria.broadcast.agent.rpcutil"}, out), Refusal::kNone);
  choria::SecureRequestV2 secure;
  choria::RequestV2 request, before;
  ASSERT_FALSE(choria::parse_secure_request_v2(out, secure));
  ASSERT_FALSE(choria::parse_request_v2(secure.request, request));
  ASSERT_FALSE(choria::parse_request_v2(request_v2(), before));
  EXPECT_EQ(request.caller, "up=alice_above");
  before.caller = request.caller;
  EXPECT_EQ(request, before) << "nothing else is changed";
  // What a node of the far side decides, which believes the far side's organization only.
  choria::TokenIssuers far;
  far["choria"] = seed(2).public_key();
  EXPECT_EQ(choria::verify_request_v2(secure, request, choria::TokenTrust(far), kNow), choria::VerdictV2::kAccepted);
  EXPECT_TRUE(last_has(R"("caller":"up=alice","as":"up=alice_above")")) << lines_.back();
}

TEST_F(BorderTest, TheRecordSaysWhatBecameOfItAfterwards) {
  ASSERT_TRUE(opened().ok());
  const std::string data = base64(secured_v1(request_v1()));
  TransportView transport;
  transport.version = TransportVersion::kV1;
  transport.data = data;
  transport.targets = {"mcollective.node.n1"};
  ASSERT_EQ(border_->carry_over(transport, kNow * kNs), Refusal::kNone);
  EXPECT_TRUE(lines_.empty()) << "it is not known yet";
  border_->record(Refusal::kQueueFull);
  EXPECT_EQ(border_->carried(), 0u);
  EXPECT_EQ(lines_.size(), 1u);
  EXPECT_TRUE(last_has(R"("decision":"queue_full","version":1,"caller":"choria=alice.mcollective")"));
  EXPECT_TRUE(last_has(R"("row":1)"));
}

TEST_F(BorderTest, NeverSignsWhatDoesNotVerify) {
  ASSERT_TRUE(opened().ok());
  std::string out;
  std::string changed = secured_v1(request_v1());
  changed.replace(changed.find("rpcutil"), 7, "rpcuti1");
  EXPECT_EQ(carry(TransportVersion::kV1, changed, {"mcollective.node.n1"}, out), Refusal::kBorderUnverified);
  EXPECT_TRUE(last_has(R"("decision":"border_unverified","reason":"signature does not fit the request")"));
  EXPECT_TRUE(last_has(R"("claimed_caller":"choria=alice.mcollective")"));
  EXPECT_EQ(carry(TransportVersion::kV1, secured_v1(request_v1("choria=root.mcollective")),
                  {"mcollective.node.n1"}, out), Refusal::kBorderUnverified);
  EXPECT_EQ(carry(TransportVersion::kV1, "{}", {"mcollective.node.n1"}, out), Refusal::kBorderUnverified);
  std::string insecure;
  choria::append_secure_request(choria::unsigned_request(request_v1()), insecure);
  EXPECT_EQ(carry(TransportVersion::kV1, insecure, {"mcollective.node.n1"}, out), Refusal::kBorderUnverified);
  EXPECT_EQ(carry(TransportVersion::kV2, secured_v2(request_v2(), 4), {"choria.node.n1"}, out),
            Refusal::kBorderUnverified);
  EXPECT_EQ(carry(TransportVersion::kV2, secured_v1(request_v1()), {"choria.node.n1"}, out),
            Refusal::kBorderUnverified);
  EXPECT_EQ(border_->carried(), 0u);
  EXPECT_EQ(lines_.size(), 6u);
}

TEST_F(BorderTest, NeverSignsWhatIsOutOfDateOrForOtherTargetsThanWereSigned) {
  ASSERT_TRUE(opened().ok());
  std::string out;
  EXPECT_EQ(carry(TransportVersion::kV1, secured_v1(request_v1()), {"mcollective.node.n1"}, out, kNow + 60),
            Refusal::kBorderStale);
  for (const char* target : {"other.node.n1", "mcollective.broadcast.agent.package", "mcollective2.node.n1",
                             "mcollective.broadcast.agent.xrpcutil", "mcollective.reply.rpcutil"}) {
    EXPECT_EQ(carry(TransportVersion::kV1, secured_v1(request_v1()), {"mcollective.node.n1", target}, out),
              Refusal::kBorderDenied) << target;
    EXPECT_TRUE(last_has("a target is not what was signed"));
  }
}

TEST_F(BorderTest, ThePolicyDecidesAndTheRecordNamesItsRow) {
  loaded_.policy_file = write("policy", "deny * rpcutil mcollective\nallow * * *\n", 0644);
  ASSERT_TRUE(opened().ok());
  std::string out;
  EXPECT_EQ(carry(TransportVersion::kV1, secured_v1(request_v1()), {"mcollective.node.n1"}, out),
            Refusal::kBorderDenied);
  EXPECT_TRUE(last_has(R"("reason":"by the policy")") && last_has(R"("row":1)"));
  EXPECT_TRUE(last_has(R"("caller":"choria=alice.mcollective")"));
}

TEST_F(BorderTest, AVersionWithoutCredentialsIsNotCarriedOver) {
  loaded_.files.token = loaded_.files.seed = loaded_.files.caller_token = "";
  ASSERT_TRUE(opened().ok());
  std::string out;
  EXPECT_EQ(carry(TransportVersion::kV2, secured_v2(request_v2()), {"choria.node.n1"}, out), Refusal::kBorderDenied);
  EXPECT_TRUE(last_has("this version of the protocol is not carried over"));
  EXPECT_EQ(carry(TransportVersion::kV1, secured_v1(request_v1()), {"mcollective.node.n1"}, out), Refusal::kNone);
}

TEST_F(BorderTest, SaysThatItsOwnCredentialsHaveEndedAndReadsThemAgain) {
  write("token", token("up=border", 6, 2, delegator, kNow + 30), 0644);
  ASSERT_TRUE(opened().ok());
  std::string out;
  const auto later = [&] {
    std::string json = request_v2();
    choria::RequestV2 request;
    EXPECT_FALSE(choria::parse_request_v2(json, request));
    request.time_unix_ns = (kNow + BorderSigner::kReadEveryS) * kNs;
    json.clear();
    choria::append_request_v2(request, json);
    choria::SecureRequestV2 secure;
    secure.signature = seed(3).sign(json);
    secure.request = json;
    secure.caller = token("up=alice", 3, 1, fleet, kNow + 600);
    std::string text;
    choria::append_secure_request_v2(secure, text);
    return carry(TransportVersion::kV2, text, {"choria.node.n1"}, out, kNow + BorderSigner::kReadEveryS);
  };
  EXPECT_EQ(later(), Refusal::kBorderFailed);
  EXPECT_TRUE(last_has("the token has ended"));
  write("token", token("up=border", 6, 2, delegator, kNow + 3600), 0644);
  EXPECT_EQ(later(), Refusal::kNone);
}

TEST_F(BorderTest, DoesNotBeginWithWhatCannotSign) {
  const auto problem = [this] { return std::string(opened().message()); };
  write("token", token("up=border", 6, 2, fleet, kNow + 3600), 0644);
  EXPECT_NE(problem().find("may not sign for others"), std::string::npos);
  write("token", token("up=border", 8, 2, delegator, kNow + 3600), 0644);
  EXPECT_NE(problem().find("is not the seed of the token in"), std::string::npos);
  write("token", token("up=border", 6, 2, delegator, kNow + 3600), 0644);
  write("caller", token("up=anybody", 7, 2, fleet, kNow + 3600), 0644);
  EXPECT_NE(problem().find("its requests need no delegator"), std::string::npos);
  write("caller", token("up=anybody", 7, 2, signed_fleet, kNow + 3600), 0644);
  EXPECT_EQ(problem(), "");
  write("cert", vectors::kBobCertificate, 0644);
  EXPECT_NE(problem().find("is not the key of the certificate in"), std::string::npos);
  write("key", vectors::kAliceKey, 0640);
  EXPECT_NE(problem().find("others may read this secret"), std::string::npos);
  write("policy", "allow", 0644);
  EXPECT_NE(problem().find("line 1: "), std::string::npos);
}

}  // namespace
}  // namespace antiphon::federation
