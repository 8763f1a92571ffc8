// Reads JSON text from front to back, value by value, without building a tree.
//
// WHY: a Choria message is JSON inside a string inside base64 inside JSON. A cursor hands out each
// layer as a slice of the text it came from, keeps raw values raw, and allocates nothing by itself.
// MODEL: begin_object(), then next_key() until it is false, reading exactly one value after each;
// arrays likewise with next_element(). Every call returns false once something is wrong; ok()
// tells the end of a list from a problem, problem() says what and where.
// INVARIANTS: accepts exactly what Go's encoding/json accepts, up to kJsonDepthMax levels. Bytes
// that are not UTF-8, and halves of surrogate pairs, become U+FFFD as they do there.
// LIFETIME: slices point into the text; key() is good until the next next_key().
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/choria/problem.h"

namespace antiphon::choria {

class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) : text_(text) {}
  JsonCursor(const JsonCursor&) = delete;
  JsonCursor& operator=(const JsonCursor&) = delete;

  [[nodiscard]] bool begin_object();
  [[nodiscard]] bool next_key();
  std::string_view key() const { return key_; }
  [[nodiscard]] bool begin_array();
  [[nodiscard]] bool next_element();

  // Replaces out. A text longer than bytes_max is kTooLong.
  [[nodiscard]] bool read_string(std::string& out, size_t bytes_max);
  // The same, but an empty text is kBadValue.
  [[nodiscard]] bool read_filled(std::string& out, size_t bytes_max);
  // Like read_string, without a copy where the text has no escapes; decodes into scratch otherwise.
  [[nodiscard]] bool read_string(std::string_view& out, std::string& scratch);
  // A text that is standard base64 with its padding, as written between the quotes: not decoded, but
  // checked. Line breaks, as escapes, may stand in it. Otherwise kBadBase64.
  [[nodiscard]] bool read_base64(std::string_view& raw);
  // Whole numbers written without fraction or exponent.
  [[nodiscard]] bool read_integer(int64_t& out);
  // Any value, checked, as the text it is written in.
  [[nodiscard]] bool read_raw(std::string_view& raw);
  [[nodiscard]] bool skip_value();
  // Takes a null if one is next; false, and nothing read, otherwise.
  [[nodiscard]] bool take_null();
  // First byte of what comes next: { [ " t f n - or a digit for a value; 0 at the end.
  char peek();
  // True if nothing but white space is left.
  [[nodiscard]] bool finish();

  bool ok() const { return !problem_; }
  const Problem& problem() const { return problem_; }
  bool fail(Fault fault, std::string_view field = {});
  // Names the field of a problem that does not have one yet.
  void name_problem(std::string_view field);

 private:
  struct StringSlice {
    std::string_view raw;  // between the quotes
    bool plain = true;     // ASCII without escapes: raw is the text
  };

  void skip_space();
  bool take(char c);
  bool open(char c);
  bool next_item(char close);
  bool scan_string(StringSlice& slice);
  bool scan_escape();
  bool scan_number(std::string_view& number);
  bool scan_digits();
  bool scan_word(std::string_view word);

  std::string_view text_;
  size_t pos_ = 0;
  int depth_ = 0;
  bool just_opened_ = false;
  std::string_view key_;
  std::string key_scratch_;
  Problem problem_;
};

// True if text is one JSON value.
bool is_json(std::string_view text);
// Decodes what stands between the quotes of a JSON string that a cursor has checked.
void append_decoded(std::string_view raw, std::string& out);

}  // namespace antiphon::choria
