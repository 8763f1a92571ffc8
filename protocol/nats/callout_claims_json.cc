#include "protocol/nats/callout_claims_json.h"

namespace antiphon {
namespace {

using claims_json::element;
using claims_json::read_list;
using claims_json::read_text;

constexpr std::string_view kAnyAccount = "*";

bool read_nkey(element value, NkeyPrefix prefix, std::vector<Ed25519PublicKey>& keys) {
  std::string text;
  Nkey nkey;
  if (!read_text(value, text) || decode_nkey(text, nkey) != NkeyFault::kNone) return false;
  keys.push_back(nkey.key);
  return nkey.prefix == prefix;
}

bool read_allowed(element value, CalloutClaims& callout) {
  size_t count = 0;
  const bool read = read_list(value, [&](element item) {
    ++count;
    std::string_view text;
    if (item.get(text) != simdjson::SUCCESS || text != kAnyAccount) {
      return read_nkey(item, NkeyPrefix::kAccount, callout.allowed_accounts);
    }
    return callout.any_account = true;
  });
  return read && (!callout.any_account || count == 1);
}

bool read_xkey(element value, CalloutClaims& callout) {
  std::string text;
  if (!read_text(value, text)) return false;
  if (text.empty()) return true;
  callout.xkey = decode_xkey(text);
  return callout.xkey.has_value();
}

}  // namespace

bool read_callout_claims(element authorization, CalloutClaims& callout) {
  constexpr std::array<std::string_view, 3> kNames = {"auth_users", "allowed_accounts", "xkey"};
  const bool read = claims_json::read_object(authorization, kNames, [&](size_t field, element value) {
    switch (field) {
      case 0:
        return read_list(value, [&](element item) {
          return read_nkey(item, NkeyPrefix::kUser, callout.auth_users);
        });
      case 1: return read_allowed(value, callout);
      default: return read_xkey(value, callout);
    }
  });
  // Accounts for a service that nobody runs: something is missing.
  const bool names_accounts = callout.any_account || !callout.allowed_accounts.empty();
  return read && (callout.is_on() || !names_accounts);
}

}  // namespace antiphon
