#include "protocol/nats/jwt.h"

#include <algorithm>
#include <optional>

#include "protocol/bytes/base64.h"
#include "protocol/nats/claims_json.h"
#include "protocol/nats/limits.h"

namespace antiphon {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kDashes = "---";
constexpr std::string_view kTokenBytes =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.=";

std::string_view without_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view take_line(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return without_return(line);
}

// Dashes, perhaps words, dashes; what the words are is nobody's business.
bool is_frame(std::string_view line) {
  line = without_return(line);
  return line.ends_with(kDashes) && line.find(kDashes) + 2 * kDashes.size() <= line.size();
}

bool is_token(std::string_view line) {
  return !line.empty() && line.find_first_not_of(kTokenBytes) == line.npos;
}

// The decoder skips line ends and ignores stray bits; writing the bytes again shows both.
std::optional<std::string> decode_strictly(std::string_view text) {
  auto bytes = decode_base64url(text);
  if (!bytes) return std::nullopt;
  std::string again;
  append_base64url(again, *bytes);
  if (again != text) return std::nullopt;
  return bytes;
}

JwtFault read_header(const std::string& json, int& version) {
  simdjson::dom::parser parser(4096);
  if (json.size() > 4096 || parser.allocate(json.size(), kJsonDepthMax)) return JwtFault::kBadHeader;
  claims_json::element document;
  if (parser.parse(json).get(document) != simdjson::SUCCESS) return JwtFault::kBadHeader;
  constexpr std::array<std::string_view, 4> kNames = {"typ", "alg", "crit", "b64"};
  std::string type, algorithm;
  const bool read = claims_json::read_object(
      document, kNames, [&](size_t field, claims_json::element value) {
        if (field > 1) return false;  // extensions change what is signed
        return claims_json::read_text(value, field == 0 ? type : algorithm);
      });
  if (!read || !equals_ignore_case(type, "JWT")) return JwtFault::kBadHeader;
  version = equals_ignore_case(algorithm, "ed25519") ? 1 : 2;
  return version == 1 || equals_ignore_case(algorithm, "ed25519-nkey") ? JwtFault::kNone
                                                                       : JwtFault::kWrongAlgorithm;
}

}  // namespace

std::string_view jwt_fault_text(JwtFault fault) {
  switch (fault) {
    case JwtFault::kNone: return "the JWT has no fault";
    case JwtFault::kTooLarge: return "the JWT is too large";
    case JwtFault::kNotThreeParts: return "the JWT has not three parts";
    case JwtFault::kBadBase64: return "the JWT is not base64url";
    case JwtFault::kBadHeader: return "the JWT's header is malformed";
    case JwtFault::kWrongAlgorithm: return "the JWT's algorithm is not ed25519-nkey";
    case JwtFault::kBadClaims: return "the JWT's claims are malformed";
    case JwtFault::kWrongType: return "the JWT is of another kind or version";
    case JwtFault::kBadIssuer: return "the JWT's issuer may not issue this kind";
    case JwtFault::kBadSubject: return "the JWT's subject is no key of this kind";
    case JwtFault::kBadSignature: return "the JWT's signature is wrong";
  }
  return "the JWT has an unknown fault";
}

JwtFault open_jwt(std::string_view text, Jwt& jwt) {
  if (text.size() > kJwtBytesMax) return JwtFault::kTooLarge;
  const size_t first = text.find('.');
  const size_t second = first == text.npos ? text.npos : text.find('.', first + 1);
  if (second == text.npos || text.find('.', second + 1) != text.npos) {
    return JwtFault::kNotThreeParts;
  }
  const auto header = decode_strictly(text.substr(0, first));
  auto claims = decode_strictly(text.substr(first + 1, second - first - 1));
  auto signature = decode_strictly(text.substr(second + 1));
  if (!header || !claims || !signature) return JwtFault::kBadBase64;
  const JwtFault fault = read_header(*header, jwt.version);
  if (fault != JwtFault::kNone) return fault;
  const size_t signed_from = jwt.version == 1 ? first + 1 : 0;
  jwt.signed_text = text.substr(signed_from, second - signed_from);
  jwt.claims = *std::move(claims);
  jwt.signature = *std::move(signature);
  return JwtFault::kNone;
}

std::string_view undecorated_jwt(std::string_view text) {
  std::string_view rest = text;
  std::string_view begin = take_line(rest);
  while (!rest.empty()) {
    const std::string_view token = take_line(rest);
    const std::string_view end = rest.substr(0, rest.find('\n'));
    if (is_frame(begin) && is_token(token) && is_frame(end) && end.starts_with(kDashes)) {
      return token;
    }
    begin = token;
  }
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace antiphon
