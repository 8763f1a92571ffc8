// Writing the claims of tokens.
#include <array>

#include "protocol/bytes/json_text.h"
#include "protocol/choria/json_text.h"
#include "protocol/choria/token_claims.h"
#include "protocol/choria/token_permission_names.h"

namespace antiphon::choria {
namespace {

// Fields in the order they are named; empty ones are left out unless `always` is said.
class ClaimsWriter {
 public:
  explicit ClaimsWriter(std::string& out) : out_(out) { out_ = "{"; }

  void always(std::string_view name, std::string_view text) {
    key(name);
    append_json_string(out_, text);
  }
  void text(std::string_view name, std::string_view text) {
    if (!text.empty()) always(name, text);
  }
  void texts(std::string_view name, const std::vector<std::string>& texts, bool always = false) {
    if (texts.empty() && !always) return;
    key(name);
    append_json_strings(texts, out_);
  }
  void time(std::string_view name, const std::optional<int64_t>& unix_s) {
    if (!unix_s) return;
    key(name);
    append_integer(*unix_s, out_);
  }
  void always(std::string_view name, bool on) { raw(name, on ? "true" : "false"); }
  void flag(std::string_view name, bool on) {
    if (on) always(name, true);
  }
  void raw(std::string_view name, std::string_view json) {
    key(name);
    out_ += json;
  }
  void end() { out_ += '}'; }

 private:
  void key(std::string_view name) {
    if (out_.size() > 1) out_ += ',';
    append_json_string(out_, name);
    out_ += ':';
  }
  std::string& out_;
};

template <typename Permissions, size_t N>
void write_flags(ClaimsWriter& out, const std::array<PermissionName<Permissions>, N>& flags,
                 const std::optional<Permissions>& permissions) {
  if (!permissions) return;
  std::string json;
  ClaimsWriter object(json);
  for (const auto& flag : flags) object.flag(flag.name, (*permissions).*flag.member);
  object.end();
  out.raw("permissions", json);
}

void write_properties(ClaimsWriter& out, const ClientClaims& claims) {
  if (claims.user_properties.empty()) return;
  std::string json;
  ClaimsWriter object(json);
  for (const auto& property : claims.user_properties) {
    object.always(property.first, std::string_view(property.second));
  }
  object.end();
  out.raw("user_properties", json);
}

void write_standard(ClaimsWriter& out, const StandardClaims& claims) {
  out.always("purpose", std::string_view(claims.purpose));
  out.text("tcs", claims.chain_signature);
  out.text("public_key", claims.public_key);
  out.time("issexp", claims.issuer_expires_at);
  out.text("iss", claims.issuer);
  out.text("sub", claims.subject);
  out.time("exp", claims.expires_at);
  out.time("nbf", claims.not_before);
  out.time("iat", claims.issued_at);
  out.text("jti", claims.id);
  out.end();
}

}  // namespace

void write_client_claims(const ClientClaims& claims, std::string& out) {
  ClaimsWriter json(out);
  json.always("callerid", std::string_view(claims.caller_id));
  json.texts("agents", claims.agents);
  json.text("ou", claims.organization);
  write_properties(json, claims);
  json.text("opa_policy", claims.opa_policy);
  write_flags(json, kClientPermissionNames, claims.permissions);
  json.texts("pub_subjects", claims.publish_subjects);
  json.texts("sub_subjects", claims.subscribe_subjects);
  write_standard(json, claims.standard);
}

void write_server_claims(const ServerClaims& claims, std::string& out) {
  ClaimsWriter json(out);
  json.always("identity", std::string_view(claims.identity));
  json.texts("collectives", claims.collectives, true);
  write_flags(json, kServerPermissionNames, claims.permissions);
  json.text("ou", claims.organization);
  json.texts("pub_subjects", claims.publish_subjects);
  write_standard(json, claims.standard);
}

void write_provisioning_claims(const ProvisioningClaims& claims, std::string& out) {
  ClaimsWriter json(out);
  json.always("cht", std::string_view(claims.token));
  json.always("chs", claims.secure);
  json.text("chu", claims.urls);
  json.text("chsrv", claims.srv_domain);
  json.always("chpd", claims.by_default);
  json.text("chrd", claims.registration_file);
  json.text("chf", claims.facts_file);
  json.text("chusr", claims.user);
  json.text("chpwd", claims.password);
  const std::string_view extensions = claims.extensions_json;
  json.raw("extensions", extensions.empty() ? "null" : extensions);
  json.text("ou", claims.organization);
  json.flag("v2", claims.protocol_v2);
  json.flag("update", claims.allow_update);
  write_standard(json, claims.standard);
}

}  // namespace antiphon::choria
