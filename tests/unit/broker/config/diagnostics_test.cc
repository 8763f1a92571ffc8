#include "broker/config/diagnostics.h"

#include <gtest/gtest.h>

#include "broker/config/hidden_seeds.h"

namespace antiphon {
namespace {

TEST(Diagnostics, AreSortedByTheOrderOfFilesThenByPlace) {
  const auto first = std::make_shared<const SourceFile>(SourceFile{"z.conf", 0});
  const auto second = std::make_shared<const SourceFile>(SourceFile{"a.conf", 1});
  Diagnostics diagnostics;
  diagnostics.error({second, 1, 1}, "d");
  diagnostics.error({first, 10, 2}, "c");
  diagnostics.error({first, 9, 7}, "b");
  diagnostics.error({first, 0, 0}, "a");
  std::string all;
  for (const Diagnostic& error : diagnostics.errors()) all += to_string(error) + "\n";
  EXPECT_EQ(all, "z.conf: a\nz.conf:9:7: b\nz.conf:10:2: c\na.conf:1:1: d\n");
}

TEST(Diagnostics, KeepWarningsApart) {
  Diagnostics diagnostics;
  diagnostics.warning({}, "w");
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_TRUE(diagnostics.errors().empty());
  ASSERT_EQ(diagnostics.warnings().size(), 1u);
  EXPECT_EQ(to_string(diagnostics.warnings()[0]), "w");
}

TEST(Diagnostics, KeepALimitedNumberAndTellHowManyMoreThereWere) {
  Diagnostics diagnostics;
  for (size_t i = 0; i < kDiagnosticsMax + 5; ++i) diagnostics.error({}, "e");
  ASSERT_EQ(diagnostics.errors().size(), kDiagnosticsMax + 1);
  EXPECT_EQ(diagnostics.errors().back().message, "5 more are not shown");
}

TEST(Diagnostics, NeverShowASeedNorWhatIsNearlyOne) {
  const std::string seed = "SUAMLK2ZNL35WSMW37E7UD4VZ7ELPKW7DHC3BWBSD2GCZ7IUQQXZIORRBU";
  const std::string nkey = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";
  EXPECT_EQ(without_seeds("\"" + seed + "\" is no public nkey"), "a seed is no public nkey");
  EXPECT_EQ(without_seeds(seed), "a seed");
  EXPECT_EQ(without_seeds("/etc/" + seed + ": no such file"), "/etc/a seed: no such file");
  EXPECT_EQ(without_seeds("\"" + seed), "\"a seed");
  EXPECT_EQ(without_seeds("A" + seed + " and X" + seed.substr(1)), "a seed and a seed");
  EXPECT_EQ(without_seeds(seed + "A, " + seed.substr(0, 55)), "a seed, a seed");
  for (const std::string& text : {nkey, "\"" + nkey + "\" is listed twice", std::string("SYS SERVICES"),
                                  std::string(), "eyJ0eXAi." + nkey}) {
    EXPECT_EQ(without_seeds(text), text);
    EXPECT_FALSE(holds_a_seed(text));
  }
  EXPECT_TRUE(holds_a_seed(seed));
  Diagnostics diagnostics;
  diagnostics.error({}, "\"" + seed + "\" is listed twice");
  EXPECT_EQ(diagnostics.errors()[0].message, "a seed is listed twice");
}

}  // namespace
}  // namespace antiphon
