#include "protocol/nats/multi_publish.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace antiphon {
namespace {

std::string read(std::string_view text) {
  MultiPublishLines lines(text);
  std::string all;
  while (lines.next()) all += std::string(lines.subject()) + "/" + std::string(lines.reply()) + " ";
  return all + (lines.is_whole() ? "whole" : "broken");
}

TEST(MultiPublishLines, AreSubjectsSomeWithReplySubjects) {
  EXPECT_EQ(read("a.b\n"), "a.b/ whole");
  EXPECT_EQ(read("a\nb c\nd\n"), "a/ b/c d/ whole");
  EXPECT_EQ(read(""), "whole");
}

TEST(MultiPublishLines, EndAtWhatIsNone) {
  EXPECT_EQ(read("a"), "broken") << "no end";
  EXPECT_EQ(read("a\n\nb\n"), "a/ broken");
  EXPECT_EQ(read("a \n"), "broken");
  EXPECT_EQ(read("a b c\n"), "broken");
  EXPECT_EQ(read("a\r\n"), "broken") << "would end a line for readers";
  EXPECT_EQ(read("a\tb\n"), "broken");
  EXPECT_EQ(read("a b"), "broken");
}

TEST(MultiPublishCount, FillsAFrameAsFarAsItsBoundsGo) {
  const std::vector<std::string_view> few(200, "c.node.n1");
  EXPECT_EQ(multi_publish_count(few, 4700), 200u);
  EXPECT_EQ(multi_publish_count(few, 10'000), 104u);
  EXPECT_EQ(multi_publish_count(few, 8 << 20), 1u) << "one at least";
  const std::vector<std::string_view> many(3000, "c");
  EXPECT_EQ(multi_publish_count(many, 0), kMultiPublishTargetsMax);
  const std::string wide(1000, 's');
  const std::vector<std::string_view> long_ones(1000, wide);
  EXPECT_EQ(multi_publish_count(long_ones, 10), kMultiPublishLinesBytesMax / 1001);
}

}  // namespace
}  // namespace antiphon
