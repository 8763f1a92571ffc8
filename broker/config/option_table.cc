#include "broker/config/option_table.h"

#include <vector>

#include "broker/config/config_text.h"
#include "broker/config/option_rows.h"

namespace antiphon {
namespace {

std::vector<Option> all_rows() {
  std::vector<Option> rows;
  for (const std::span<const Option> section :
       {option_rows::connection(), option_rows::login(), option_rows::tls(),
        option_rows::operation(), option_rows::choria()}) {
    rows.insert(rows.end(), section.begin(), section.end());
  }
  return rows;
}

// Names and aliases to their rows.
TextMap<const Option*> index_by_name() {
  TextMap<const Option*> index;
  for (const Option& option : option_table()) {
    if (is_only_chorias(option)) continue;
    index.emplace(option.name, &option);
    const std::string block(option.name.substr(0, option.name.rfind('.') + 1));
    std::string_view rest = option.aliases;
    while (!rest.empty()) index.emplace(block + std::string(take_word(rest)), &option);
  }
  return index;
}

TextMap<const Option*> index_by_choria_key() {
  TextMap<const Option*> index;
  for (const Option& option : option_table()) {
    if (!option.choria.empty()) index.emplace(option.choria, &option);
  }
  return index;
}

const Option* find_in(const TextMap<const Option*>& index, std::string_view name) {
  const auto found = index.find(name);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace

std::span<const Option> option_table() {
  static const auto& rows = *new std::vector<Option>(all_rows());
  return rows;
}

const Option* find_option(std::string_view name) {
  static const auto& index = *new TextMap<const Option*>(index_by_name());
  return find_in(index, name);
}

const Option* find_choria_option(std::string_view key) {
  static const auto& index = *new TextMap<const Option*>(index_by_choria_key());
  return find_in(index, key);
}

}  // namespace antiphon
