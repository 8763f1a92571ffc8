#include "protocol/choria/subjects.h"

#include "protocol/bytes/text.h"
#include "protocol/choria/caller.h"

namespace antiphon::choria {
namespace {

constexpr size_t kMd5Digits = 32;
constexpr size_t kSha256Digits = 64;

std::string join(std::string_view collective, std::string_view middle, std::string_view name) {
  std::string subject;
  subject.reserve(collective.size() + middle.size() + name.size());
  return subject.append(collective).append(middle).append(name);
}

bool is_hash(std::string_view text) {
  if (text.size() != kMd5Digits && text.size() != kSha256Digits) return false;
  for (const char c : text) {
    if (!is_digit(c) && (c < 'a' || c > 'f')) return false;
  }
  return true;
}

// Splits the first token off text; nothing if there is no dot.
std::optional<std::string_view> take_token(std::string_view& text) {
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view token = text.substr(0, dot);
  text.remove_prefix(dot + 1);
  return token;
}

std::optional<SubjectParts> agent_parts(std::string_view collective, std::string_view rest) {
  const auto target = take_token(rest);
  if (!target || !is_subject_token(rest)) return std::nullopt;
  if (*target == "service") return SubjectParts{SubjectKind::kService, collective, rest, {}};
  if (*target != "agent") return std::nullopt;
  const bool registration = rest == kRegistrationAgent;
  return SubjectParts{
      registration ? SubjectKind::kRegistration : SubjectKind::kBroadcast, collective, rest, {}};
}

}  // namespace

bool is_subject_tokens(std::string_view text) {
  if (text.empty() || text.front() == '.' || text.back() == '.') return false;
  char before = '.';
  for (const char c : text) {
    if (static_cast<uint8_t>(c) <= ' ' || c == '\x7f' || c == '*' || c == '>') return false;
    if (c == '.' && before == '.') return false;
    before = c;
  }
  return true;
}

bool is_subject_token(std::string_view text) {
  return is_subject_tokens(text) && text.find('.') == std::string_view::npos;
}

std::string broadcast_subject(std::string_view collective, std::string_view agent) {
  if (!is_subject_token(collective) || !is_subject_token(agent)) return {};
  return join(collective, ".broadcast.agent.", agent);
}

std::string service_subject(std::string_view collective, std::string_view agent) {
  if (!is_subject_token(collective) || !is_subject_token(agent)) return {};
  return join(collective, ".broadcast.service.", agent);
}

std::string node_subject(std::string_view collective, std::string_view identity) {
  if (!is_subject_token(collective) || !is_subject_tokens(identity)) return {};
  return join(collective, ".node.", identity);
}

std::string reply_subject(std::string_view collective, std::string_view caller_id,
                          std::string_view id) {
  if (!is_subject_token(collective) || !is_subject_token(id)) return {};
  return join(collective, ".reply.", subject_hash(caller_id)).append(".").append(id);
}

std::string registration_subject(std::string_view collective) {
  return broadcast_subject(collective, kRegistrationAgent);
}

std::optional<SubjectParts> recognise_subject(std::string_view subject) {
  if (!is_subject_tokens(subject)) return std::nullopt;
  const auto collective = take_token(subject);
  if (!collective) return std::nullopt;
  const auto kind = take_token(subject);
  if (!kind) return std::nullopt;
  if (*kind == "broadcast") return agent_parts(*collective, subject);
  if (*kind == "node") return SubjectParts{SubjectKind::kNode, *collective, subject, {}};
  if (*kind != "reply") return std::nullopt;
  const auto hash = take_token(subject);
  if (!hash || !is_hash(*hash)) return std::nullopt;
  return SubjectParts{SubjectKind::kReply, *collective, *hash, subject};
}

}  // namespace antiphon::choria
