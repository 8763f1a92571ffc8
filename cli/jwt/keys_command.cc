#include "cli/jwt/keys_command.h"

#include <absl/strings/str_cat.h>

#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/jwt/key_files.h"
#include "protocol/bytes/text.h"

namespace antiphon::jwt {
namespace {

struct KeysFlags {
  std::string seed_file;
  std::string public_file;
  bool force = false;
  bool show_public = false;
  bool json = false;
};

int print(const KeysFlags& flags, const std::string& key) {
  if (flags.json) {
    nlohmann::ordered_json report;
    report["public_key"] = key;
    report["seed_file"] = flags.seed_file;
    std::printf("%s\n", report.dump(2).c_str());
    return 0;
  }
  std::printf("Public Key: %s\n", key.c_str());
  if (!flags.show_public) std::printf("\nEd25519 seed saved in %s\n", flags.seed_file.c_str());
  return 0;
}

int show_public(const KeysFlags& flags) {
  const auto key = read_signing_key(flags.seed_file);
  if (!key.ok()) return fail(kStatusFailed, to_std(key.status().message()));
  if (key->seed() == nullptr) return fail(kStatusFailed, "not an Ed25519 seed");
  return print(flags, choria::ed25519_to_hex(key->seed()->public_key()));
}

int make_keys(const KeysFlags& flags) {
  const Ed25519Seed seed = Ed25519Seed::random();
  const Existing existing = flags.force ? Existing::kReplace : Existing::kRefuse;
  absl::Status written = write_private_file(flags.seed_file, seed.hex().view(), existing);
  if (!written.ok()) return fail(kStatusFailed, to_std(written.message()));
  const std::string key = choria::ed25519_to_hex(seed.public_key());
  if (!flags.public_file.empty()) {
    written = write_public_file(flags.public_file, key);
    if (!written.ok()) return fail(kStatusFailed, to_std(written.message()));
  }
  return print(flags, key);
}

}  // namespace

void add_keys(CLI::App& jwt, Action& action) {
  auto flags = std::make_shared<KeysFlags>();
  CLI::App* keys = jwt.add_subcommand("keys", "Makes an Ed25519 key pair");
  keys->add_option("seed-file", flags->seed_file, "The private seed file to create")->required();
  keys->add_option("public", flags->public_file, "A file to write the public key to");
  keys->add_flag("--force,-f", flags->force, "Replace a seed file that exists");
  keys->add_flag("--show-public", flags->show_public,
                 "Print the public key of an existing seed file instead of making a new one");
  keys->add_flag("--json", flags->json, "Print JSON");
  keys->footer(
      "Examples:\n"
      "  antiphon jwt keys issuer.seed issuer.public\n"
      "  antiphon jwt keys --show-public issuer.seed");
  keys->callback([flags, &action] {
    action = [flags] { return flags->show_public ? show_public(*flags) : make_keys(*flags); };
  });
}

}  // namespace antiphon::jwt
