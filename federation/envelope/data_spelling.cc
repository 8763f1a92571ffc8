#include "federation/envelope/data_spelling.h"

#include <cstdint>

#include "protocol/bytes/base64.h"

namespace antiphon::federation {
namespace {

constexpr char kPadding = '=';
constexpr uint32_t kStrayBitsOfOne = 2, kStrayBitsOfTwo = 4;  // by letters of padding

// The last letter without the bits that count for nothing.
char plain_letter(char letter, size_t padding) {
  const size_t value = kBase64Alphabet.find(letter);
  if (value == std::string_view::npos || padding == 0) return letter;
  const uint32_t stray = padding == 1 ? kStrayBitsOfOne : kStrayBitsOfTwo;
  return kBase64Alphabet[value >> stray << stray];
}

}  // namespace

std::string_view one_spelling(std::string_view data, std::string& scratch) {
  if (data.find('\\') != std::string_view::npos) {
    scratch.clear();
    for (size_t i = 0; i < data.size(); ++i) {
      if (data[i] == '\\') {
        ++i;  // with the letter of the line end
      } else {
        scratch.push_back(data[i]);
      }
    }
    data = scratch;
  }
  const size_t last = data.find_last_not_of(kPadding);
  if (last == std::string_view::npos) return data;
  const char letter = plain_letter(data[last], data.size() - last - 1);
  if (letter == data[last]) return data;
  if (data.data() != scratch.data()) scratch.assign(data);
  scratch[last] = letter;
  return scratch;
}

}  // namespace antiphon::federation
