#include "protocol/choria/token_trust.h"

#include <algorithm>

#include "protocol/choria/token.h"
#include "protocol/choria/token_chain.h"

namespace antiphon::choria {
namespace {

// How the three kinds differ. `chains` says whether a chain issuer may have signed.
struct ClientKind {
  using Claims = ClientClaims;
  static constexpr bool kChains = true;
  static constexpr TokenPurpose kPurpose = TokenPurpose::kClient;
  static constexpr TokenFault kOtherPurpose = TokenFault::kNotAClientToken;
  static Problem parse(std::string_view json, Claims& claims) {
    return parse_client_claims(json, claims);
  }
  static const auto& signers(const TokenSigners& all) { return all.clients; }
  static TokenFault check(const Claims& claims) {
    return claims.caller_id.empty() ? TokenFault::kNoCallerId : TokenFault::kNone;
  }
};
struct ServerKind {
  using Claims = ServerClaims;
  static constexpr bool kChains = true;
  static constexpr TokenPurpose kPurpose = TokenPurpose::kServer;
  static constexpr TokenFault kOtherPurpose = TokenFault::kNotAServerToken;
  static Problem parse(std::string_view json, Claims& claims) {
    return parse_server_claims(json, claims);
  }
  static const auto& signers(const TokenSigners& all) { return all.servers; }
  static TokenFault check(const Claims& claims) {
    return claims.identity.empty() ? TokenFault::kNoIdentity : TokenFault::kNone;
  }
};
struct ProvisioningKind {
  using Claims = ProvisioningClaims;
  static constexpr bool kChains = false;
  static constexpr TokenPurpose kPurpose = TokenPurpose::kProvisioning;
  static constexpr TokenFault kOtherPurpose = TokenFault::kNotAProvisioningToken;
  static Problem parse(std::string_view json, Claims& claims) {
    return parse_provisioning_claims(json, claims);
  }
  static const auto& signers(const TokenSigners& all) { return all.provisioning; }
  static TokenFault check(const Claims&) { return TokenFault::kNone; }
};

TokenFault check_signature(const Token& token, const StandardClaims& claims,
                           const TokenPublicKey& key, bool chains) {
  if (!key.fits(token.algorithm)) return TokenFault::kWrongKeyFamily;
  // Provisioning tokens come from the organization itself, whatever their issuer says.
  if (!chains || !is_chained(claims)) {
    const bool right = key.verify(token.algorithm, token.signed_text, token.signature);
    return right ? TokenFault::kNone : TokenFault::kBadSignature;
  }
  if (key.ed25519() == nullptr) return TokenFault::kChainNeedsEd25519;
  Ed25519PublicKey signer{};
  const TokenFault fault = verify_chain(claims, *key.ed25519(), signer);
  if (fault != TokenFault::kNone) return fault;
  const bool right = ed25519_verify(signer, token.signed_text, token.signature);
  return right ? TokenFault::kNone : TokenFault::kBadSignature;
}

// No leeway, as in the reference. An issuer's end counts wherever one is named, also where the
// reference forgets it: tokens that are not chained.
TokenFault check_times(const StandardClaims& claims, int64_t now) {
  if (claims.expires_at && now >= *claims.expires_at) return TokenFault::kExpired;
  if (claims.not_before && now < *claims.not_before) return TokenFault::kNotYetValid;
  if (claims.issued_at && now < *claims.issued_at) return TokenFault::kIssuedInTheFuture;
  if (claims.issuer_expires_at && now >= *claims.issuer_expires_at) {
    return TokenFault::kIssuerExpired;
  }
  return TokenFault::kNone;
}

// What is left once the signature is right.
template <typename Kind>
TokenFault check_claims(const typename Kind::Claims& claims, int64_t now) {
  const StandardClaims& standard = claims.standard;
  if (const TokenFault fault = check_times(standard, now); fault != TokenFault::kNone) return fault;
  if (token_purpose(standard) != Kind::kPurpose) return Kind::kOtherPurpose;
  // A half-made chain: the reference calls such a token expired.
  if (Kind::kPurpose != TokenPurpose::kClient && !standard.chain_signature.empty()) {
    if (!is_chained(standard)) return TokenFault::kNotChained;
    if (!standard.issuer_expires_at) return TokenFault::kChainIncomplete;
  }
  if (const TokenFault fault = Kind::check(claims); fault != TokenFault::kNone) return fault;
  if (Kind::kPurpose == TokenPurpose::kProvisioning) return TokenFault::kNone;
  if (standard.public_key.empty()) return TokenFault::kNoPublicKey;
  return ed25519_from_hex(standard.public_key) ? TokenFault::kNone : TokenFault::kBadPublicKey;
}

template <typename Kind>
TokenFault by_issuer(const TokenIssuers& issuers, const Token& token,
                     const typename Kind::Claims& claims, int64_t now) {
  if (claims.organization.empty()) return TokenFault::kNoOrganization;
  const auto issuer = issuers.find(claims.organization);
  if (issuer == issuers.end()) return TokenFault::kUnknownOrganization;
  const TokenFault fault =
      check_signature(token, claims.standard, TokenPublicKey(issuer->second), Kind::kChains);
  return fault == TokenFault::kNone ? check_claims<Kind>(claims, now) : fault;
}

template <typename Kind>
TokenFault by_signer(const TokenSigners& signers, const Token& token,
                     const typename Kind::Claims& claims, int64_t now) {
  const auto& keys = Kind::signers(signers);
  if (keys.empty()) return TokenFault::kNoTrustedKey;
  TokenFault fault = TokenFault::kNone;
  for (const TokenPublicKey& key : keys) {
    fault = check_signature(token, claims.standard, key, Kind::kChains);
    if (fault == TokenFault::kNone) return check_claims<Kind>(claims, now);
  }
  return keys.size() == 1 ? fault : TokenFault::kNoSignerMatches;
}

const std::vector<TokenPublicKey>& signers_for(const TokenSigners& all, TokenPurpose purpose) {
  if (purpose == TokenPurpose::kServer) return all.servers;
  return purpose == TokenPurpose::kProvisioning ? all.provisioning : all.clients;
}

template <typename Kind>
TokenFault verify(const std::variant<std::monostate, TokenIssuers, TokenSigners>& keys,
                  std::string_view text, int64_t now, typename Kind::Claims& claims) {
  if (std::holds_alternative<std::monostate>(keys)) return TokenFault::kNoTrustedKey;
  Token token;
  if (const TokenFault fault = parse_token(text, token); fault != TokenFault::kNone) return fault;
  if (Kind::parse(token.claims, claims)) return TokenFault::kBadClaims;
  if (const auto* issuers = std::get_if<TokenIssuers>(&keys)) {
    return by_issuer<Kind>(*issuers, token, claims, now);
  }
  return by_signer<Kind>(std::get<TokenSigners>(keys), token, claims, now);
}

}  // namespace

bool TokenTrust::keeps_trust_of(const TokenTrust& before, TokenPurpose purpose,
                                std::string_view organization) const {
  if (keys_.index() != before.keys_.index()) return false;
  if (const auto* issuers = std::get_if<TokenIssuers>(&keys_)) {
    const auto now = issuers->find(organization);
    const auto& old = std::get<TokenIssuers>(before.keys_);
    const auto then = old.find(organization);
    return now != issuers->end() && then != old.end() && now->second == then->second;
  }
  const auto* signers = std::get_if<TokenSigners>(&keys_);
  if (signers == nullptr) return false;
  const std::vector<TokenPublicKey>& now = signers_for(*signers, purpose);
  const std::vector<TokenPublicKey>& then =
      signers_for(std::get<TokenSigners>(before.keys_), purpose);
  return std::all_of(then.begin(), then.end(), [&](const TokenPublicKey& key) {
    return std::find(now.begin(), now.end(), key) != now.end();
  });
}

TokenFault TokenTrust::verify_client(std::string_view token, int64_t now_unix_s,
                                     ClientClaims& claims) const {
  return verify<ClientKind>(keys_, token, now_unix_s, claims);
}

TokenFault TokenTrust::verify_server(std::string_view token, int64_t now_unix_s,
                                     ServerClaims& claims) const {
  return verify<ServerKind>(keys_, token, now_unix_s, claims);
}

TokenFault TokenTrust::verify_provisioning(std::string_view token, int64_t now_unix_s,
                                           ProvisioningClaims& claims) const {
  const TokenFault fault = verify<ProvisioningKind>(keys_, token, now_unix_s, claims);
  if (fault == TokenFault::kNone && claims.organization.empty()) {
    claims.organization = kDefaultOrganization;
  }
  return fault;
}

TokenPurpose unverified_purpose(std::string_view text) {
  Token token;
  StandardClaims claims;
  if (parse_token(text, token) != TokenFault::kNone) return TokenPurpose::kUnknown;
  if (parse_standard_claims(token.claims, claims)) return TokenPurpose::kUnknown;
  return token_purpose(claims);
}

TokenFault verify_holder(const StandardClaims& claims, std::string_view nonce,
                         std::string_view sig) {
  if (claims.public_key.empty()) return TokenFault::kNoPublicKey;
  const auto key = ed25519_from_hex(claims.public_key);
  if (!key) return TokenFault::kBadPublicKey;
  // Without a nonce there is nothing that makes this connection another than the last one.
  if (nonce.empty()) return TokenFault::kBadNonceSignature;
  return ed25519_verify_text(*key, nonce, sig) ? TokenFault::kNone : TokenFault::kBadNonceSignature;
}

}  // namespace antiphon::choria
