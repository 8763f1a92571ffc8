#include "protocol/nats/account_wiring.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

using Texts = std::vector<std::string>;

ExportSettings exported(ShareKind kind, std::string subject) {
  ExportSettings settings;
  settings.kind = kind;
  settings.subject = std::move(subject);
  return settings;
}

ImportSettings imported(ShareKind kind, std::string account, std::string subject,
                        std::string to = "") {
  ImportSettings settings;
  settings.kind = kind;
  settings.account = std::move(account);
  settings.subject = std::move(subject);
  settings.to = std::move(to);
  return settings;
}

constexpr ShareKind kStream = ShareKind::kStream;
constexpr ShareKind kService = ShareKind::kService;

Texts problems(const std::vector<AccountSettings>& accounts) {
  Texts texts;
  for (const WiringProblem& problem : wiring_problems(accounts)) {
    texts.push_back(accounts[problem.account].name + std::to_string(problem.index) + ": " +
                    problem.message);
  }
  return texts;
}

// A exports what B imports.
Texts between(std::vector<ExportSettings> exports, std::vector<ImportSettings> imports) {
  return problems({{"A", std::move(exports), {}, {}, {}}, {"B", {}, std::move(imports), {}, {}}});
}

TEST(AccountWiring, WhatIsExportedMayBeImported) {
  EXPECT_EQ(between({exported(kStream, "a.>"), exported(kService, "help.*")},
                    {imported(kStream, "A", "a.b"), imported(kStream, "A", "a.*.c", "x.$1"),
                     imported(kService, "A", "help.*", "me.$1"), imported(kService, "A", "help.x")}),
            Texts{});
}

TEST(AccountWiring, NothingElseMay) {
  const Texts wrong = between({exported(kStream, "a.*"), exported(kService, "help")},
                              {imported(kStream, "A", "a.>"), imported(kService, "A", "a.b"),
                               imported(kStream, "A", "help"), imported(kStream, "C", "a.b")});
  EXPECT_EQ(wrong, (Texts{"B0: account \"A\" does not export \"a.>\" to \"B\" as a stream",
                          "B1: account \"A\" does not export \"a.b\" to \"B\" as a service",
                          "B2: account \"A\" does not export \"help\" to \"B\" as a stream",
                          "B3: there is no account \"C\""}));
}

TEST(AccountWiring, APrivateExportIsForThoseItNames) {
  ExportSettings to_c = exported(kService, "help");
  to_c.accounts = {"C"};
  EXPECT_EQ(problems({{"A", {to_c}, {}, {}, {}},
                      {"B", {}, {imported(kService, "A", "help")}, {}, {}},
                      {"C", {}, {imported(kService, "A", "help")}, {}, {}}}),
            Texts{"B0: account \"A\" does not export \"help\" to \"B\" as a service"});
  to_c.accounts = {"D"};
  EXPECT_EQ(between({to_c}, {}), Texts{"A0: there is no account \"D\""});
  to_c.accounts.emplace();
  EXPECT_EQ(between({to_c}, {}).size(), 1u);
}

TEST(AccountWiring, TheExportOfTheVerySubjectDecidesAlone) {
  ExportSettings of_c = exported(kService, "help.me");
  of_c.accounts = {"C"};
  EXPECT_EQ(problems({{"A", {exported(kService, "help.*"), of_c}, {}, {}, {}},
                      {"B", {}, {imported(kService, "A", "help.me")}, {}, {}},
                      {"C", {}, {}, {}, {}}})
                .size(),
            1u);
}

TEST(AccountWiring, ATokenMayHaveToNameTheImporter) {
  ExportSettings named = exported(kService, "req.*.info");
  named.account_token = 2;
  EXPECT_EQ(between({named}, {imported(kService, "A", "req.B.info")}), Texts{});
  EXPECT_EQ(between({named}, {imported(kService, "A", "req.C.info")}).size(), 1u);
  EXPECT_EQ(between({named}, {imported(kService, "A", "req.*.info")}).size(), 1u);
  named.account_token = 1;
  EXPECT_EQ(between({named}, {}).size(), 1u);
  named.account_token = 7;
  EXPECT_EQ(between({named}, {}).size(), 1u);
}

TEST(AccountWiring, DestinationsMustFit) {
  const auto fails = [](ImportSettings import) {
    return between({exported(kStream, "a.>"), exported(kService, "a.>")}, {import}).size() == 1;
  };
  EXPECT_TRUE(fails(imported(kStream, "A", "a.*", "x")));
  EXPECT_TRUE(fails(imported(kStream, "A", "a.*", "x.$2")));
  EXPECT_TRUE(fails(imported(kStream, "A", "a.*.*", "x.$1.$1")));
  EXPECT_TRUE(fails(imported(kStream, "A", "a.b", "x.*")));
  EXPECT_TRUE(fails(imported(kStream, "A", "a..b", "x")));
  EXPECT_TRUE(fails(imported(kService, "A", "a.*", "x.{{partition(3,1)}}")));
  EXPECT_FALSE(fails(imported(kService, "A", "a.b", "x.*")));
  ImportSettings prefixed = imported(kStream, "A", "a.>");
  prefixed.prefix = "p.*";
  EXPECT_TRUE(fails(prefixed));
  prefixed.prefix = "p.";
  EXPECT_FALSE(fails(prefixed));
  EXPECT_EQ(import_pattern(prefixed), "p.a.>");
}

TEST(AccountWiring, NothingIsImportedTwice) {
  EXPECT_EQ(between({exported(kStream, "a.>"), exported(kService, "a.>")},
                    {imported(kStream, "A", "a.b", "x"), imported(kStream, "A", "a.b", "y"),
                     imported(kService, "A", "a.b", "x"), imported(kService, "A", "a.c", "x")})
                .size(),
            2u);
}

TEST(AccountWiring, RingsOfEveryLengthAreRefusedWhereTheyClose) {
  for (const ShareKind kind : {kStream, kService}) {
    for (size_t length = 2; length <= 8; ++length) {
      std::vector<AccountSettings> ring;
      for (size_t i = 0; i < length; ++i) {
        ring.push_back({"N" + std::to_string(i),
                        {exported(kind, "help.>")},
                        {imported(kind, "N" + std::to_string((i + 1) % length), "help.*")},
                        {},
                        {}});
      }
      const std::string last = "N" + std::to_string(length - 1);
      EXPECT_EQ(problems(ring),
                Texts{last + "0: importing \"help.*\" from account \"N0\" closes a ring of imports"});
      ring.back().imports[0].subject = "help.other";
      ring.back().imports[0].to = "apart";
      EXPECT_EQ(problems(ring).size(), kind == kStream ? 1u : 0u) << length;
    }
  }
}

TEST(AccountWiring, SubjectsThatPassEachOtherAreNoRing) {
  EXPECT_EQ(problems({{"A", {exported(kStream, "a")}, {imported(kStream, "B", "x")}, {}, {}},
                      {"B", {exported(kStream, "x")}, {imported(kStream, "C", "c", "x")}, {}, {}},
                      {"C", {exported(kStream, "c")}, {imported(kStream, "A", "a", "x")}, {}, {}}}),
            Texts{});
  EXPECT_EQ(problems({{"A", {exported(kService, "*")}, {imported(kService, "B", "b")}, {}, {}},
                      {"B", {exported(kService, "b")}, {imported(kService, "C", "c")}, {}, {}},
                      {"C", {exported(kService, "*")}, {imported(kService, "A", "*")}, {}, {}}}),
            Texts{});
}

TEST(AccountWiring, RingsUnderOtherNamesAreRefused) {
  for (const ShareKind kind : {kStream, kService}) {
    EXPECT_EQ(problems({{"A", {exported(kind, "a")}, {imported(kind, "B", "b", "a")}, {}, {}},
                        {"B", {exported(kind, "b")}, {imported(kind, "C", "c", "b")}, {}, {}},
                        {"C", {exported(kind, "c")}, {imported(kind, "A", "a", "c")}, {}, {}}}),
              Texts{"C0: importing \"a\" from account \"A\" closes a ring of imports"});
  }
}

TEST(AccountWiring, AnAccountDoesNotImportFromItself) {
  EXPECT_EQ(problems({{"A", {exported(kStream, "a")}, {imported(kStream, "A", "a", "b")}, {}, {}}}),
            Texts{"A0: an account cannot import from itself"});
}

// What Choria's broker sets up when servers are provisioned through it.
TEST(AccountWiring, ChoriasAccountsFit) {
  const std::string election = "$KV.CHORIA_LEADER_ELECTION.provisioner";
  const std::string info = "STREAM.INFO.KV_CHORIA_LEADER_ELECTION";
  EXPECT_EQ(problems({{"choria",
                       {exported(kService, "$JS.API." + info), exported(kService, election)},
                       {imported(kStream, "provisioning", "choria.lifecycle.>")},
                       {},
                       {}},
                      {"provisioning",
                       {exported(kStream, "choria.lifecycle.>")},
                       {imported(kService, "choria", "$JS.API." + info, "choria.streams." + info),
                        imported(kService, "choria", election),
                        imported(kService, "choria", election, "choria.streams." + election)},
                       {},
                       {}}}),
            Texts{});
}

TEST(AccountWiring, MappingsAreChecked) {
  const auto mapping_problems = [](MappingSettings mapping) {
    return problems({{"A", {}, {}, {std::move(mapping)}, {}}}).size();
  };
  EXPECT_EQ(mapping_problems({"a.*", {{"b.$1", 60}, {"c.$1", 40}}}), 0u);
  EXPECT_EQ(mapping_problems({"a.*", {{"b.$1", 60}, {"c.$1", 41}}}), 1u);
  EXPECT_EQ(mapping_problems({"a.*", {{"b.$1", 10}, {"b.$1", 10}}}), 1u);
  EXPECT_EQ(mapping_problems({"a.*", {{"b.$2", 10}}}), 1u);
  EXPECT_EQ(mapping_problems({"a..*", {{"b", 10}}}), 1u);
}

}  // namespace
}  // namespace antiphon
