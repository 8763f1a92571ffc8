#include "protocol/subject/transform_part.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>

namespace antiphon {
namespace {

constexpr std::string_view kBlanks = " \t";

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kBlanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

// Whether `given` is the name: the first letter of each of its words may be large or small.
bool is_name(std::string_view given, std::string_view words) {
  size_t at = 0;
  bool first = true;
  for (const char letter : words) {
    if (letter == ' ') {
      first = true;
      continue;
    }
    if (at == given.size()) return false;
    const char large = static_cast<char>(letter - 'a' + 'A');
    if (given[at] != letter && !(first && given[at] == large)) return false;
    first = false;
    ++at;
  }
  return at == given.size();
}

std::optional<uint32_t> number_of(std::string_view text) {
  text = trimmed(text);
  int32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return static_cast<uint32_t>(number);
}

}  // namespace

struct TransformPartReader::Row {
  std::string_view words;
  Function function;
};
const TransformPartReader::Row TransformPartReader::kFunctions[] = {
    {"wildcard", Function::kWildcard},
    {"partition", Function::kPartition},
    {"split", Function::kSplit},
    {"split from left", Function::kSplitFromLeft},
    {"split from right", Function::kSplitFromRight},
    {"slice from left", Function::kSliceFromLeft},
    {"slice from right", Function::kSliceFromRight},
    {"left", Function::kLeft},
    {"right", Function::kRight},
    {"random", Function::kRandom},
};

bool is_transform_function(std::string_view token) {
  return token.size() > 4 && token.starts_with("{{") && token.ends_with("}}");
}

bool is_numbered_wildcard(std::string_view token) {
  return token.size() > 1 && token[0] == '$' && number_of(token.substr(1)).has_value();
}

bool TransformPartReader::read(std::string_view token, TransformPart& part) {
  if (token == ">") {
    part.function = Function::kRest;
    return true;
  }
  if (is_transform_function(token)) return read_function(token, part);
  if (token.size() > 1 && token[0] == '$') {
    if (const auto number = number_of(token.substr(1))) {
      part.function = Function::kWildcard;
      return add_wildcard(token, *number, part);
    }
  }
  if (token == "*") return fail(token, "has a place for a wildcard: write $1 or {{wildcard(1)}}");
  if (token.find_first_of(" \t\r\n\f") != token.npos) return fail(token, "has a blank");
  part.text = token;
  return true;
}

bool TransformPartReader::fail(std::string_view token, std::string_view what) {
  problem_.assign("\"").append(token).append("\" ").append(what);
  return false;
}

bool TransformPartReader::add_wildcard(std::string_view token, uint32_t number, TransformPart& part) {
  if (number < 1 || number > wildcards_) {
    return fail(token, "names a wildcard that the source does not have");
  }
  part.wildcards.push_back(number - 1);
  return true;
}

bool TransformPartReader::read_function(std::string_view token, TransformPart& part) {
  const std::string_view call = trimmed(token.substr(2, token.size() - 4));
  const size_t open = call.find('(');
  const std::string_view name = trimmed(call.substr(0, open));
  const Row* row = std::find_if(std::begin(kFunctions), std::end(kFunctions),
                                [&](const Row& known) { return is_name(name, known.words); });
  if (open == call.npos || !call.ends_with(')') || row == std::end(kFunctions)) {
    return fail(token, "is no function of subjects");
  }
  if (functions_ == Functions::kReversible && row->function != Function::kWildcard) {
    return fail(token, "cannot be undone, and imports only know wildcards");
  }
  part.function = row->function;
  return read_arguments(token, call.substr(open + 1, call.size() - open - 2), part);
}

bool TransformPartReader::read_arguments(std::string_view token, std::string_view text, TransformPart& part) {
  std::vector<std::string_view> arguments;
  for (size_t begin = 0;;) {
    const size_t comma = text.find(',', begin);
    arguments.push_back(text.substr(begin, comma == text.npos ? text.npos : comma - begin));
    if (comma == text.npos) break;
    begin = comma + 1;
  }
  switch (part.function) {
    case Function::kWildcard:
      return count_is(token, arguments, 1) && take_wildcard(token, arguments[0], part);
    case Function::kRandom:
      return count_is(token, arguments, 1) && take_number(token, arguments[0], part);
    case Function::kPartition: {
      if (!take_number(token, arguments[0], part)) return false;
      for (size_t i = 1; i < arguments.size(); ++i) {
        if (!take_wildcard(token, arguments[i], part)) return false;
      }
      return true;
    }
    case Function::kSplit: {
      if (!count_is(token, arguments, 2)) return false;
      part.text = arguments[1].substr(std::min(arguments[1].find_first_not_of(kBlanks),
                                               arguments[1].size()));
      if (part.text.find(' ') != part.text.npos) return fail(token, "splits at a blank");
      return take_wildcard(token, arguments[0], part);
    }
    default:
      return count_is(token, arguments, 2) && take_wildcard(token, arguments[0], part) &&
             take_number(token, arguments[1], part);
  }
}

bool TransformPartReader::count_is(std::string_view token, const std::vector<std::string_view>& arguments,
              size_t count) {
  return arguments.size() == count || fail(token, "has too few or too many arguments");
}

bool TransformPartReader::take_wildcard(std::string_view token, std::string_view argument, TransformPart& part) {
  const auto number = number_of(argument);
  return number ? add_wildcard(token, *number, part) : fail(token, "needs a number");
}

bool TransformPartReader::take_number(std::string_view token, std::string_view argument, TransformPart& part) {
  const auto number = number_of(argument);
  if (!number) return fail(token, "needs a number that is not negative");
  part.number = *number;
  return true;
}

}  // namespace antiphon
