// Fuzzes what auth callout services answer: nobody is let in by an answer that the issuer did not sign,
// and what it signed is judged without a fault in us.
//
// The input is an answer as it came; and claims, signed here by the issuer, with the right keys in the
// places that it names: once as the answer, once as the user in a right answer.
#include <cstdint>
#include <string>
#include <string_view>

#include "broker/auth/callout_authenticator.h"
#include "protocol/bytes/base64.h"
#include "protocol/bytes/check.h"

namespace {

using namespace antiphon;

const Ed25519Seed& issuer() {
  static const auto& made = *new Ed25519Seed(*Ed25519Seed::from_bytes(std::string(32, '\x07')));
  return made;
}

const std::shared_ptr<const ServerIdentity>& identity() {
  static const auto& made = *new auto(std::make_shared<const ServerIdentity>());
  return made;
}

CalloutAuthenticator* make_broker() {
  CalloutSettings settings;
  settings.issuer = encode_nkey(NkeyPrefix::kAccount, issuer().public_key());
  settings.auth_users = {"auth"};
  settings.xkey = XkeySeed::from_bytes(std::string(32, '\x01'))->public_key();
  settings.accounts = {{AccountId{0}, "$G", std::nullopt}, {AccountId{1}, "A", PermissionSettings()}};
  AuthSettings users;
  users.users.push_back({"auth", "pwd"});
  return new CalloutAuthenticator(
      std::move(settings), make_authenticator(std::move(users)),
      CalloutExchange({"n", "h", identity()->id, "v", {}, {}}, identity(), 2000));
}

const CalloutAuthenticator& authenticator() {
  static const CalloutAuthenticator& made = *make_broker();
  return made;
}

ConnectionFacts facts() {
  ConnectionFacts facts;
  facts.wall_ns = int64_t{1'700'000'000} * 1'000'000'000;
  return facts;
}

std::string signed_claims(std::string claims, const CalloutQuestion& question) {
  const auto put = [&claims](std::string_view place, const std::string& text) {
    for (size_t at = claims.find(place); at != claims.npos; at = claims.find(place, at + text.size())) {
      claims.replace(at, place.size(), text);
    }
  };
  put("ISSUER", encode_nkey(NkeyPrefix::kAccount, issuer().public_key()));
  put("USER", encode_nkey(NkeyPrefix::kUser, question.user_key));
  put("SERVER", identity()->id);
  std::string token;
  append_base64url(token, R"({"typ":"JWT","alg":"ed25519-nkey"})");
  token += '.';
  append_base64url(token, claims);
  const std::string signature = issuer().sign(token);
  token += '.';
  append_base64url(token, signature);
  return token;
}

void judge(const CalloutQuestion& question, std::string_view answer, bool may_be_let_in) {
  const Verdict verdict = authenticator().decide_called_out(question, answer, facts());
  AP_CHECK(verdict.allowed || !verdict.reason.empty());
  AP_CHECK(verdict.callout == nullptr);
  if (!verdict.allowed) return;
  AP_CHECK(may_be_let_in);
  AP_CHECK(verdict.record != nullptr);
  AP_CHECK(authenticator().decide_again(*verdict.record, facts()).allowed);
  if (verdict.grant.account == AccountId{0}) {
    AP_CHECK(verdict.grant.permissions != nullptr);
    AP_CHECK(!verdict.grant.permissions->may_publish(kCalloutSubject));
    AP_CHECK(!verdict.grant.permissions->may_deliver(kCalloutSubject, ""));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  ConnectOptions options;
  options.user = "dlc";
  Verdict asked = authenticator().decide(options, facts());
  AP_CHECK(!asked.allowed && asked.callout != nullptr);
  const CalloutQuestion& question = *asked.callout;
  judge(question, text, false);
  const std::string claims = signed_claims(text, question);
  judge(question, claims, true);
  judge(question,
        signed_claims(R"({"iss":"ISSUER","sub":"USER","aud":"SERVER","nats":{"jwt":")" + claims +
                          R"(","type":"authorization_response","version":2}})",
                      question),
        true);
  return 0;
}
