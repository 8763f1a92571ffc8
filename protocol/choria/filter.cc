#include "protocol/choria/filter.h"

#include <array>

#include "protocol/bytes/json_text.h"
#include "protocol/choria/fields.h"
#include "protocol/choria/json_text.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

constexpr std::array<std::string_view, 7> kOperators = {"==", "!=", "=~", "<", "<=", ">", ">="};
constexpr std::array<std::string_view, 5> kFilterFields = {"fact", "cf_class", "agent", "identity",
                                                           "compound"};
constexpr uint32_t kFilterRequired = 0b11011;  // all but agent
constexpr std::array<std::string_view, 3> kFactFields = {"fact", "operator", "value"};
constexpr uint32_t kFactRequired = 0b111;

bool read_operator(JsonCursor& json, FactOperator& op) {
  std::string text;
  if (!json.read_string(text, kFilterTextBytesMax)) return false;
  return parse_fact_operator(text, op) || json.fail(Fault::kBadValue);
}

bool read_fact(JsonCursor& json, FactFilter& fact) {
  return read_fields(json, kFactFields, kFactRequired, [&](size_t field) {
    switch (field) {
      case 0:
        return json.read_filled(fact.fact, kFilterTextBytesMax);
      case 1:
        return read_operator(json, fact.op);
      default:
        return json.read_filled(fact.value, kFilterTextBytesMax);
    }
  });
}

bool read_text(JsonCursor& json, std::string& text) {
  return json.read_string(text, kFilterTextBytesMax);
}

bool read_term(JsonCursor& json, CompoundTerm& term) {
  if (!json.begin_object()) return false;
  while (json.next_key()) {
    if (term.size() == kCompoundTermsMax) return json.fail(Fault::kTooLong);
    std::string& value = term[std::string(json.key())];
    if (!read_text(json, value)) return false;
  }
  return json.ok();
}

template <typename T, typename ReadOne>
bool read_list(JsonCursor& json, std::vector<T>& list, size_t entries_max, ReadOne&& read_one) {
  if (!json.begin_array()) return false;
  while (json.next_element()) {
    if (list.size() == entries_max) return json.fail(Fault::kTooLong);
    if (!read_one(json, list.emplace_back())) return false;
  }
  return json.ok();
}

bool read_compound(JsonCursor& json, std::vector<std::vector<CompoundTerm>>& compound) {
  return read_list(json, compound, kFilterEntriesMax,
                   [](JsonCursor& inner, std::vector<CompoundTerm>& terms) {
                     return read_list(inner, terms, kCompoundTermsMax, read_term);
                   });
}

void append_fact(const FactFilter& fact, std::string& out) {
  out.append(R"({"fact":)");
  append_json_string(out, fact.fact);
  out.append(R"(,"operator":)");
  append_json_string(out, fact_operator_text(fact.op));
  out.append(R"(,"value":)");
  append_json_string(out, fact.value);
  out.push_back('}');
}

void append_term(const CompoundTerm& term, std::string& out) {
  out.push_back('{');
  bool first = true;
  for (const auto& [name, value] : term) {
    if (!first) out.push_back(',');
    first = false;
    append_json_string(out, name);
    out.push_back(':');
    append_json_string(out, value);
  }
  out.push_back('}');
}

template <typename T, typename AppendOne>
void append_list(const std::vector<T>& list, std::string& out, AppendOne&& append_one) {
  out.push_back('[');
  for (size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out.push_back(',');
    append_one(list[i], out);
  }
  out.push_back(']');
}

}  // namespace

std::string_view fact_operator_text(FactOperator op) {
  return kOperators[static_cast<size_t>(op)];
}

bool parse_fact_operator(std::string_view text, FactOperator& op) {
  for (size_t i = 0; i < kOperators.size(); ++i) {
    if (text != kOperators[i]) continue;
    op = static_cast<FactOperator>(i);
    return true;
  }
  return false;
}

bool read_filter(JsonCursor& json, Filter& out) {
  return read_fields(json, kFilterFields, kFilterRequired, [&](size_t field) {
    switch (field) {
      case 0:
        return read_list(json, out.facts, kFilterEntriesMax, read_fact);
      case 1:
        return read_list(json, out.classes, kFilterEntriesMax, read_text);
      case 2:
        return read_list(json, out.agents, kFilterEntriesMax, read_text);
      case 3:
        return read_list(json, out.identities, kFilterEntriesMax, read_text);
      default:
        return read_compound(json, out.compound);
    }
  });
}

Problem parse_filter(std::string_view text, Filter& out) {
  if (text.size() > kPayloadBytesMax) return {Fault::kTooLarge, {}, kPayloadBytesMax};
  out = {};
  JsonCursor json(text);
  if (read_filter(json, out)) (void)json.finish();
  return json.problem();
}

void append_filter(const Filter& filter, std::string& out) {
  out.append(R"({"fact":)");
  append_list(filter.facts, out, append_fact);
  out.append(R"(,"cf_class":)");
  append_json_strings(filter.classes, out);
  out.append(R"(,"agent":)");
  append_json_strings(filter.agents, out);
  out.append(R"(,"identity":)");
  append_json_strings(filter.identities, out);
  out.append(R"(,"compound":)");
  append_list(filter.compound, out, [](const std::vector<CompoundTerm>& terms, std::string& to) {
    append_list(terms, to, append_term);
  });
  out.push_back('}');
}

}  // namespace antiphon::choria
