#include "protocol/choria/trust.h"

#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "protocol/bytes/text.h"
#include "protocol/choria/limits.h"

namespace antiphon::choria {
namespace {

// At least 80 bits of security in every signature and key of a chain: no SHA-1, no short RSA.
constexpr int kSecurityLevel = 1;

absl::StatusOr<std::vector<Pattern>> compile(const std::vector<std::string>& rules) {
  if (rules.size() > kCallerPatternsMax) {
    return absl::InvalidArgumentError("caller rules: more than 256 patterns");
  }
  std::vector<Pattern> patterns;
  for (const auto& rule : rules) {
    const bool wrapped = rule.size() > 2 && is_pattern_text(rule);
    patterns.emplace_back(wrapped ? trim_slashes(rule) : rule, Pattern::Case::kSensitive);
    if (!patterns.back().valid()) {
      return absl::InvalidArgumentError(
          absl::StrCat("caller rules: not a regular expression: ", rule));
    }
  }
  return patterns;
}

bool any_found(const std::vector<Pattern>& patterns, std::string_view name) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const Pattern& pattern) { return pattern.found_in(name); });
}

// Whatever OpenSSL reads as one: its text may also say X509 or TRUSTED.
size_t certificates_begun(std::string_view pem) {
  constexpr absl::string_view kBegin = "-----BEGIN ";
  constexpr absl::string_view kEnd = "CERTIFICATE-----";
  size_t count = 0;
  for (const absl::string_view line : absl::StrSplit(to_absl(pem), '\n')) {
    if (absl::StartsWith(line, kBegin) && absl::StrContains(line, kEnd)) ++count;
  }
  return count;
}

// A file of which a part cannot be read would be an authority fewer, and nobody would know.
absl::Status check_that_all_are_read(std::string_view pem, const std::optional<Certificate>& certificates) {
  const size_t begun = certificates_begun(pem);
  if (begun == 0) return absl::InvalidArgumentError("certificate authority: no PEM certificate");
  if (pem.size() > kPemBytesMax || begun > kCertificatesMax) {
    return absl::InvalidArgumentError(absl::StrCat("certificate authority: more than ", kCertificatesMax,
                                                   " certificates, or ", kPemBytesMax, " bytes"));
  }
  const size_t read = certificates ? 1 + static_cast<size_t>(sk_X509_num(certificates->others())) : 0;
  if (read == begun) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("certificate authority: certificate ", read + 1, " of ", begun, " cannot be read"));
}

bool add_authorities(X509_STORE* store, const Certificate& certificates) {
  if (X509_STORE_add_cert(store, certificates.leaf()) != 1) return false;
  for (int i = 0; i < sk_X509_num(certificates.others()); ++i) {
    if (X509_STORE_add_cert(store, sk_X509_value(certificates.others(), i)) != 1) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<CallerTrust> CallerTrust::create(std::string_view ca_pem, const CallerRules& rules) {
  const OpensslErrorGuard guard;
  const auto certificates = Certificate::from_pem(ca_pem);
  if (auto problem = check_that_all_are_read(ca_pem, certificates); !problem.ok()) return problem;
  CallerTrust trust;
  trust.authorities_.reset(X509_STORE_new());
  if (!trust.authorities_ || !add_authorities(trust.authorities_.get(), *certificates)) {
    return absl::InternalError("certificate authority: OpenSSL could not store it");
  }
  auto allowed = compile(rules.allowed);
  if (!allowed.ok()) return allowed.status();
  auto privileged = compile(rules.privileged);
  if (!privileged.ok()) return privileged.status();
  trust.allowed_ = std::move(*allowed);
  trust.privileged_ = std::move(*privileged);
  return trust;
}

bool CallerTrust::chain_is_good(const Certificate& certificate, int64_t now_unix_s) const {
  const OpensslErrorGuard guard;
  const OpensslOwner<X509_STORE_CTX> context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), authorities_.get(), certificate.leaf(),
                                      certificate.others()) != 1) {
    return false;
  }
  X509_VERIFY_PARAM* demands = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_time(demands, now_unix_s);
  X509_VERIFY_PARAM_set_depth(demands, kChainDepthMax);
  X509_VERIFY_PARAM_set_auth_level(demands, kSecurityLevel);
  // Every certificate of the authority file is trusted as it is, also one that is not self-signed.
  X509_VERIFY_PARAM_set_flags(demands, X509_V_FLAG_PARTIAL_CHAIN);
  if (X509_VERIFY_PARAM_set_purpose(demands, X509_PURPOSE_SSL_CLIENT) != 1) return false;
  return X509_verify_cert(context.get()) == 1;
}

bool CallerTrust::is_privileged(const Certificate& certificate) const {
  const auto& names = certificate.dns_names();
  return any_found(privileged_, certificate.common_name()) ||
         std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return any_found(privileged_, name); });
}

bool CallerTrust::is_allowed(std::string_view certname) const {
  return any_found(allowed_, certname);
}

}  // namespace antiphon::choria
