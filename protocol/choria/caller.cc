#include "protocol/choria/caller.h"

#include "protocol/bytes/text.h"
#include "protocol/choria/digest.h"

namespace antiphon::choria {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_name_letter(char c) {
  return is_lower(to_lower(c)) || is_digit(c) || c == '_' || c == '.' || c == '-';
}

}  // namespace

std::optional<std::string_view> certname_of_caller(std::string_view caller_id) {
  size_t i = 0;
  while (i < caller_id.size() && is_lower(caller_id[i])) ++i;
  if (i == 0 || i == caller_id.size() || caller_id[i] != '=') return std::nullopt;
  const size_t start = ++i;
  while (i < caller_id.size() && is_name_letter(caller_id[i])) ++i;
  if (i == start) return std::nullopt;
  return caller_id.substr(start, i - start);
}

std::string subject_hash(std::string_view caller_id) {
  std::string hash = md5_hex(caller_id);
  return hash.empty() ? sha256_hex(caller_id) : hash;
}

}  // namespace antiphon::choria
