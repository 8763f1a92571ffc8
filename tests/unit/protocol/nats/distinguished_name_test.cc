#include "protocol/nats/distinguished_name.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

using Name = DistinguishedName;

Name name_of(std::string_view text) {
  const auto name = Name::parse(text);
  EXPECT_TRUE(name.has_value()) << text;
  return name.value_or(Name());
}

Name made_of(std::vector<std::vector<NameAttribute>> parts) {
  Name name;
  for (auto& part : parts) EXPECT_TRUE(name.add_part(std::move(part)));
  return name;
}

TEST(DistinguishedName, IsReadPartByPart) {
  EXPECT_EQ(name_of("CN=node1,OU=ops,O=acme"),
            made_of({{{"CN", "node1"}}, {{"OU", "ops"}}, {{"O", "acme"}}}));
  EXPECT_EQ(name_of("OU=a+CN=b,O=c"), made_of({{{"CN", "b"}, {"OU", "a"}}, {{"O", "c"}}}));
  EXPECT_EQ(name_of("CN="), made_of({{{"CN", ""}}}));
}

TEST(DistinguishedName, TypesAreReadInAnyCaseAndValuesExactly) {
  EXPECT_EQ(name_of("cn=a,Ou=b"), name_of("CN=a,OU=b"));
  EXPECT_NE(name_of("CN=a"), name_of("CN=A"));
}

TEST(DistinguishedName, BlanksAroundPartsDoNotCountButEscapedOnesDo) {
  EXPECT_EQ(name_of(" CN = a b , O = c "), made_of({{{"CN", "a b"}}, {{"O", "c"}}}));
  EXPECT_EQ(name_of("CN=\\ a\\ "), made_of({{{"CN", " a "}}}));
  EXPECT_EQ(name_of("CN=a \\  "), made_of({{{"CN", "a  "}}}));
}

TEST(DistinguishedName, WhatIsEscapedDoesNotEndAPart) {
  EXPECT_EQ(name_of("CN=a\\,O=b"), made_of({{{"CN", "a,O=b"}}}));
  EXPECT_NE(name_of("CN=a\\,O=b"), name_of("CN=a,O=b"));
  EXPECT_EQ(name_of("CN=a\\+b\\=c\\\\"), made_of({{{"CN", "a+b=c\\"}}}));
  EXPECT_EQ(name_of("CN=a\\2cb"), made_of({{{"CN", "a,b"}}}));
  EXPECT_EQ(name_of("CN=J\\C3\\A9"), made_of({{{"CN", "J\xC3\xA9"}}}));
  EXPECT_EQ(name_of("CN=a=b"), made_of({{{"CN", "a=b"}}}));
}

TEST(DistinguishedName, OrderWithinAPartMeansNothing) {
  EXPECT_EQ(name_of("OU=a+OU=b,O=c"), name_of("OU=b+OU=a,O=c"));
  EXPECT_NE(name_of("OU=a+OU=b,O=c"), name_of("OU=a,OU=b,O=c"));
  EXPECT_NE(name_of("OU=a+OU=a,O=c"), name_of("OU=a,O=c"));
}

TEST(DistinguishedName, PartsInAnotherOrderAreRecognizedEachOnce) {
  EXPECT_NE(name_of("CN=a,O=b"), name_of("O=b,CN=a"));
  EXPECT_TRUE(name_of("CN=a,O=b").has_parts_of(name_of("O=b,CN=a")));
  EXPECT_FALSE(name_of("CN=a,O=b,O=b").has_parts_of(name_of("CN=a,CN=a,O=b")));
  EXPECT_FALSE(name_of("CN=a,O=b").has_parts_of(name_of("CN=a")));
  EXPECT_FALSE(name_of("CN=a").has_parts_of(name_of("CN=a,O=b")));
  EXPECT_FALSE(name_of("CN=a,CN=b").has_parts_of(name_of("CN=a,CN=c")));
  EXPECT_FALSE(name_of("CN=a,CN=a").has_parts_of(name_of("CN=a,CN=b"))) << "a twice is not a and b";
}

TEST(DistinguishedName, RefusesWhatIsNone) {
  for (const char* text : {"", " ", "joe", "CN", "=a", "CN=a,", "CN=a+", ",CN=a", "CN=a,,O=b", "CN=a,b",
                           "CN=#04024869", "CN=a\\", "CN=a\\z", "CN=a\\2", "CN=a\\zz", "+", "\\"}) {
    EXPECT_FALSE(Name::parse(text).has_value()) << text;
  }
}

TEST(DistinguishedName, HasAsManyPartsAsItsLimitsSay) {
  std::string text = "CN=a";
  for (size_t i = 1; i < Name::kPartsMax; ++i) text += ",CN=a";
  EXPECT_TRUE(Name::parse(text).has_value());
  EXPECT_FALSE(Name::parse(text + ",CN=a").has_value());
  text = "CN=a";
  for (size_t i = 1; i < Name::kAttributesMax; ++i) text += "+CN=a";
  EXPECT_TRUE(Name::parse(text).has_value());
  EXPECT_FALSE(Name::parse(text + "+CN=a").has_value());
}

}  // namespace
}  // namespace antiphon
