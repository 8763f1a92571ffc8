#include "broker/config/token_key_source.h"

#include "protocol/bytes/text.h"

namespace antiphon {

absl::StatusOr<choria::TokenPublicKey> read_token_key(const std::string& key_or_path,
                                                      const FileReader& read_file) {
  if (const auto key = choria::ed25519_from_hex(key_or_path)) return choria::TokenPublicKey(*key);
  const absl::StatusOr<std::string> text = read_file(key_or_path);
  if (!text.ok()) {
    return absl::InvalidArgumentError("cannot read " + key_or_path + ": " +
                                      std::string(to_std(text.status().message())));
  }
  auto key = choria::TokenPublicKey::from_text(*text);
  if (!key.ok()) {
    return absl::InvalidArgumentError(key_or_path +
                                      " holds neither an Ed25519 public key in hexadecimal nor an "
                                      "RSA public key or certificate in PEM");
  }
  return key;
}

std::vector<OptionProblem> token_key_errors(const ChoriaOptions& options,
                                            const FileReader& read_file) {
  std::vector<OptionProblem> problems;
  const auto check = [&](std::string_view option, const std::string& key) {
    const auto read = read_token_key(key, read_file);
    if (!read.ok()) problems.push_back({option, std::string(to_std(read.status().message()))});
  };
  for (const std::string& key : options.client_signers) {
    check("plugin.choria.network.client_signer_cert", key);
  }
  for (const std::string& key : options.server_signers) {
    check("plugin.choria.network.server_signer_cert", key);
  }
  if (!options.provisioning_signer_file.empty()) {
    check("plugin.choria.network.provisioning.signer_cert", options.provisioning_signer_file);
  }
  return problems;
}

}  // namespace antiphon
