#include "broker/config/diagnostics.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace antiphon
