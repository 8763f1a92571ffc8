#include "broker/config/config_digest.h"

#include <openssl/sha.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "protocol/bytes/json_text.h"

namespace antiphon {
namespace {

constexpr size_t kDoubleBytesMax = 32;  // sign, 17 digits, point, exponent

// The shortest digits with the point moved to where `exponent` says: `15e-1` to `1.5`.
std::string without_exponent(const std::string& digits, int exponent) {
  if (exponent < 0) return "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  const size_t whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) return digits + std::string(whole - digits.size(), '0');
  return digits.substr(0, whole) + "." + digits.substr(whole);
}

// As Go: the shortest digits that read back; no exponent between 1e-6 and 1e21.
void append_json(std::string& out, double number) {
  char text[kDoubleBytesMax];
  const char* end =
      std::to_chars(text, text + kDoubleBytesMax, std::fabs(number), std::chars_format::scientific)
          .ptr;
  const std::string written(text, static_cast<size_t>(end - text));
  const size_t mark = written.find('e');
  const int exponent = std::stoi(written.substr(mark + 1));
  if (std::signbit(number)) out += '-';
  if (number == 0) {
    out += '0';
  } else if (exponent < -6 || exponent > 20) {
    out +=
        written.substr(0, mark) + (exponent < 0 ? "e-" : "e+") + std::to_string(std::abs(exponent));
  } else {
    std::string digits = written.substr(0, mark);
    if (digits.size() > 1) digits.erase(1, 1);
    out += without_exponent(digits, exponent);
  }
}

void append_json(std::string& out, const ConfigValue& value);

void append_json(std::string& out, const ConfigMap& map) {
  std::vector<const ConfigEntry*> sorted;
  for (const ConfigEntry& entry : map.entries) sorted.push_back(&entry);
  std::sort(sorted.begin(), sorted.end(),
            [](const ConfigEntry* a, const ConfigEntry* b) { return a->key < b->key; });
  out += '{';
  for (const ConfigEntry* entry : sorted) {
    if (entry != sorted.front()) out += ',';
    append_json_string(out, entry->key);
    out += ':';
    append_json(out, entry->value);
  }
  out += '}';
}

void append_json(std::string& out, const ConfigArray& list) {
  out += '[';
  for (const ConfigValue& item : list) {
    if (&item != &list.front()) out += ',';
    append_json(out, item);
  }
  out += ']';
}

void append_json(std::string& out, const ConfigValue& value) {
  if (const auto* boolean = value.get<bool>()) {
    out += *boolean ? "true" : "false";
  } else if (const auto* integer = value.get<int64_t>()) {
    out += std::to_string(*integer);
  } else if (const auto* fraction = value.get<double>()) {
    append_json(out, *fraction);
  } else if (const auto* text = value.get<std::string>()) {
    append_json_string(out, *text);
  } else if (const auto* date = value.get<ConfigDatetime>()) {
    append_json_string(out, date->text);
  } else if (const auto* list = value.get<ConfigArray>()) {
    append_json(out, *list);
  } else if (const auto* map = value.get<ConfigMap>()) {
    append_json(out, *map);
  } else {
    out += "null";
  }
}

}  // namespace

std::string config_json(const ConfigMap& root) {
  std::string json;
  append_json(json, root);
  json += '\n';
  return json;
}

std::string config_digest(const ConfigMap& root) {
  const std::string json = config_json(root);
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(json.data()), json.size(), hash);
  constexpr char kHex[] = "0123456789abcdef";
  std::string digest = "sha256:";
  for (unsigned char byte : hash) {
    digest += kHex[byte >> 4];
    digest += kHex[byte & 0xF];
  }
  return digest;
}

}  // namespace antiphon
