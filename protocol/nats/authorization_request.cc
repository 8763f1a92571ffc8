#include "protocol/nats/authorization_request.h"

#include "protocol/bytes/base64.h"
#include "protocol/bytes/json_text.h"

namespace antiphon {
namespace {

constexpr std::string_view kHeader = R"({"typ":"JWT","alg":"ed25519-nkey"})";

// An object that is being written.
class Object {
 public:
  explicit Object(std::string& out) : out_(out) { out_ += '{'; }

  std::string& key(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    append_json_string(out_, name);
    out_ += ':';
    return out_;
  }
  void text(std::string_view name, std::string_view value) { append_json_string(key(name), value); }
  void text_if(std::string_view name, std::string_view value) {
    if (!value.empty()) text(name, value);
  }
  void number(std::string_view name, int64_t value) { key(name) += std::to_string(value); }
  void texts_if(std::string_view name, const std::vector<std::string>& values) {
    if (!values.empty()) append_texts(key(name), values);
  }
  static void append_texts(std::string& out, const std::vector<std::string>& values) {
    out += '[';
    for (const std::string& value : values) {
      if (&value != &values.front()) out += ',';
      append_json_string(out, value);
    }
    out += ']';
  }
  void end() { out_ += '}'; }

 private:
  std::string& out_;
};

void append_server(std::string& out, const AuthorizationRequest::Server& server) {
  Object json(out);
  json.text("name", server.name);
  json.text("host", server.host);
  json.text("id", server.id);
  json.text_if("version", server.version);
  json.texts_if("tags", server.tags);
  json.text_if("xkey", server.xkey);
  json.end();
}

void append_client(std::string& out, const AuthorizationRequest& request) {
  const AuthorizationRequest::Client& client = request.client;
  Object json(out);
  json.text_if("host", client.host);
  json.number("id", static_cast<int64_t>(client.id));
  json.text_if("user", client.user);
  json.text_if("name", request.connect.name);
  json.texts_if("tags", client.tags);
  json.text_if("name_tag", client.name_tag);
  json.text("kind", "Client");
  json.text("type", "nats");
  json.text_if("nonce", client.nonce);
  json.end();
}

void append_connect(std::string& out, const ConnectOptions& connect) {
  Object json(out);
  json.text_if("jwt", connect.jwt);
  json.text_if("nkey", connect.nkey);
  json.text_if("sig", connect.sig);
  json.text_if("auth_token", connect.auth_token);
  json.text_if("user", connect.user);
  json.text_if("pass", connect.pass);
  json.text_if("name", connect.name);
  json.text_if("lang", connect.lang);
  json.text_if("version", connect.version);
  json.number("protocol", connect.protocol);
  json.end();
}

void append_tls(std::string& out, const AuthorizationRequest::Tls& tls) {
  Object json(out);
  json.text_if("version", tls.version);
  json.text_if("cipher", tls.cipher);
  if (!tls.verified_chain.empty()) {
    // There may be several ways to the authorities; this is the one that was found.
    Object::append_texts(json.key("verified_chains") += '[', tls.verified_chain);
    out += ']';
  }
  json.end();
}

std::string claims_of(const AuthorizationRequest& request) {
  std::string out;
  Object json(out);
  json.text("aud", kCalloutAudience);
  json.number("exp", request.expires_s);
  json.text("jti", request.user_key);  // there is no other request about it
  json.number("iat", request.issued_s);
  json.text("iss", request.server.id);
  json.text("sub", request.subject);
  json.key("nats");
  Object nats(out);
  append_server(nats.key("server_id"), request.server);
  nats.text("user_nkey", request.user_key);
  append_client(nats.key("client_info"), request);
  append_connect(nats.key("connect_opts"), request.connect);
  if (request.is_tls) append_tls(nats.key("client_tls"), request.tls);
  nats.text("type", "authorization_request");
  nats.number("version", 2);
  nats.end();
  json.end();
  return out;
}

}  // namespace

std::string encode_authorization_request(const AuthorizationRequest& request,
                                         const Ed25519Seed& signer) {
  const std::string claims = claims_of(request);
  std::string text;
  text.reserve(base64_bytes(kHeader.size()) + base64_bytes(claims.size()) +
               base64_bytes(kEd25519SignatureBytes) + 2);
  append_base64url(text, kHeader);
  text += '.';
  append_base64url(text, claims);
  const std::string signature = signer.sign(text);
  text += '.';
  append_base64url(text, signature);
  return text;
}

}  // namespace antiphon
