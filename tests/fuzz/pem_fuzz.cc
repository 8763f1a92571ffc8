// Fuzzes what is read from PEM: certificates, authorities, private and public keys, and the frames
// of nats-tools around JWTs. All readers are given the same text: what one of them finds the others
// must find too.
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/auth/peer_certificate.h"
#include "broker/config/tls_files.h"
#include "broker/net/tls_context.h"
#include "broker/runtime/unique_descriptor.h"
#include "protocol/bytes/base64.h"
#include "protocol/bytes/check.h"
#include "protocol/choria/certificate.h"
#include "protocol/choria/limits.h"
#include "protocol/choria/token_key.h"
#include "protocol/choria/trust.h"
#include "protocol/nats/jwt.h"

namespace {

using namespace antiphon;
using choria::Certificate;
using choria::OpensslOwner;

constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----";
constexpr std::string_view kEnd = "-----END CERTIFICATE-----";
constexpr size_t kLineBytes = 64;
constexpr std::string_view kTokenBytes =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.=";

// What one reader leaves behind the next TLS connection of the thread would stumble over.
void expect_no_errors_left() { AP_CHECK(::ERR_peek_error() == 0); }

// ---- A reader of its own, for plain text only ---------------------------------------------------

std::string_view take_line(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool is_base64(std::string_view line) {
  return line.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789+/") == line.npos;
}

// The base64 text of one block, all lines but the last full; nothing when it is written otherwise.
std::optional<std::string> plain_block(std::string_view& text) {
  std::string block;
  bool was_short = false;
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line == kEnd) {
      if (block.empty() || block.size() % 4 != 0) return std::nullopt;
      const size_t padding = block.size() - std::min(block.find('='), block.size());
      const bool padded = padding <= 2 && block.ends_with(std::string(padding, '='));
      return padded ? std::optional(block) : std::nullopt;
    }
    const std::string_view digits = line.substr(0, std::min(line.find('='), line.size()));
    if (was_short || line.empty() || line.size() > kLineBytes) return std::nullopt;
    if (!is_base64(digits)) return std::nullopt;
    was_short = line.size() < kLineBytes || digits.size() < line.size();
    block += line;
  }
  return std::nullopt;
}

bool is_certificate(const std::string& base64_text) {
  const auto der = decode_base64(base64_text);
  if (!der) return false;
  const auto* at = reinterpret_cast<const unsigned char*>(der->data());
  const OpensslOwner<X509> certificate(::d2i_X509(nullptr, &at, static_cast<long>(der->size())));
  ::ERR_clear_error();
  return certificate != nullptr;
}

// How many certificates stand there before the first that is none; nothing when the text is not
// plain: lines of another form, or anything else in frames.
std::optional<size_t> plain_count(std::string_view text) {
  size_t count = 0;
  bool all_good = true;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const bool printable =
        std::all_of(line.begin(), line.end(), [](char byte) { return byte >= ' ' && byte <= '~'; });
    if (line.size() > kLineBytes || !printable) return std::nullopt;
    if (line != kBegin) {
      if (line.find("---") != line.npos) return std::nullopt;
      continue;
    }
    const auto block = plain_block(text);
    if (!block) return std::nullopt;
    all_good = all_good && is_certificate(*block);
    if (all_good) ++count;
  }
  return count;
}

size_t frames_in(std::string_view text) {
  constexpr std::string_view kAnyBegin = "-----BEGIN ";
  size_t count = 0;
  for (size_t at = text.find(kAnyBegin); at != text.npos; at = text.find(kAnyBegin, at + 1)) ++count;
  return count;
}

// ---- Certificates -------------------------------------------------------------------------------

std::vector<X509*> all_of(const std::optional<Certificate>& certificate) {
  std::vector<X509*> all;
  if (!certificate) return all;
  all.push_back(certificate->leaf());
  for (int i = 0; i < sk_X509_num(certificate->others()); ++i) {
    all.push_back(sk_X509_value(certificate->others(), i));
  }
  return all;
}

bool are_same(const std::vector<X509*>& some, const std::vector<X509*>& others) {
  return std::equal(some.begin(), some.end(), others.begin(), others.end(),
                    [](const X509* a, const X509* b) { return ::X509_cmp(a, b) == 0; });
}

void check_count(std::string_view text, const std::vector<X509*>& all) {
  AP_CHECK(all.size() <= frames_in(text));
  AP_CHECK(all.size() <= choria::kCertificatesMax);
  AP_CHECK(all.empty() || text.size() <= choria::kPemBytesMax);
  const auto plain = plain_count(text);
  if (!plain) return;
  const bool too_much = text.size() > choria::kPemBytesMax || *plain > choria::kCertificatesMax;
  AP_CHECK(all.size() == (too_much ? 0 : *plain));
}

// Written again, and with the line ends of other systems, it is the same.
void check_round_trip(const Certificate& certificate, const std::vector<X509*>& all) {
  std::string written;
  for (X509* one : all) written += PeerCertificate(one).pem();
  if (written.size() > choria::kPemBytesMax) return;
  AP_CHECK(plain_count(written) == all.size());
  std::string returns = "of today\r\n";
  for (const char byte : written) returns += byte == '\n' ? "\r\n" : std::string(1, byte);
  for (const std::string& again : {written, returns}) {
    if (again.size() > choria::kPemBytesMax) continue;
    const auto read = Certificate::from_pem(again);
    AP_CHECK(are_same(all_of(read), all));
    AP_CHECK(read->common_name() == certificate.common_name());
    AP_CHECK(read->dns_names() == certificate.dns_names());
  }
}

// The first lines hold the first certificates, whatever follows.
void check_beginning(std::string_view text, const std::vector<X509*>& all) {
  const size_t cut = text.find('\n', text.size() / 2);
  if (cut == text.npos) return;
  const auto beginning = Certificate::from_pem(text.substr(0, cut + 1));
  const std::vector<X509*> first = all_of(beginning);
  AP_CHECK(first.size() <= all.size());
  AP_CHECK(are_same(first, {all.begin(), all.begin() + static_cast<ptrdiff_t>(first.size())}));
}

// ---- Keys ---------------------------------------------------------------------------------------

void check_keys(std::string_view text, const std::optional<Certificate>& certificate) {
  const auto rsa = choria::RsaKey::from_pem(text);
  expect_no_errors_left();
  const auto signing = choria::TokenSigningKey::from_text(text);
  expect_no_errors_left();
  if (signing.ok() && signing->seed() != nullptr) {
    AP_CHECK(!rsa.ok());
    const auto key = signing->public_key();
    AP_CHECK(key.ok() && key->verify(choria::TokenAlgorithm::kEdDsa, "m", *signing->sign("m")));
    AP_CHECK(!key->verify(choria::TokenAlgorithm::kRs256, "m", *signing->sign("m")));
  } else if (signing.ok()) {
    AP_CHECK(rsa.ok());
    const auto by_token = signing->sign("m");
    const auto by_caller = rsa->sign("m");
    // A key that is damaged inside signs nothing, or each time something else, but never well.
    const auto checks = signing->public_key();
    if (by_token.ok() && checks.ok() && checks->verify(signing->algorithm(), "m", *by_token)) {
      AP_CHECK(by_caller.ok() && *by_caller == *by_token);
    }
    AP_CHECK(signing->algorithm() == choria::TokenAlgorithm::kRs256);
  }
  expect_no_errors_left();
  const auto key = choria::TokenPublicKey::from_text(text);
  expect_no_errors_left();
  if (key.ok()) {
    AP_CHECK(*key == *key);
    AP_CHECK(!key->verify(choria::TokenAlgorithm::kRs256, "m", ""));
    AP_CHECK(!key->verify(choria::TokenAlgorithm::kEdDsa, "m", ""));
  }
  if (certificate && text.find(kBegin) != text.npos) {
    const EVP_PKEY* own = ::X509_get0_pubkey(certificate->leaf());
    const bool is_good =
        certificate->has_rsa_key() && ::EVP_PKEY_get_bits(own) >= choria::kTokenRsaBitsMin;
    ::ERR_clear_error();  // of this look at it
    AP_CHECK(key.ok() == is_good);
  }
}

// ---- The files of a listener --------------------------------------------------------------------

bool complains(const std::vector<OptionProblem>& problems, std::string_view option,
               std::string_view of) {
  return std::any_of(problems.begin(), problems.end(), [&](const OptionProblem& problem) {
    return problem.option == option && problem.message.find(of) != std::string::npos;
  });
}

std::vector<OptionProblem> problems_of(const std::string& text) {
  TlsOptions options;
  options.enabled = true;
  options.cert_file = options.key_file = options.ca_file = "text.pem";
  const auto read = [&](const std::string&) -> absl::StatusOr<std::string> { return text; };
  return tls_file_errors(options, read);
}

// What a listener can work with is no error of the configuration.
void check_listener(const std::string& text, const std::vector<OptionProblem>& problems) {
  const UniqueDescriptor file(::memfd_create("pem", MFD_CLOEXEC));
  AP_CHECK(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  TlsSettings settings;
  settings.cert_file = settings.key_file = settings.ca_file =
      "/proc/self/fd/" + std::to_string(file.get());
  settings.verify = true;
  const auto context = TlsContext::server(settings);
  AP_CHECK(!context.ok() || problems.empty());
  expect_no_errors_left();
}

// ---- Frames around JWTs -------------------------------------------------------------------------

void check_frames(std::string_view text) {
  const std::string_view found = undecorated_jwt(text);
  AP_CHECK(found.empty() || (found.data() >= text.data() &&
                             found.data() + found.size() <= text.data() + text.size()));
  if (found.empty() || found.find_first_not_of(kTokenBytes) != found.npos) return;
  for (const std::string end : {"\n", "\r\n"}) {
    const std::string framed = "-----BEGIN NATS USER JWT-----" + end + std::string(found) + end +
                               "------END NATS USER JWT------" + end;
    AP_CHECK(undecorated_jwt(framed) == found);
    // The first token is meant, whatever comes behind it.
    AP_CHECK(undecorated_jwt(framed + std::string(text)) == found);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto certificate = Certificate::from_pem(text);
  expect_no_errors_left();
  const std::vector<X509*> all = all_of(certificate);
  check_count(text, all);
  if (certificate) {
    check_round_trip(*certificate, all);
    check_beginning(text, all);
  }
  check_keys(text, certificate);
  const bool trusted = choria::CallerTrust::create(text, {}).ok();
  AP_CHECK(certificate || !trusted);
  AP_CHECK(trusted || !certificate || plain_count(text) != frames_in(text));  // one of them cannot be read
  expect_no_errors_left();
  const std::vector<OptionProblem> problems = problems_of(text);
  expect_no_errors_left();
  if (certificate) {
    AP_CHECK(!complains(problems, "tls.cert_file", "holds no certificate"));
    AP_CHECK(!complains(problems, "tls.ca_file", "holds no certificate"));
    check_listener(text, problems);
  } else {
    // Only what is too much for a message may still be a file.
    const bool too_much = size > choria::kPemBytesMax || frames_in(text) > choria::kCertificatesMax;
    AP_CHECK(too_much || complains(problems, "tls.cert_file", "holds no certificate"));
  }
  check_frames(text);
  return 0;
}
