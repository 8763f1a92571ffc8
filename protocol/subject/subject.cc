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

bool subjects_overlap(std::string_view a, std::string_view b) {
  TokenWalk walk_a(a);
  TokenWalk walk_b(b);
  while (true) {
    std::string_view token_a;
    std::string_view token_b;
    const bool more_a = walk_a.next(token_a);
    const bool more_b = walk_b.next(token_b);
    if (!more_a || !more_b) return more_a == more_b;
    if (token_a == ">" || token_b == ">") return true;
    if (token_a != token_b && token_a != "*" && token_b != "*") return false;
  }
}

bool subject_covers(std::string_view pattern, std::string_view subject) {
  TokenWalk pattern_walk(pattern);
  TokenWalk subject_walk(subject);
  while (true) {
    std::string_view wanted;
    std::string_view token;
    const bool more_wanted = pattern_walk.next(wanted);
    const bool more = subject_walk.next(token);
    if (!more_wanted || !more) return more_wanted == more;
    if (wanted == ">") return true;
    if (token == ">") return false;
    if (wanted != token && wanted != "*") return false;
  }
}

}  // namespace antiphon
