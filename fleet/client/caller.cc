#include "fleet/client/caller.h"

#include <absl/strings/str_cat.h>
#include <openssl/rand.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "protocol/bytes/check.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/secure_v2.h"
#include "protocol/choria/token.h"
#include "protocol/choria/token_claims.h"
#include "protocol/choria/transport.h"
#include "protocol/choria/verify.h"

namespace antiphon::fleet {
namespace {

constexpr size_t kUuidBytes = 16;
constexpr size_t kHostNameBytesMax = 256;

absl::StatusOr<std::string> read_pem(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(choria::kPemBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.empty()) return absl::InvalidArgumentError("cannot read " + path);
  if (text.size() > choria::kPemBytesMax) {
    return absl::InvalidArgumentError(path + " is too large for a PEM file");
  }
  return text;
}

std::string host_name() {
  std::array<char, kHostNameBytesMax> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

std::string caller_id_of(const std::string& certname) {
  return "choria=" + certname;
}

std::string in_transport(const Caller& caller, std::string data, const RequestRoute& route) {
  choria::Transport transport;
  transport.version = caller.version();
  transport.data = std::move(data);
  transport.reply_to = route.reply_to;
  transport.sender = caller.sender;
  transport.seen_by = route.hops;
  transport.federation = route.federation;
  std::string payload;
  choria::append_transport(transport, payload);
  return payload;
}

}  // namespace

absl::StatusOr<Caller> signing_caller(const std::string& certificate_file,
                                      const std::string& key_file, const std::string& certname) {
  absl::StatusOr<std::string> certificate_pem = read_pem(certificate_file);
  if (!certificate_pem.ok()) return certificate_pem.status();
  absl::StatusOr<std::string> key_pem = read_pem(key_file);
  if (!key_pem.ok()) return key_pem.status();
  const auto certificate = choria::Certificate::from_pem(*certificate_pem);
  if (!certificate) {
    return absl::InvalidArgumentError("there is no certificate in " + certificate_file);
  }
  absl::StatusOr<choria::RsaKey> key = choria::RsaKey::from_pem(*key_pem);
  if (!key.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("cannot sign requests with ", key_file, ": ",
                                                   key.status().message(),
                                                   "; --unsigned sends them without signature"));
  }
  const std::string& name = certname.empty() ? certificate->common_name() : certname;
  return Caller{caller_id_of(name), host_name(), *std::move(certificate_pem), *std::move(key), {}, {}};
}

Caller unsigned_caller(const std::string& certname) {
  const char* user = std::getenv("USER");
  const std::string name =
      certname.empty() ? std::string(user != nullptr ? user : "nobody") + ".mcollective" : certname;
  return Caller{caller_id_of(name), host_name(), {}, {}, {}, {}};
}

absl::StatusOr<Caller> token_caller(std::string token, Ed25519Seed seed, int64_t now_unix_s) {
  choria::Token parsed;
  if (const auto fault = choria::parse_token(token, parsed); fault != choria::TokenFault::kNone) {
    return absl::InvalidArgumentError(to_absl(choria::token_fault_text(fault)));
  }
  choria::ClientClaims claims;
  if (choria::parse_client_claims(parsed.claims, claims) ||
      choria::token_purpose(claims.standard) != choria::TokenPurpose::kClient) {
    return absl::InvalidArgumentError("is no client's token");
  }
  const std::optional<int64_t> end = choria::effective_expiry(claims.standard);
  if (end && *end <= now_unix_s) return absl::InvalidArgumentError("the token has ended");
  const choria::ClientPermissions may = claims.permissions.value_or(choria::ClientPermissions{});
  if (may.signed_fleet_management) {
    return absl::InvalidArgumentError(
        "its requests must be signed by a delegator, which this program cannot ask");
  }
  if (!may.fleet_management) return absl::InvalidArgumentError("has no fleet management");
  if (choria::ed25519_from_hex(claims.standard.public_key) != seed.public_key()) {
    return absl::InvalidArgumentError("the seed is not that of the token");
  }
  return Caller{std::move(claims.caller_id), host_name(), {}, {}, std::move(token),
                std::make_shared<const Ed25519Seed>(std::move(seed))};
}

std::string new_request_id() {
  std::array<unsigned char, kUuidBytes> bytes;
  AP_CHECK(::RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);  // version 4: random
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
  constexpr char kHex[] = "0123456789abcdef";
  std::string id;
  for (const unsigned char byte : bytes) {
    id += kHex[byte >> 4];
    id += kHex[byte & 0xF];
  }
  return id;
}

absl::StatusOr<std::string> request_payload(const Caller& caller, const choria::Request& request,
                                            std::string_view reply_to) {
  return request_payload(caller, request, RequestRoute{std::string(reply_to), {}, {}});
}

absl::StatusOr<std::string> request_payload(const Caller& caller, const choria::Request& request,
                                            const RequestRoute& route) {
  std::string request_json;
  choria::append_request(request, request_json);
  choria::SecureRequest secure;
  if (caller.key) {
    absl::StatusOr<choria::SecureRequest> sealed =
        choria::sign_request(std::move(request_json), *caller.key, caller.certificate_pem);
    if (!sealed.ok()) return sealed.status();
    secure = *std::move(sealed);
  } else {
    secure = choria::unsigned_request(std::move(request_json));
  }
  std::string data;
  choria::append_secure_request(secure, data);
  return in_transport(caller, std::move(data), route);
}

std::string request_payload(const Caller& caller, const choria::RequestV2& request,
                            const RequestRoute& route) {
  choria::SecureRequestV2 secure;
  choria::append_request_v2(request, secure.request);
  secure.signature = caller.seed->sign(secure.request);
  secure.caller = caller.token;
  std::string data;
  choria::append_secure_request_v2(secure, data);
  return in_transport(caller, std::move(data), route);
}

}  // namespace antiphon::fleet
