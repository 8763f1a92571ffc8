#include "protocol/subject/subject.h"

#include <algorithm>

namespace antiphon {
namespace {

constexpr std::string_view kBlanks = "\t\n\f\r ";

enum class TokenKind { kLiteral, kAny, kRest, kInvalid };

TokenKind kind_of(std::string_view token) {
  if (token.empty() || token.find_first_of(kBlanks) != token.npos) return TokenKind::kInvalid;
  if (token == "*") return TokenKind::kAny;
  if (token == ">") return TokenKind::kRest;
  return TokenKind::kLiteral;
}

}  // namespace

bool is_valid_subject(std::string_view subject) {
  TokenWalk walk(subject);
  for (std::string_view token; walk.next(token);) {
    const TokenKind kind = kind_of(token);
    if (kind == TokenKind::kInvalid) return false;
    if (kind == TokenKind::kRest && !walk.at_end()) return false;
  }
  return true;
}

bool is_valid_literal_subject(std::string_view subject) {
  TokenWalk walk(subject);
  for (std::string_view token; walk.next(token);) {
    if (kind_of(token) != TokenKind::kLiteral) return false;
  }
  return true;
}

bool has_wildcard(std::string_view subject) {
  TokenWalk walk(subject);
  for (std::string_view token; walk.next(token);) {
    if (token == "*" || token == ">") return true;
  }
  return false;
}

size_t token_count(std::string_view subject) {
  return static_cast<size_t>(std::count(subject.begin(), subject.end(), kTokenSeparator)) + 1;
}

bool subject_matches(std::string_view pattern, std::string_view subject) {
  TokenWalk wanted(pattern);
  TokenWalk given(subject);
  std::string_view want;
  std::string_view have;
  while (true) {
    const bool more_wanted = wanted.next(want);
    const bool more_given = given.next(have);
    if (!more_given) return !more_wanted;
    if (have.empty() || !more_wanted) return false;
    if (want == ">" && wanted.at_end()) break;
    if (want != "*" && want != have) return false;
  }
  // The rest matches `>`, if no token of it is empty.
  while (given.next(have)) {
    if (have.empty()) return false;
  }
  return true;
}

}  // namespace antiphon
