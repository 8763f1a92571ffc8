#include "protocol/choria/token.h"

#include <absl/strings/str_cat.h>

#include <array>
#include <optional>
#include <utility>

#include "protocol/bytes/base64.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/fields.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

constexpr size_t kHeaderTextBytesMax = 64;
enum HeaderField : size_t { kAlg, kTyp, kCrit, kB64 };
constexpr std::array<std::string_view, 4> kHeaderNames = {"alg", "typ", "crit", "b64"};
constexpr std::array<TokenAlgorithm, 4> kAlgorithms = {
    TokenAlgorithm::kEdDsa, TokenAlgorithm::kRs256, TokenAlgorithm::kRs384, TokenAlgorithm::kRs512};

// The decoder skips line ends and ignores stray bits; writing the bytes again shows both.
std::optional<std::string> decode_strictly(std::string_view text) {
  auto bytes = decode_base64url(text);
  if (!bytes) return std::nullopt;
  std::string again;
  append_base64url(again, *bytes);
  if (again != text) return std::nullopt;
  return bytes;
}

std::optional<TokenAlgorithm> algorithm_of(std::string_view name) {
  for (const TokenAlgorithm algorithm : kAlgorithms) {
    if (token_algorithm_name(algorithm) == name) return algorithm;
  }
  return std::nullopt;
}

TokenFault read_header(std::string_view json, TokenAlgorithm& algorithm) {
  std::string alg, typ;
  const auto on_field = [&](JsonCursor& cursor, size_t field) {
    if (field == kAlg) return cursor.read_string(alg, kHeaderTextBytesMax);
    if (field == kTyp) return cursor.read_string(typ, kHeaderTextBytesMax);
    return cursor.fail(Fault::kBadValue);  // extensions change what is signed
  };
  if (parse_fields(json, kHeaderNames, 1u << kAlg, on_field)) return TokenFault::kBadHeader;
  if (!typ.empty() && !equals_ignore_case(typ, "JWT")) return TokenFault::kBadHeader;
  const auto known = algorithm_of(alg);
  if (!known) return TokenFault::kUnsupportedAlgorithm;
  algorithm = *known;
  return TokenFault::kNone;
}

}  // namespace

TokenFault parse_token(std::string_view text, Token& token) {
  if (text.size() > kTokenBytesMax) return TokenFault::kTooLarge;
  const size_t first = text.find('.');
  if (first == std::string_view::npos) return TokenFault::kNotCompact;
  const size_t second = text.find('.', first + 1);
  if (second == std::string_view::npos) return TokenFault::kNotCompact;
  if (text.find('.', second + 1) != std::string_view::npos) return TokenFault::kNotCompact;
  const auto header = decode_strictly(text.substr(0, first));
  auto claims = decode_strictly(text.substr(first + 1, second - first - 1));
  auto signature = decode_strictly(text.substr(second + 1));
  if (!header || !claims || !signature) return TokenFault::kBadBase64;
  const TokenFault fault = read_header(*header, token.algorithm);
  if (fault != TokenFault::kNone) return fault;
  token.signed_text = text.substr(0, second);
  token.claims = std::move(*claims);
  token.signature = std::move(*signature);
  return TokenFault::kNone;
}

absl::StatusOr<std::string> make_token(std::string_view claims_json, const TokenSigningKey& key) {
  const std::string header = absl::StrCat(
      "{\"alg\":\"", to_absl(token_algorithm_name(key.algorithm())), "\",\"typ\":\"JWT\"}");
  std::string text;
  append_base64url(text, header);
  text += '.';
  append_base64url(text, claims_json);
  auto signature = key.sign(text);
  if (!signature.ok()) return signature.status();
  text += '.';
  append_base64url(text, *signature);
  if (text.size() > kTokenBytesMax) return absl::InvalidArgumentError("token: too large");
  return text;
}

}  // namespace antiphon::choria
