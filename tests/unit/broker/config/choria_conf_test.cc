#include "broker/config/choria_conf.h"

#include <gtest/gtest.h>

#include "broker/config/choria_keys.h"
#include "tests/unit/broker/config/config_world.h"

namespace antiphon {
namespace {

using Texts = std::vector<std::string>;

struct Read {
  Texts settings;  // `line:column key|line:column value`
  Texts errors;
  Texts warnings;
};

Read read(std::string_view text, std::string_view prefix = "") {
  const auto file = std::make_shared<const SourceFile>(SourceFile{"b", 0});
  Diagnostics diagnostics;
  Read result;
  for (const ChoriaSetting& s : parse_choria_conf(file, text, prefix, diagnostics)) {
    result.settings.push_back(to_string(s.key_place).substr(2) + " " + s.key + "|" +
                              to_string(s.value_place).substr(2) + " " + s.value);
  }
  result.errors = texts_of(diagnostics.errors());
  result.warnings = texts_of(diagnostics.warnings());
  return result;
}

TEST(ChoriaConf, ReadsKeysAndValuesWithTheirPlaces) {
  EXPECT_EQ(read("identity = a.b\n\n  loglevel=debug\r\n\tx.y  =\t z z \n").settings,
            (Texts{"1:1 identity|1:12 a.b", "3:3 loglevel|3:12 debug", "4:2 x.y|4:10 z z"}));
}

TEST(ChoriaConf, TheKeyEndsAtTheFirstEqualsThatIsNotTheLinesFirstCharacter) {
  EXPECT_EQ(read("a==b\nc = d = e\n==x\n=foo=bar\n= = y\ng = =").settings,
            (Texts{"1:1 a|1:3 =b", "2:1 c|2:5 d = e", "3:1 =|3:3 x", "4:1 =foo|4:6 bar",
                   "5:1 =|5:5 y", "6:1 g|6:5 ="}));
}

TEST(ChoriaConf, HasNoQuotesEscapesSectionsOrCommentsBehindValues) {
  EXPECT_EQ(read("a = \"x\" # y\nb = \\t\n[s] = 1").settings,
            (Texts{"1:1 a|1:5 \"x\" # y", "2:1 b|2:5 \\t", "3:1 [s]|3:7 1"}));
}

TEST(ChoriaConf, PassesOverEmptyLinesAndComments) {
  const Read result = read("\n   \n# a = b\n   # c = d\n#");
  EXPECT_EQ(result.settings, Texts{});
  EXPECT_EQ(result.errors, Texts{});
}

TEST(ChoriaConf, DropsUnicodeSpaceAroundALineButNotInside) {
  EXPECT_EQ(read("\xC2\xA0 a = b\xE2\x80\x83\nc\xC2\xA0= d").settings,
            (Texts{"1:4 a|1:8 b", "2:1 c\xC2\xA0|2:6 d"}));
}

TEST(ChoriaConf, PutsThePrefixBeforeEachKey) {
  EXPECT_EQ(read("provider = yum", "plugin.package.").settings,
            Texts{"1:1 plugin.package.provider|1:12 yum"});
}

TEST(ChoriaConf, AKeyWithoutValueIsAWarning) {
  const Read result = read("a = 1\nempty =  \n");
  EXPECT_EQ(result.settings.size(), 1u);
  EXPECT_EQ(result.warnings,
            Texts{"b:2:1: this key has no value and is passed over, as Choria does"});
}

TEST(ChoriaConf, AnyOtherLineIsAnError) {
  const Read result = read("a = 1\n  garbage here\n=\nb { c }\n= x\n");
  EXPECT_EQ(result.errors,
            (Texts{"b:2:3: expected `key = value`", "b:3:1: expected `key = value`",
                   "b:4:1: expected `key = value`", "b:5:1: expected `key = value`"}));
}

TEST(ChoriaConf, RefusesLinesThatTheReferenceWouldStopAt) {
  const std::string longest = "a = " + std::string(kChoriaLineBytesMax - 5, 'x');
  EXPECT_EQ(read(longest + "\nb = 1").settings.size(), 2u);
  const Read result = read(longest + "x\nb = 1");
  EXPECT_EQ(result.settings, Texts{"2:1 b|2:5 1"});
  EXPECT_EQ(result.errors, Texts{"b:1:1: a line of 64 KiB or more"});
}

TEST(ChoriaConf, NoPieceOfAnyInputCrashesIt) {
  const std::string text = "\xC2\xA0 a = b\xE2\x80\x83\n=== \n # c\nd=\r\n\xFF\xC2=\xC2\n";
  for (size_t begin = 0; begin < text.size(); ++begin) {
    for (size_t length = 0; begin + length <= text.size(); ++length) {
      (void)read(std::string_view(text).substr(begin, length));
    }
  }
}

TEST(ConfigDialects, AreToldApartByTheFirstKeyThatOnlyOneHas) {
  EXPECT_TRUE(looks_like_choria_conf("# x\nidentity = a\n"));
  EXPECT_TRUE(looks_like_choria_conf("plugin.choria.broker_network = 1"));
  EXPECT_TRUE(looks_like_choria_conf("logfile = /x\nloglevel = info\n"));
  EXPECT_TRUE(looks_like_choria_conf("plugin.choria.broker_netwrok = 1"));
  EXPECT_TRUE(looks_like_choria_conf("collectives = a\nport = 1"));
  EXPECT_TRUE(looks_like_choria_conf("mystery = 1\nplugin.security.provider = file"));

  EXPECT_FALSE(looks_like_choria_conf(""));
  EXPECT_FALSE(looks_like_choria_conf("port = 4222"));
  EXPECT_FALSE(looks_like_choria_conf("logfile = /x\n"));
  EXPECT_FALSE(looks_like_choria_conf("port = 4222\nidentity = a"));
  EXPECT_FALSE(looks_like_choria_conf("// x\nserver_metadata {\n identity = a\n}"));
  EXPECT_FALSE(looks_like_choria_conf("{\"port\": 4222,\n\"identity\": 1}"));
  EXPECT_FALSE(looks_like_choria_conf("NAME = x\nserver_name: $NAME\nidentity = y"));
  EXPECT_FALSE(looks_like_choria_conf("include 'x'\nidentity = y"));
  EXPECT_FALSE(looks_like_choria_conf("Cluster {\nidentity = y }"));
  EXPECT_FALSE(looks_like_choria_conf("identity: a"));
}

TEST(ChoriaKeys, HaveOneUseEach) {
  EXPECT_EQ(use_of_choria_key("identity"), ChoriaKeyUse::kSet);
  EXPECT_EQ(use_of_choria_key("plugin.choria.network.client_port"), ChoriaKeyUse::kSet);
  EXPECT_EQ(use_of_choria_key("plugin.security.provider"), ChoriaKeyUse::kSet);
  EXPECT_EQ(use_of_choria_key("plugin.choria.network.peers"), ChoriaKeyUse::kUnsupported);
  EXPECT_EQ(use_of_choria_key("plugin.choria.adapter.x.type"), ChoriaKeyUse::kUnsupported);
  EXPECT_EQ(use_of_choria_key("plugin.security.issuer.choria.public"), ChoriaKeyUse::kSet);
  EXPECT_EQ(use_of_choria_key("rpcauthprovider"), ChoriaKeyUse::kNoEffect);
  EXPECT_EQ(use_of_choria_key("plugin.yaml"), ChoriaKeyUse::kNoEffect);
  EXPECT_EQ(use_of_choria_key("plugin.package.provider"), ChoriaKeyUse::kFree);
  EXPECT_EQ(use_of_choria_key("plugin.actionpolicy.allow_unconfigured"), ChoriaKeyUse::kFree);
  for (std::string_view key :
       {"", "port", "daemonize", "plugin.", "plugin.package", "plugin.package.",
        "plugin.choria.nothing", "plugin.chorai.network.client_port", "plugin.securty.provider",
        "Identity", "cluster"}) {
    EXPECT_EQ(use_of_choria_key(key), ChoriaKeyUse::kUnknown) << key;
  }
}

TEST(ChoriaKeys, WithoutEffectAreSortedAndHaveNoOtherUse) {
  std::string_view before;
  for (std::string_view key : choria_keys_without_effect()) {
    EXPECT_LT(before, key);
    EXPECT_EQ(use_of_choria_key(key), ChoriaKeyUse::kNoEffect) << key;
    before = key;
  }
}

TEST(ChoriaKeys, TheNearestIsNamed) {
  EXPECT_EQ(nearest_choria_key("plugin.choria.network.client_prot"),
            "plugin.choria.network.client_port");
  EXPECT_EQ(nearest_choria_key("identiy"), "identity");
  EXPECT_EQ(nearest_choria_key("plugin.chorai.custom.thing"), "plugin.choria.custom.thing");
  EXPECT_EQ(nearest_choria_key("plugin.choria.something_quite_else"), "");
  EXPECT_EQ(nearest_choria_key("x"), "");
}

}  // namespace
}  // namespace antiphon
