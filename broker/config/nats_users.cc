#include "broker/config/nats_users.h"

#include <optional>

#include "broker/config/config_text.h"
#include "broker/config/nats_option_values.h"
#include "protocol/nats/nkey.h"

namespace antiphon {
namespace {

void add_kind(const Option& option, const ConfigValue& value, OptionWriter& writer,
              ConnectionKinds& kinds) {
  std::string word;
  if (!read_text(option, value, writer, word)) return;
  const std::optional<ConnectionKind> kind = connection_kind_of(word);
  if (kind) return kinds.add(*kind);
  std::string known;
  for (const std::string_view name : kConnectionKindNames) {
    if (!known.empty()) known += ", ";
    known += name;
  }
  writer.error(value.place,
               in_quotes(word) + " is no kind of connection; there are " + known);
}

}  // namespace

void read_user_nkey(const Option& option, const ConfigValue& value, OptionWriter& writer,
                    std::string& nkey) {
  std::string text;
  if (!read_text(option, value, writer, text)) return;
  Nkey decoded;
  const NkeyFault fault = decode_nkey(text, decoded);
  if (fault != NkeyFault::kNone && text.size() == kNkeySeedTextBytes) {
    // What was written may be the secret itself: say so, and do not show it.
    writer.error(value.place, "this is a seed, which belongs to the user alone: put the public key "
                              "(U...) here");
  } else if (fault != NkeyFault::kNone) {
    writer.error(value.place, "not a public nkey of a user: " + std::string(nkey_fault_text(fault)));
  } else if (decoded.prefix != NkeyPrefix::kUser) {
    writer.error(value.place, "this nkey is not a user's: those begin with U");
  } else {
    nkey = std::move(text);
  }
}

void read_connection_kinds(const Option& option, const ConfigValue& value, OptionWriter& writer,
                           ConnectionKinds& kinds) {
  const auto* list = value.get<ConfigArray>();
  if (list == nullptr) return add_kind(option, value, writer, kinds);
  for (const ConfigValue& item : *list) add_kind(option, item, writer, kinds);
}

}  // namespace antiphon
