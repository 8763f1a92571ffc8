#include "protocol/nats/account_claims_check.h"

#include <span>

#include "protocol/nats/account_wiring.h"
#include "protocol/subject/subject.h"
#include "protocol/subject/transform.h"

namespace antiphon {
namespace {

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

bool is_more(size_t count, int64_t most) {
  return most != kNoJwtLimit && static_cast<int64_t>(count) > most;
}

std::string problem_of_exports(const AccountClaims& claims) {
  if (is_more(claims.exports.size(), claims.exports_max)) {
    return "has more exports than its limit says";
  }
  for (const ExportClaims& shared : claims.exports) {
    if (!is_valid_subject(shared.subject)) {
      return "exports " + quoted(shared.subject) + ", which is not a valid subject";
    }
    if (!shared.response_is_known) {
      return "exports " + quoted(shared.subject) + " with a response type that is none";
    }
    const bool limited = claims.exports_max != kNoJwtLimit && !claims.wildcard_exports;
    if (limited && has_wildcard(shared.subject)) {
      return "exports " + quoted(shared.subject) + ", and its limits allow no wildcards";
    }
    for (const ExportClaims& other : claims.exports) {
      if (&other == &shared || other.kind != shared.kind || !is_valid_subject(other.subject)) continue;
      if (subject_covers(other.subject, shared.subject)) {
        return "exports " + quoted(shared.subject) + " beside " + quoted(other.subject);
      }
    }
  }
  return {};
}

// What clients of the importing account send requests to.
std::string requested_here(const ImportClaims& import) {
  return import.local_subject.empty() ? import.subject : wildcards_for_numbers(import.local_subject);
}

bool is_within_other(const std::string& a, const std::string& b) {
  if (!is_valid_subject(a) || !is_valid_subject(b)) return a == b;
  return subject_covers(a, b) || subject_covers(b, a);
}

std::string problem_of_import(const ImportClaims& import) {
  if (import.account.empty()) return "imports " + quoted(import.subject) + " from no account";
  if (!is_valid_subject(import.subject)) {
    return "imports " + quoted(import.subject) + ", which is not a valid subject";
  }
  if (!import.local_subject.empty() && !import.to.empty()) {
    return "imports " + quoted(import.subject) + " with both to and local_subject";
  }
  if (import.share && import.kind == ShareKind::kStream) {
    return "imports the stream " + quoted(import.subject) + " with share, which is for services";
  }
  return {};
}

std::string problem_of_imports(const AccountClaims& claims, const std::string& nkey) {
  if (is_more(claims.imports.size(), claims.imports_max)) {
    return "has more imports than its limit says";
  }
  for (size_t i = 0; i < claims.imports.size(); ++i) {
    const ImportClaims& import = claims.imports[i];
    if (std::string problem = problem_of_import(import); !problem.empty()) return problem;
    ActivationClaims activation;
    if (std::string problem = activation_problem(import, nkey, activation); !problem.empty()) {
      return "imports " + quoted(import.subject) + " with an activation of no use: " + problem;
    }
    if (import.kind != ShareKind::kService) continue;
    for (const ImportClaims& other : std::span(claims.imports).first(i)) {
      if (other.kind == import.kind && other.account == import.account &&
          is_within_other(requested_here(other), requested_here(import))) {
        return "imports " + quoted(requested_here(import)) + " from one account twice";
      }
    }
  }
  return {};
}

}  // namespace

std::string account_claims_problem(const AccountClaims& claims) {
  if (std::string problem = problem_of_exports(claims); !problem.empty()) return problem;
  return problem_of_imports(claims, encode_nkey(NkeyPrefix::kAccount, claims.standard.subject));
}

std::string mappings_problem(const AccountClaims& claims) {
  AccountSettings alone;
  alone.mappings = claims.mappings;
  const std::vector<WiringProblem> problems = wiring_problems(std::span(&alone, 1));
  return problems.empty() ? std::string() : problems.front().message;
}

std::string activation_problem(const ImportClaims& import, const std::string& importer,
                               ActivationClaims& activation) {
  if (import.activation.empty()) return {};
  const JwtFault fault = decode_activation_jwt(import.activation, activation);
  if (fault != JwtFault::kNone) return std::string(jwt_fault_text(fault));
  const auto nkey = [](const Ed25519PublicKey& key) { return encode_nkey(NkeyPrefix::kAccount, key); };
  const std::string by = nkey(activation.issuer_account.value_or(activation.standard.issuer));
  if (by != import.account && nkey(activation.standard.issuer) != import.account) {
    return "another account has issued it";
  }
  if (nkey(activation.standard.subject) != importer) return "it is for another account";
  if (activation.kind != import.kind) return "it is for another kind of import";
  if (!is_valid_subject(activation.imported) || !is_valid_subject(import.there()) ||
      !subject_covers(activation.imported, import.there())) {
    return "it is for other subjects";
  }
  return {};
}

}  // namespace antiphon
