#include "fleet/wire/login_flags.h"

#include <absl/strings/str_cat.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>

#include "protocol/nats/jwt.h"
#include "protocol/nats/nkey.h"

namespace antiphon::fleet {
namespace {

constexpr const char* kPasswordVariable = "ANTIPHON_PASSWORD";
constexpr const char* kGroup = "Login";

absl::Status wrong(const char* what, const std::string& path) {
  return absl::InvalidArgumentError(absl::StrCat("cannot read ", what, " from ", path));
}

absl::StatusOr<std::string> first_line(const char* what, const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!file || !std::getline(file, line) || line.empty()) return wrong(what, path);
  return line;
}

// The first line that is a user's seed: a .creds file has it below the JWT, a seed file alone.
absl::Status read_seed(const std::string& path, Credentials& out) {
  std::ifstream file(path);
  SecretText line;
  while (std::getline(file, line.text())) {
    while (!line.text().empty() && std::isspace(static_cast<unsigned char>(line.text().back()))) {
      line.text().pop_back();
    }
    std::optional<NkeySeed> found;
    if (decode_nkey_seed(line.view(), found) != NkeyFault::kNone) continue;
    if (found->prefix != NkeyPrefix::kUser) continue;
    out.nkey = encode_nkey(NkeyPrefix::kUser, found->seed.public_key());
    out.seed = std::make_shared<const Ed25519Seed>(std::move(found->seed));
    return absl::OkStatus();
  }
  return wrong("a user's nkey seed", path);
}

absl::Status read_creds(const std::string& path, Credentials& out) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const SecretText all(text.str());
  Jwt jwt;
  const std::string_view token = undecorated_jwt(all.view());
  if (open_jwt(token, jwt) != JwtFault::kNone) return wrong("a user's JWT", path);
  out.jwt = std::string(token);
  absl::Status status = read_seed(path, out);
  out.nkey.clear();  // the JWT says it
  return status;
}

absl::Status read_password(const LoginFlags& flags, Credentials& out) {
  out.user = flags.user;
  if (!flags.password_file.empty()) {
    absl::StatusOr<std::string> password = first_line("a password", flags.password_file);
    if (!password.ok()) return password.status();
    out.password = *std::move(password);
  } else if (const char* password = std::getenv(kPasswordVariable)) {
    out.password = password;
  }
  if (flags.user.empty() && !flags.password_file.empty()) {
    return absl::InvalidArgumentError("--password-file needs --user");
  }
  return absl::OkStatus();
}

}  // namespace

void add_login_flags(CLI::App& command, LoginFlags& flags) {
  const auto file = [&](const char* name, std::string& value, const char* text) {
    return command.add_option(name, value, text)->check(CLI::ExistingFile)->group(kGroup);
  };
  auto* user = command.add_option("--user", flags.user, "User name for brokers that ask for one");
  user->group(kGroup);
  file("--password-file", flags.password_file,
       "File with the user's password; or set ANTIPHON_PASSWORD");
  auto* token = file("--token-file", flags.token_file, "File with a token instead of a user");
  auto* nkey = file("--nkey", flags.nkey_file, "File with the seed of a user's nkey, \"SU...\"");
  auto* creds = file("--creds", flags.creds_file, "A user's .creds file: JWT and seed");
  token->excludes(user);
  nkey->excludes(user)->excludes(token);
  creds->excludes(user)->excludes(token)->excludes(nkey);
}

absl::StatusOr<Credentials> credentials(const LoginFlags& flags) {
  Credentials read;
  absl::Status status = read_password(flags, read);
  if (status.ok() && !flags.token_file.empty()) {
    absl::StatusOr<std::string> token = first_line("a token", flags.token_file);
    if (!token.ok()) return token.status();
    read.auth_token = *std::move(token);
  }
  if (status.ok() && !flags.nkey_file.empty()) status = read_seed(flags.nkey_file, read);
  if (status.ok() && !flags.creds_file.empty()) status = read_creds(flags.creds_file, read);
  if (!status.ok()) return status;
  return read;
}

}  // namespace antiphon::fleet
