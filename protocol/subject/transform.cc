#include "protocol/subject/transform.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "protocol/bytes/check.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

constexpr uint32_t kFnvBasis = 2166136261u;  // FNV-1a of 32 bits
constexpr uint32_t kFnvPrime = 16777619u;

std::vector<std::string_view> tokens_of(std::string_view subject) {
  std::vector<std::string_view> tokens;
  TokenWalk walk(subject);
  for (std::string_view token; walk.next(token);) tokens.push_back(token);
  return tokens;
}

void append_number(std::string& out, uint64_t number) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), number).ptr;
  out.append(digits.begin(), end);
}

void append_split(std::string& out, std::string_view token, std::string_view at) {
  bool any = false;
  for (size_t begin = 0; begin <= token.size();) {
    size_t end = at.empty() ? begin + 1 : token.find(at, begin);
    end = std::min(end, token.size());
    const std::string_view piece = token.substr(begin, end - begin);
    if (!piece.empty()) {
      if (any) out += kTokenSeparator;
      out.append(piece);
      any = true;
    }
    begin = end + std::max<size_t>(at.size(), at.empty() ? 0 : 1);
    if (end == token.size()) break;
  }
}

void append_slices(std::string& out, std::string_view token, size_t first, size_t size) {
  out.append(token.substr(0, first));
  for (size_t at = first; at < token.size(); at += size) {
    if (at != 0) out += kTokenSeparator;
    out.append(token.substr(at, size));
  }
}

// Whether each of so many wildcards stands in exactly one place.
bool uses_each_once(const std::vector<TransformPart>& parts, size_t wildcards) {
  std::vector<uint32_t> used;
  for (const TransformPart& part : parts) {
    used.insert(used.end(), part.wildcards.begin(), part.wildcards.end());
  }
  std::sort(used.begin(), used.end());
  return std::adjacent_find(used.begin(), used.end()) == used.end() && used.size() == wildcards;
}

}  // namespace

// ---- Making one ---------------------------------------------------------------------------------

std::optional<SubjectTransform> SubjectTransform::make(std::string_view source,
                                                       std::string_view destination, Kind kind,
                                                       std::string& problem) {
  if (!is_valid_subject(source)) {
    problem = "\"" + std::string(source) + "\" is not a valid subject";
    return std::nullopt;
  }
  SubjectTransform made;
  made.source_ = source;
  const std::vector<std::string_view> from = tokens_of(source);
  const std::vector<std::string_view> to = tokens_of(destination);
  if (from.size() > kTokensMax || to.size() > kTokensMax) {
    problem = "more than " + std::to_string(kTokensMax) + " tokens";
    return std::nullopt;
  }
  made.source_tokens_ = static_cast<uint32_t>(from.size());
  for (uint32_t i = 0; i < from.size(); ++i) {
    if (from[i] == "*") made.wildcard_at_.push_back(i);
  }
  using Functions = TransformPartReader::Functions;
  TransformPartReader reader(made.wildcard_at_.size(), kind == Kind::kReversible
                                                           ? Functions::kReversible
                                                           : Functions::kAll);
  for (size_t i = 0; i < to.size(); ++i) {
    const std::string_view token = to[i];
    if (token.empty() || (token == ">" && i + 1 != to.size())) {
      problem = "\"" + std::string(destination) + "\" is not a valid destination";
      return std::nullopt;
    }
    if (!reader.read(token, made.parts_.emplace_back())) {
      problem = reader.problem();
      return std::nullopt;
    }
  }
  if ((from.back() == ">") != (to.back() == ">")) {
    problem = "a \">\" must end both \"" + std::string(source) + "\" and \"" +
              std::string(destination) + "\", or neither";
    return std::nullopt;
  }
  if (kind == Kind::kReversible && !uses_each_once(made.parts_, made.wildcard_at_.size())) {
    problem = "\"" + std::string(destination) + "\" must use each wildcard of \"" +
              std::string(source) + "\" once";
    return std::nullopt;
  }
  return made;
}

SubjectTransform SubjectTransform::reversed() const {
  // The n-th wildcard of the way back stands where the n-th placeholder stands now.
  std::vector<size_t> rank(wildcard_at_.size());
  size_t next = 0;
  for (const Part& part : parts_) {
    if (part.function == Function::kWildcard) rank[part.wildcards.front()] = ++next;
  }
  std::string destination;
  size_t wildcard = 0;
  for (const std::string_view token : tokens_of(source_)) {
    if (!destination.empty()) destination += kTokenSeparator;
    destination += token == "*" ? "$" + std::to_string(rank[wildcard++]) : std::string(token);
  }
  std::string problem;
  auto made = make(destination_pattern(), destination, Kind::kReversible, problem);
  AP_CHECK(made.has_value());
  return *std::move(made);
}

std::string SubjectTransform::destination_pattern() const {
  std::string pattern;
  for (const Part& part : parts_) {
    if (!pattern.empty()) pattern += kTokenSeparator;
    pattern += part.function == Function::kText   ? part.text
               : part.function == Function::kRest ? ">"
                                                  : "*";
  }
  return pattern;
}

// ---- Applying it --------------------------------------------------------------------------------

void SubjectTransform::append_part(const Part& part, const std::string_view* tokens, size_t count,
                                   uint64_t random, std::string& out) const {
  const std::string_view token =
      part.wildcards.empty() ? std::string_view() : tokens[wildcard_at_[part.wildcards.front()]];
  const size_t number = part.number;
  const bool divides = number > 0 && number < token.size();
  switch (part.function) {
    case Function::kText: out.append(part.text); break;
    case Function::kRest: break;
    case Function::kWildcard: out.append(token); break;
    case Function::kPartition: {
      uint32_t hash = kFnvBasis;
      const auto take = [&hash](std::string_view text) {
        for (const char byte : text) hash = (hash ^ static_cast<uint8_t>(byte)) * kFnvPrime;
      };
      for (const uint32_t wildcard : part.wildcards) take(tokens[wildcard_at_[wildcard]]);
      for (size_t i = 0; part.wildcards.empty() && i < count; ++i) {
        if (i != 0) take(".");
        take(tokens[i]);
      }
      append_number(out, number == 0 ? 0 : hash % number);
      break;
    }
    case Function::kSplit: append_split(out, token, part.text); break;
    case Function::kSplitFromLeft:
    case Function::kSplitFromRight: {
      if (!divides) {
        out.append(token);
        break;
      }
      const size_t at = part.function == Function::kSplitFromLeft ? number : token.size() - number;
      out.append(token.substr(0, at)).append(1, kTokenSeparator).append(token.substr(at));
      break;
    }
    case Function::kSliceFromLeft: append_slices(out, token, 0, divides ? number : token.size()); break;
    case Function::kSliceFromRight:
      append_slices(out, token, divides ? token.size() % number : 0, divides ? number : token.size());
      break;
    case Function::kLeft: out.append(divides ? token.substr(0, number) : token); break;
    case Function::kRight: out.append(divides ? token.substr(token.size() - number) : token); break;
    case Function::kRandom: append_number(out, number == 0 ? 0 : random % number); break;
  }
}

void SubjectTransform::append_to(std::string& out, std::string_view subject, uint64_t random) const {
  // As many tokens as the source has; what `>` stands for follows as one text.
  std::array<std::string_view, kTokensMax> tokens;
  size_t count = 0;
  const bool has_rest = parts_.back().function == Function::kRest;
  const size_t separate = has_rest ? source_tokens_ - 1 : source_tokens_;
  while (count < separate) {
    const size_t dot = subject.find(kTokenSeparator);
    tokens[count++] = subject.substr(0, dot);
    subject.remove_prefix(dot == subject.npos ? subject.size() : dot + 1);
  }
  for (size_t i = 0; i < parts_.size(); ++i) {
    if (i != 0) out += kTokenSeparator;
    const bool whole = parts_[i].function == Function::kPartition && parts_[i].wildcards.empty();
    if (parts_[i].function == Function::kRest) {
      out.append(subject);
    } else if (whole && has_rest) {
      tokens[count] = subject;
      append_part(parts_[i], tokens.data(), count + 1, random, out);
    } else {
      append_part(parts_[i], tokens.data(), count, random, out);
    }
  }
}

std::string numbered_wildcards(std::string_view subject) {
  std::string made;
  size_t number = 0;
  for (const std::string_view token : tokens_of(subject)) {
    if (!made.empty()) made += kTokenSeparator;
    made += token == "*" ? "$" + std::to_string(++number) : std::string(token);
  }
  return made;
}

std::string wildcards_for_numbers(std::string_view destination) {
  std::string made;
  for (const std::string_view token : tokens_of(destination)) {
    if (!made.empty()) made += kTokenSeparator;
    const bool is_place = is_numbered_wildcard(token) || is_transform_function(token);
    made += is_place ? "*" : std::string(token);
  }
  return made;
}

}  // namespace antiphon
