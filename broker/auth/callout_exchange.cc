#include "broker/auth/callout_exchange.h"

#include <utility>

#include "broker/auth/claims_times.h"
#include "broker/auth/peer_certificate.h"
#include "protocol/bytes/json_text.h"

namespace antiphon {
namespace {

constexpr int64_t kMsPerSecond = 1000;
constexpr std::string_view kJwtBeginning = "eyJ";  // the base64 of `{"`
constexpr char kHiddenToken[] = "[REDACTED]";

// As the client calls itself; a token is no name.
std::string name_of(const ConnectOptions& options, const std::string& known) {
  if (!options.nkey.empty()) return options.nkey;
  if (!options.user.empty()) return options.user;
  if (!known.empty()) return known;
  return options.auth_token.empty() ? "" : kHiddenToken;
}

// What the service says to those who read the log.
std::string quoted(std::string_view text) {
  constexpr size_t kShownBytesMax = 200;
  std::string quoted;
  append_go_quoted(quoted, text.substr(0, kShownBytesMax));
  return quoted;
}

AuthorizationRequest::Tls tls_of(const ConnectionFacts& facts) {
  AuthorizationRequest::Tls tls{facts.tls_version, facts.tls_cipher, {}};
  if (facts.verified_chain == nullptr) return tls;
  for (const PeerCertificate& one : facts.verified_chain()) tls.verified_chain.push_back(one.pem());
  return tls;
}

}  // namespace

CalloutExchange::CalloutExchange(AuthorizationRequest::Server server,
                                 std::shared_ptr<const ServerIdentity> identity, int64_t timeout_ms)
    : server_(std::move(server)), identity_(std::move(identity)), timeout_ms_(timeout_ms) {}

std::unique_ptr<CalloutQuestion> CalloutExchange::ask(const CalloutAddress& address,
                                                      const ConnectOptions& options,
                                                      const ConnectionFacts& facts) const {
  auto question = std::make_unique<CalloutQuestion>();
  question->account = address.account;
  question->asked_for = address.asked_for;
  question->sealed_for = address.seal_for;
  // Nobody keeps the seed: the key is a name that was not there before, so that no answer fits twice.
  question->user_key = Ed25519Seed::random().public_key();
  AuthorizationRequest request;
  request.subject = address.subject;
  request.user_key = encode_nkey(NkeyPrefix::kUser, question->user_key);
  request.issued_s = facts.wall_ns / kNanosecondsPerSecond;
  request.expires_s = (facts.wall_ns / 1'000'000 + timeout_ms_) / kMsPerSecond;
  request.server = server_;
  if (address.seal_for) request.server.xkey = encode_xkey(identity_->xkey.public_key());
  request.client.host = facts.host;
  request.client.id = facts.client_id;
  request.client.user = name_of(options, address.user);
  request.client.tags = address.tags;
  request.client.name_tag = address.name_tag;
  if (!options.sig.empty()) request.client.nonce = facts.nonce;
  request.connect = options;
  request.is_tls = facts.is_tls;
  if (facts.is_tls) request.tls = tls_of(facts);
  question->shown = name_of(options, {});
  question->payload = encode_authorization_request(request, identity_->seed);
  if (!address.seal_for) return question;
  return sealed(std::move(question), request.server.xkey);
}

std::unique_ptr<CalloutQuestion> CalloutExchange::sealed(std::unique_ptr<CalloutQuestion> question,
                                                         const std::string& xkey) const {
  const auto box = identity_->xkey.seal(question->payload, *question->sealed_for);
  if (!box) return nullptr;
  std::string headers = "NATS/1.0\r\n";
  headers.append(kCalloutXkeyHeader).append(": ").append(xkey).append("\r\n\r\n");
  question->header_bytes = static_cast<uint32_t>(headers.size());
  question->payload = std::move(headers) + *box;
  return question;
}

std::optional<UserClaims> CalloutExchange::open(const CalloutQuestion& question,
                                                std::string_view answer, int64_t wall_ns,
                                                const IsSigner& is_signer,
                                                std::string& fault) const {
  const auto refuse = [&fault](std::string why) {
    fault = "the answer of the auth callout service: " + std::move(why);
    return std::nullopt;
  };
  if (answer.empty()) return refuse("no, without a reason");
  std::optional<std::string> opened;
  if (question.sealed_for && !answer.starts_with(kJwtBeginning)) {
    opened = identity_->xkey.open(answer, *question.sealed_for);
    if (!opened) return refuse("it cannot be opened");
    answer = *opened;
  }
  AuthorizationResponseClaims claims;
  const JwtFault form = decode_authorization_response(answer, claims);
  if (form != JwtFault::kNone) return refuse(std::string(jwt_fault_text(form)));
  // Where nats-server has a text, tools look for it in the event that tells of the refusal.
  if (has_expired(claims.standard, wall_ns)) return refuse("claim is expired");
  if (!has_begun(claims.standard, wall_ns)) return refuse("it is not valid yet");
  if (claims.standard.subject != question.user_key) return refuse("auth callout response is not for expected user");
  if (claims.standard.audience != server_.id) return refuse("auth callout response is not for server");
  if (!opened && !is_signer(claims)) return refuse("auth callout signing key is unknown");
  if (!claims.error.empty()) return refuse("no: " + quoted(claims.error));
  std::optional<UserClaims> user(std::in_place);
  const JwtFault user_fault = decode_user_jwt(claims.user_jwt, *user);
  if (user_fault != JwtFault::kNone) {
    return refuse("its user: " + std::string(jwt_fault_text(user_fault)));
  }
  if (user->standard.subject != question.user_key) return refuse("its user is another client");
  return user;
}

}  // namespace antiphon
