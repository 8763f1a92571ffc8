#include <gtest/gtest.h>

#include <string>

#include "protocol/bytes/base64.h"
#include "protocol/choria/json_cursor.h"

namespace antiphon::choria {
namespace {

struct Read {
  Fault fault = Fault::kNone;
  std::string_view raw;
};

Read read(std::string_view json_text) {
  JsonCursor json(json_text);
  Read result;
  if (json.read_base64(result.raw)) (void)json.finish();
  result.fault = json.problem().fault;
  return result;
}

TEST(JsonBase64, GivesTheTextAsItStands) {
  EXPECT_EQ(read(R"( "Zm9v" )").raw, "Zm9v");
  EXPECT_EQ(read(R"("Zm8=")").raw, "Zm8=");
  EXPECT_EQ(read(R"("Zg==")").raw, "Zg==");
  EXPECT_EQ(read(R"("")").fault, Fault::kNone);
  EXPECT_EQ(read(R"("Zm9v\r\nYg==\n")").raw, R"(Zm9v\r\nYg==\n)");
  EXPECT_EQ(read(R"("Zg=\n=")").fault, Fault::kNone);
}

TEST(JsonBase64, RefusesWhatADecoderWouldNotTake) {
  for (const char* text : {R"("Zm9")", R"("Z")", R"("Zm9v=")", R"("Z===")", R"("====")", R"("Zg==Zg==")",
                           R"("Zm-_")", R"("Zm9v\t")", R"("Zm 9")", R"("Zm9v\/bar")", "\"Zm9v\n\"",
                           "\"Zm\xc3\xa9v\""}) {
    EXPECT_EQ(read(text).fault, Fault::kBadBase64) << text;
  }
  for (const char* text : {R"("Zm9v)", R"("Zm9v\)", R"(")"}) {
    EXPECT_NE(read(text).fault, Fault::kNone) << text;
  }
  EXPECT_EQ(read("12").fault, Fault::kWrongType);
  EXPECT_EQ(read("null").fault, Fault::kWrongType);
}

// Each length crosses the vector's edge at another place; each byte takes its turn at each place.
TEST(JsonBase64, AgreesWithTheDecoderForEveryByteAtEveryPlace) {
  for (size_t letters = 4; letters <= 40; letters += 4) {
    for (size_t place = 0; place < letters; ++place) {
      for (int byte = 1; byte < 256; ++byte) {
        if (byte == '"' || byte == '\\') continue;
        std::string text(letters, 'A');
        text[place] = static_cast<char>(byte);
        const bool line_end = byte == '\n' || byte == '\r';  // raw ones are no JSON
        const bool expected = decode_base64(text).has_value() && !line_end;
        const std::string quoted = "\"" + text + "\"";
        const Read got = read(quoted);
        ASSERT_EQ(got.fault == Fault::kNone, expected) << text << " " << byte;
        if (expected) {
          ASSERT_EQ(got.raw, text);
        }
      }
    }
  }
}

}  // namespace
}  // namespace antiphon::choria
