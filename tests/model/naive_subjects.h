// Subjects by their definition, token by token: for oracles, which must not borrow what they judge.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

// Takes the first token off.
inline std::string_view take_token(std::string_view& subject) {
  const size_t end = std::min(subject.find('.'), subject.size());
  const std::string_view token = subject.substr(0, end);
  subject.remove_prefix(std::min(end + 1, subject.size()));
  return token;
}

// Token by token; `*` takes one and `>` the rest, whatever stands there. No token is empty.
inline bool pattern_matches(std::string_view pattern, std::string_view subject) {
  while (!pattern.empty() && !subject.empty()) {
    const std::string_view wanted = take_token(pattern);
    const std::string_view given = take_token(subject);
    if (wanted == ">") return true;
    if (wanted != "*" && wanted != given) return false;
  }
  return pattern.empty() && subject.empty();
}

// ---- Places: what `a.*.*.>` and `x.$2.{{wildcard(1)}}.>` have in common ---------------------------

// The number of the wildcard that a token stands for, `*` being the next one; 0 when it is text or `>`.
inline size_t place_of(std::string_view token, size_t stars_before) {
  constexpr std::string_view kFunction = "{{wildcard(";
  if (token == "*") return stars_before + 1;
  if (token.size() > 1 && token[0] == '$') return std::strtoull(token.data() + 1, nullptr, 10);
  if (!token.starts_with(kFunction)) return 0;
  return std::strtoull(token.data() + kFunction.size(), nullptr, 10);
}

// With `*` at each place.
inline std::string pattern_of(std::string_view places) {
  std::string pattern;
  while (!places.empty()) {
    const std::string_view token = take_token(places);
    if (!pattern.empty()) pattern += '.';
    pattern += place_of(token, 0) == 0 ? token : "*";
  }
  return pattern;
}

// The numbers of the places, in their order.
inline std::vector<size_t> places_in(std::string_view places) {
  std::vector<size_t> numbers;
  size_t stars = 0;
  while (!places.empty()) {
    const std::string_view token = take_token(places);
    if (const size_t number = place_of(token, stars)) numbers.push_back(number);
    stars += token == "*" ? 1 : 0;
  }
  return numbers;
}

// What a subject that matches `from` is called as `to`: each place gets what stands in the place of the
// same number.
inline std::string renamed(std::string_view from, std::string_view to, std::string_view subject) {
  std::vector<std::string_view> caught(1);
  std::string_view rest;
  size_t stars = 0;
  while (!from.empty()) {
    const std::string_view token = take_token(from);
    if (token == ">") {
      rest = subject;
      break;
    }
    const std::string_view given = take_token(subject);
    const size_t number = place_of(token, stars);
    stars += token == "*" ? 1 : 0;
    if (number == 0) continue;
    if (caught.size() <= number) caught.resize(number + 1);
    caught[number] = given;
  }
  std::string made;
  stars = 0;
  while (!to.empty()) {
    const std::string_view token = take_token(to);
    const size_t number = place_of(token, stars);
    stars += token == "*" ? 1 : 0;
    if (!made.empty()) made += '.';
    made += token == ">" ? rest : number != 0 ? caught.at(number) : token;
  }
  return made;
}

}  // namespace antiphon
