#include "cli/why/why_command.h"

#include <absl/strings/str_cat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <utility>

#include "broker/auth/permissions.h"
#include "broker/config/load_config.h"
#include "broker/server/choria_policy.h"
#include "cli/jwt/key_files.h"
#include "cli/why/shown_certificate.h"
#include "cli/why/why_report.h"
#include "fleet/wire/arguments.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/limits.h"
#include "protocol/subject/subject.h"

namespace antiphon {
namespace {

constexpr int kStatusNo = 1;
using fleet::kStatusUsage;
constexpr const char* kConfigDefault = "/etc/choria/broker.conf";

struct WhyFlags {
  std::string credential;
  std::string certificate;
  std::string config = kConfigDefault;
  std::string user;
  std::string from = "127.0.0.1";
  std::string subject;
  bool json = false;
};

int fail(const std::string& text) {
  std::fprintf(stderr, "antiphon why: %s\n", text.c_str());
  return kStatusUsage;
}

int fail(const std::string& file, const absl::Status& status) {
  return fail(absl::StrCat(file, ": ", status.message()));
}

// The options of a Choria broker.conf, or nothing after having said why.
std::optional<BrokerOptions> load(const std::string& path, const ConfigInputs& inputs) {
  LoadedConfig loaded = load_config(path, inputs);
  for (const Diagnostic& error : loaded.errors) (void)fail(to_string(error));
  if (!loaded.ok()) return std::nullopt;
  if (loaded.dialect != ConfigDialect::kChoria) {
    (void)fail(path + " is not in Choria's dialect: only its logins can be explained");
    return std::nullopt;
  }
  return std::move(loaded.options);
}

std::string assumption_of(const ChoriaDecision& decision, const WhyFlags& flags) {
  std::string text;
  const auto add = [&text](const char* what) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", what);
  };
  if (decision.credential == ChoriaCredentialKind::kToken &&
      decision.rule != ChoriaRule::kUnprovisioned) {
    add("the client signs the nonce with the seed of the token's key");
  }
  if (!flags.user.empty()) add("the client knows the user's password");
  if (decision.credential == ChoriaCredentialKind::kCertificate) {
    add("the client has the certificate's key");
  }
  return text;
}

class Why {
 public:
  Why(const WhyFlags& flags, const BrokerOptions& options, const ConfigInputs& inputs)
      : flags_(flags), options_(options), inputs_(inputs) {}

  int run() {
    auto policy = make_choria_policy(options_.choria, inputs_.read_file);
    if (!policy.ok()) return fail(flags_.config, policy.status());
    const auto ip = parse_ip(flags_.from);
    if (!ip) return fail("--from needs an address, found " + flags_.from);
    connection_.is_tls = true;
    connection_.ip = *ip;
    for (const std::string* file : {&flags_.credential, &flags_.certificate}) {
      if (file->empty()) continue;
      if (const int status = take(*file); status != 0) return status;
    }
    const time_t now = ::time(nullptr);
    explanation_.decision =
        explain_choria(*policy, connection_, {flags_.user, "", token_, ""}, now);
    explanation_.assumed = assumption_of(explanation_.decision, flags_);
    answer_subject();
    const std::string out =
        flags_.json ? why::as_json(explanation_) : why::as_text(explanation_, now);
    std::fputs(out.c_str(), stdout);
    return opens_what_was_asked() ? 0 : kStatusNo;
  }

 private:
  // A token or a certificate, told apart by what is in the file.
  int take(const std::string& file) {
    const auto text = read_public_file(file, choria::kPemBytesMax);
    if (!text.ok()) return fail(std::string(text.status().message()));
    if (!why::is_certificate(*text)) {
      const auto token = read_token_file(file);
      if (!token.ok()) return fail(std::string(token.status().message()));
      token_ = *token;
      return 0;
    }
    const bool asks = options_.tls.verify || options_.tls.verify_if_given;
    std::string authorities;
    if (asks) {
      const auto read = inputs_.read_file(options_.tls.ca_file);
      if (!read.ok()) return fail(options_.tls.ca_file, read.status());
      authorities = *read;
    }
    const auto judged = why::judge_certificate(*text, authorities);
    if (!judged.ok()) return fail(file, judged.status());
    connection_.certificate_is_verified = judged->problem.empty();
    connection_.certificate_name = judged->name;
    explanation_.certificate_problem = judged->problem;
    explanation_.handshake_fails = asks && !judged->problem.empty();
    connection_.is_tls = !explanation_.handshake_fails;
    return 0;
  }

  void answer_subject() {
    if (flags_.subject.empty()) return;
    const Permissions permissions(explanation_.decision.grant.permissions);
    const bool in = explanation_.decision.allowed;
    const bool is_literal = is_valid_literal_subject(flags_.subject);
    explanation_.subject = why::SubjectAnswer{
        flags_.subject, in && is_literal && permissions.may_publish(flags_.subject),
        in && permissions.may_subscribe(flags_.subject, "")};
  }

  bool opens_what_was_asked() const {
    if (!explanation_.decision.allowed) return false;
    const auto& subject = explanation_.subject;
    return !subject || subject->may_publish || subject->may_subscribe;
  }

  const WhyFlags& flags_;
  const BrokerOptions& options_;
  const ConfigInputs& inputs_;
  ChoriaConnection connection_;
  std::string token_;
  why::Explanation explanation_;
};

int run(const WhyFlags& flags) {
  if (!flags.subject.empty() && !is_valid_subject(flags.subject)) {
    return fail("--subject is no subject");
  }
  const ConfigInputs inputs = system_config_inputs();
  const auto options = load(flags.config, inputs);
  if (!options) return kStatusUsage;
  return Why(flags, *options, inputs).run();
}

}  // namespace

int why_main(int argc, char** argv) {
  WhyFlags flags;
  CLI::App app("Explains what a token or certificate would be granted, and which rule says so",
               "antiphon why");
  app.add_option("credential", flags.credential, "File with a token, or a certificate in PEM")
      ->required();
  app.add_option("--certificate", flags.certificate,
                 "The certificate that is shown beside a token, or the token beside a certificate")
      ->type_name("FILE");
  app.add_option("--config,-c", flags.config, "The broker's configuration, in Choria's dialect")
      ->type_name("FILE")
      ->capture_default_str();
  app.add_option("--user", flags.user, "The user name in CONNECT, such as provisioner")
      ->type_name("NAME");
  app.add_option("--from", flags.from, "Address that the client comes from")
      ->type_name("ADDRESS")
      ->capture_default_str();
  app.add_option("--subject,-s", flags.subject, "Also say whether it may use this subject")
      ->type_name("SUBJECT");
  app.add_flag("--json", flags.json, "Print JSON");
  app.footer(
      "Asks no broker, and needs neither seed nor password: it assumes that the client has them.\n"
      "Exit status: 0 it is let in (and may publish or subscribe to the subject), 1 it is not, 2\n"
      "wrong usage, or a file that cannot be used.\n\n"
      "Examples:\n"
      "  antiphon why alice.jwt --config broker.conf\n"
      "  antiphon why alice.jwt --subject choria.node.n1.example.net\n"
      "  antiphon why node.pem --from 192.0.2.7 --json\n"
      "  antiphon why provisioner.jwt --user provisioner");
  if (const auto status = fleet::parse_arguments(app, argc, argv)) return *status;
  return run(flags);
}

}  // namespace antiphon
