#include "cli/jwt/key_files.h"

#include <absl/strings/str_cat.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "broker/runtime/unique_descriptor.h"
#include "protocol/bytes/text.h"
#include "protocol/choria/limits.h"

namespace antiphon::jwt {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr mode_t kAnybodyReads = 0644;
constexpr mode_t kReadByOthers = 0044;

absl::Status failed(std::string_view what, const std::string& path) {
  return absl::InternalError(absl::StrCat(to_absl(what), " ", path, ": ", std::strerror(errno)));
}

absl::Status write_all(const UniqueDescriptor& file, const std::string& path,
                       std::string_view text) {
  while (!text.empty()) {
    const ssize_t bytes = ::write(file.get(), text.data(), text.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return failed("cannot write", path);
    text.remove_prefix(static_cast<size_t>(bytes));
  }
  return ::fsync(file.get()) == 0 ? absl::OkStatus() : failed("cannot write", path);
}

absl::Status write_file(const std::string& path, std::string_view text, Existing existing,
                        mode_t mode) {
  const std::string written = existing == Existing::kReplace ? absl::StrCat(path, ".new") : path;
  if (existing == Existing::kReplace) ::unlink(written.c_str());
  const UniqueDescriptor file(
      ::open(written.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly));
  if (file.get() < 0) return failed("cannot create", written);
  absl::Status status = write_all(file, written, text);
  if (status.ok() && mode != kOwnerOnly && ::fchmod(file.get(), mode) != 0) {
    status = failed("cannot open to others", written);
  }
  if (status.ok() && written != path && ::rename(written.c_str(), path.c_str()) != 0) {
    status = failed("cannot replace", path);
  }
  if (!status.ok()) ::unlink(written.c_str());
  return status;
}

bool is_for_its_owner_only(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 && (about.st_mode & kReadByOthers) == 0;
}

}  // namespace

absl::StatusOr<SecretText> read_password_file(const std::string& path) {
  auto secret = read_secret_file(path);
  if (!secret.ok()) return secret;
  std::string& text = secret->text();
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (text.empty())
    return absl::InvalidArgumentError(absl::StrCat(path, ": the first line is empty"));
  return secret;
}

absl::Status write_private_file(const std::string& path, std::string_view text, Existing existing) {
  return write_file(path, text, existing, kOwnerOnly);
}

absl::Status write_public_file(const std::string& path, std::string_view text) {
  return write_file(path, text, Existing::kReplace, kAnybodyReads);
}

absl::StatusOr<choria::TokenPublicKey> read_public_key(const std::string& text_or_path) {
  if (const auto key = choria::ed25519_from_hex(text_or_path)) return choria::TokenPublicKey(*key);
  const auto text = read_public_file(text_or_path, choria::kPemBytesMax);
  if (!text.ok()) return text.status();
  auto key = choria::TokenPublicKey::from_text(*text);
  if (!key.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(text_or_path, ": ", key.status().message()));
  }
  return key;
}

absl::StatusOr<std::string> read_holder_key(const std::string& text_or_path,
                                            const choria::TokenSigningKey& signer) {
  const auto key = read_public_key(text_or_path);
  if (!key.ok()) return key.status();
  if (key->ed25519() == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat(text_or_path, ": who holds a token needs an Ed25519 key, not RSA"));
  }
  const bool is_text = choria::ed25519_from_hex(text_or_path).has_value();
  if (!is_text && is_for_its_owner_only(text_or_path)) {
    return absl::PermissionDeniedError(absl::StrCat(
        text_or_path,
        ": only its owner may read this, so it looks like a seed: the public key is needed here. If "
        "it is one, run: chmod 644 ",
        text_or_path));
  }
  std::string holder = choria::ed25519_to_hex(*key->ed25519());
  if (signer.seed() != nullptr && signer.seed()->hex().view() == holder) {
    return absl::InvalidArgumentError(
        "the holder's public key is the seed that signs: a public key is needed here");
  }
  return holder;
}

}  // namespace antiphon::jwt
