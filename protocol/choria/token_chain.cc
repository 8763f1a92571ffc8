#include "protocol/choria/token_chain.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>

#include <optional>
#include <string>

#include "protocol/bytes/hex.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/ksuid.h"
#include "protocol/choria/token_key.h"

namespace antiphon::choria {
namespace {

constexpr std::string_view kOrganizationPrefix = "I-";
constexpr std::string_view kChainPrefix = "C-";

struct Halves {
  std::string_view first, second;
};

// Exactly two parts, neither empty.
std::optional<Halves> split_in_two(std::string_view text) {
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const Halves halves{text.substr(0, dot), text.substr(dot + 1)};
  if (halves.first.empty() || halves.second.empty()) return std::nullopt;
  if (halves.second.find('.') != std::string_view::npos) return std::nullopt;
  return halves;
}

std::string joined(std::string_view a, std::string_view b) {
  return absl::StrCat(to_absl(a), ".", to_absl(b));
}

TokenFault check_required(const StandardClaims& claims) {
  if (claims.public_key.empty() || claims.chain_signature.empty() || claims.id.empty() ||
      !claims.issued_at || !claims.expires_at || !claims.issuer_expires_at) {
    return TokenFault::kChainIncomplete;
  }
  const auto id_time = ksuid_time(claims.id);
  if (!id_time) return TokenFault::kChainBadId;
  if (*id_time != *claims.issued_at) return TokenFault::kChainIdNotOfIssueTime;
  return TokenFault::kNone;
}

}  // namespace

bool is_chained(const StandardClaims& claims) {
  return absl::StartsWith(claims.issuer, to_absl(kChainPrefix));
}

bool is_chain_issuer(const StandardClaims& claims, const Ed25519PublicKey& organization) {
  const std::string issuer =
      absl::StrCat(to_absl(kOrganizationPrefix), ed25519_to_hex(organization));
  if (claims.issuer != issuer || claims.id.empty() || claims.public_key.empty()) return false;
  const auto signature = from_hex(claims.chain_signature);
  return signature &&
         ed25519_verify(organization, joined(claims.id, claims.public_key), *signature);
}

TokenFault verify_chain(const StandardClaims& claims, const Ed25519PublicKey& organization,
                        Ed25519PublicKey& signer) {
  if (const TokenFault fault = check_required(claims); fault != TokenFault::kNone) return fault;
  const std::string_view issuer = claims.issuer;
  if (!is_chained(claims)) return TokenFault::kNotChained;
  const auto issuer_parts = split_in_two(issuer.substr(kChainPrefix.size()));
  const auto key = issuer_parts ? ed25519_from_hex(issuer_parts->second) : std::nullopt;
  if (!key) return TokenFault::kChainBadIssuer;
  const auto signatures = split_in_two(claims.chain_signature);
  if (!signatures) return TokenFault::kChainBadSignatureText;
  const auto appointed = from_hex(signatures->first);
  const auto made = from_hex(signatures->second);
  if (!appointed || !made) return TokenFault::kChainBadSignatureText;
  if (!ed25519_verify(organization, joined(issuer_parts->first, ed25519_to_hex(*key)),
                      *appointed)) {
    return TokenFault::kChainNotFromOrganization;
  }
  if (!ed25519_verify(*key, joined(claims.id, signatures->first), *made)) {
    return TokenFault::kChainNotFromIssuer;
  }
  signer = *key;
  return TokenFault::kNone;
}

absl::Status appoint_chain_issuer(const Ed25519Seed& organization, StandardClaims& claims) {
  if (claims.id.empty() || !ed25519_from_hex(claims.public_key)) {
    return absl::InvalidArgumentError("a chain issuer needs an id and an Ed25519 public key");
  }
  claims.issuer =
      absl::StrCat(to_absl(kOrganizationPrefix), ed25519_to_hex(organization.public_key()));
  claims.chain_signature = to_hex(organization.sign(joined(claims.id, claims.public_key)));
  return absl::OkStatus();
}

absl::Status chain_to_issuer(const StandardClaims& issuer, const Ed25519Seed& issuer_seed,
                             StandardClaims& claims) {
  if (issuer.id.empty() || !issuer.expires_at || issuer.chain_signature.empty() ||
      !absl::StartsWith(issuer.issuer, to_absl(kOrganizationPrefix))) {
    return absl::InvalidArgumentError("the issuer's token is not that of a chain issuer");
  }
  const std::string key = ed25519_to_hex(issuer_seed.public_key());
  if (ed25519_from_hex(issuer.public_key) != issuer_seed.public_key()) {
    return absl::InvalidArgumentError("the issuer's token is for another key than the one given");
  }
  if (claims.id.empty() || claims.public_key.empty()) {
    return absl::InvalidArgumentError("a chained token needs an id and a public key");
  }
  claims.issuer = absl::StrCat(to_absl(kChainPrefix), joined(issuer.id, key));
  claims.issuer_expires_at = issuer.expires_at;
  if (!claims.expires_at || *claims.expires_at > *issuer.expires_at) {
    claims.expires_at = issuer.expires_at;
  }
  const std::string made = to_hex(issuer_seed.sign(joined(claims.id, issuer.chain_signature)));
  claims.chain_signature = joined(issuer.chain_signature, made);
  return absl::OkStatus();
}

}  // namespace antiphon::choria
