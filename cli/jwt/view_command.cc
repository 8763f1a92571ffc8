#include "cli/jwt/view_command.h"

#include <absl/strings/str_cat.h>

#include <cstdio>
#include <memory>
#include <string>

#include "cli/jwt/issue.h"
#include "cli/jwt/key_files.h"
#include "cli/jwt/token_report.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/token.h"

namespace antiphon::jwt {
namespace {

int run(const std::string& file, bool as_json) {
  const auto text = read_token_file(file);
  if (!text.ok()) return fail(kStatusFailed, to_std(text.status().message()));
  choria::Token token;
  const choria::TokenFault fault = choria::parse_token(*text, token);
  if (fault != choria::TokenFault::kNone)
    return fail(kStatusFailed, choria::token_fault_text(fault));
  choria::StandardClaims claims;
  if (const choria::Problem problem = choria::parse_standard_claims(token.claims, claims)) {
    return fail(kStatusFailed, absl::StrCat("malformed claims: ", choria::describe(problem)));
  }
  if (as_json) {
    // Standard output is the claims alone, as scripts expect; the warning goes where people look.
    std::fprintf(stderr, "antiphon jwt: these claims are NOT verified\n");
    std::printf("%s\n", claims_for_display(token.claims).c_str());
    return 0;
  }
  const std::string report = describe_claims(token.claims, now_unix_s());
  if (report.empty()) return fail(kStatusFailed, "token has malformed claims");
  const std::string_view algorithm = choria::token_algorithm_name(token.algorithm);
  std::printf("Token %s (%.*s), NOT verified: use 'antiphon jwt check' for that\n\n%s",
              file.c_str(), static_cast<int>(algorithm.size()), algorithm.data(), report.c_str());
  return 0;
}

}  // namespace

void add_view(CLI::App& jwt, Action& action) {
  struct Flags {
    std::string file;
    bool json = false;
  };
  auto flags = std::make_shared<Flags>();
  CLI::App* view = jwt.add_subcommand("view", "Shows a token's claims without verifying them");
  view->add_option("file", flags->file, "The token file")->required();
  view->add_flag("--json", flags->json, "Print the claims as JSON");
  view->footer(
      "Secrets in a provisioning token are not shown.\n\nExample:\n"
      "  antiphon jwt view alice.jwt");
  view->callback([flags, &action] { action = [flags] { return run(flags->file, flags->json); }; });
}

}  // namespace antiphon::jwt
