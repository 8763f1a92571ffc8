// Subjects: dot-separated tokens that name where a message goes and what a subscription wants.
//
// MODEL: a subject is literal unless one of its tokens is exactly `*` (any one token) or, in last
// place, `>` (one or more tokens). `foo*bar` and `a>` are literal: the wildcard must be a whole
// token. The rules are those of nats-server 2.15.
#pragma once

#include <string_view>

namespace antiphon {

inline constexpr char kTokenSeparator = '.';

// May be subscribed to: no empty token, no blank inside, `>` only as the last token.
bool is_valid_subject(std::string_view subject);

// Valid and without wildcards: what a pedantic client may publish to.
bool is_valid_literal_subject(std::string_view subject);

// Has a wildcard token. REQUIRES: is_valid_subject(subject).
bool has_wildcard(std::string_view subject);

// How many tokens a subject has; 1 for the empty text.
size_t token_count(std::string_view subject);

// Whether `pattern` (may have wildcards) matches `subject`, token by token. The subject's tokens
// are compared as text, so a `*` in the subject matches only `*` or `>` of the pattern.
// False when the subject has an empty token.
bool subject_matches(std::string_view pattern, std::string_view subject);

// Whether some literal subject matches both patterns.
bool subjects_overlap(std::string_view a, std::string_view b);

// Whether every literal subject that matches `subject` matches `pattern` too.
bool subject_covers(std::string_view pattern, std::string_view subject);

// Walks the tokens of a subject: `while (walk.next(token))`. An empty token is returned as such.
class TokenWalk {
 public:
  explicit TokenWalk(std::string_view subject) : rest_(subject) {}
  bool next(std::string_view& token) {
    if (done_) return false;
    const size_t dot = rest_.find(kTokenSeparator);
    token = rest_.substr(0, dot);
    if (dot == std::string_view::npos) {
      done_ = true;
    } else {
      rest_.remove_prefix(dot + 1);
    }
    return true;
  }
  bool at_end() const { return done_; }

 private:
  std::string_view rest_;
  bool done_ = false;
};

}  // namespace antiphon
