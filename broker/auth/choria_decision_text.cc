#include "broker/auth/choria_decision.h"
#include "protocol/bytes/check.h"

namespace antiphon {

std::string_view choria_rule_name(ChoriaRule rule) {
  switch (rule) {
    case ChoriaRule::kTlsRequired:
      return "tls_required";
    case ChoriaRule::kProvisioner:
      return "provisioner";
    case ChoriaRule::kSystemUser:
      return "system_user";
    case ChoriaRule::kInProcess:
      return "in_process";
    case ChoriaRule::kClientToken:
      return "client_token";
    case ChoriaRule::kServerToken:
      return "server_token";
    case ChoriaRule::kUnprovisioned:
      return "unprovisioned";
    case ChoriaRule::kOtherToken:
      return "other_token";
    case ChoriaRule::kNoCredentials:
      return "no_credentials";
    case ChoriaRule::kServerByAddress:
      return "server_by_address";
    case ChoriaRule::kMessagingCertificate:
      return "messaging_certificate";
    case ChoriaRule::kTokenRequired:
      return "token_required";
    case ChoriaRule::kCertificate:
      return "certificate";
    case ChoriaRule::kCount:
      break;
  }
  AP_CHECK(false && "no such rule");
}

std::string_view choria_rule_text(ChoriaRule rule) {
  switch (rule) {
    case ChoriaRule::kTlsRequired:
      return "nobody from the network without TLS";
    case ChoriaRule::kProvisioner:
      return "the user provisioner";
    case ChoriaRule::kSystemUser:
      return "the system user";
    case ChoriaRule::kInProcess:
      return "parts of this process";
    case ChoriaRule::kClientToken:
      return "who holds a client token may do what it says";
    case ChoriaRule::kServerToken:
      return "who holds a server token serves the collectives it names";
    case ChoriaRule::kUnprovisioned:
      return "a provisioning token opens the provisioning account to a node";
    case ChoriaRule::kOtherToken:
      return "tokens for other purposes open nothing";
    case ChoriaRule::kNoCredentials:
      return "who has neither a token nor a verified certificate is nobody";
    case ChoriaRule::kServerByAddress:
      return "with client_hosts, a certificate from any other address is a server";
    case ChoriaRule::kMessagingCertificate:
      return "beside issuers, a certificate opens what is not Choria's own";
    case ChoriaRule::kTokenRequired:
      return "beside issuers and without an authority of its own, a certificate opens nothing";
    case ChoriaRule::kCertificate:
      return "without tokens, every verified certificate may do everything";
    case ChoriaRule::kCount:
      break;
  }
  AP_CHECK(false && "no such rule");
}

std::string_view choria_credential_name(ChoriaCredentialKind kind) {
  switch (kind) {
    case ChoriaCredentialKind::kNone:
      return "none";
    case ChoriaCredentialKind::kInProcess:
      return "in_process";
    case ChoriaCredentialKind::kCertificate:
      return "certificate";
    case ChoriaCredentialKind::kPassword:
      return "password";
    case ChoriaCredentialKind::kToken:
      return "token";
  }
  AP_CHECK(false && "no such kind");
}

std::string_view choria_refusal_text(const ChoriaDecision& decision) {
  switch (decision.refusal) {
    case ChoriaRefusal::kNone:
      return "";
    case ChoriaRefusal::kNoTls:
      return "the connection is not TLS";
    case ChoriaRefusal::kNotConfigured:
      return "no password is configured for this, so it is off";
    case ChoriaRefusal::kWrongPassword:
      return "the password is wrong";
    case ChoriaRefusal::kNoCertificate:
      return "it needs a verified certificate";
    case ChoriaRefusal::kNoToken:
      return "it needs a token";
    case ChoriaRefusal::kTokenFault:
      return choria::token_fault_text(decision.fault);
    case ChoriaRefusal::kNotAClientsToken:
      return "the token is not a client's";
    case ChoriaRefusal::kNotPermittedByToken:
      return "the token does not permit this";
    case ChoriaRefusal::kNotAClientConnection:
      return "only clients may show tokens";
    case ChoriaRefusal::kOnlyUnverified:
      return "who has a verified certificate needs no provisioning";
    case ChoriaRefusal::kUnsafeNames:
      return "a name or subject in the token is none that can be granted";
    case ChoriaRefusal::kUnknownPurpose:
      return "the token is none of Choria's, or has no purpose that is known";
    case ChoriaRefusal::kAsksForAccount:
      return "CONNECT asks for an account";
    case ChoriaRefusal::kChangedSince:
      return "what this login rests on has changed: it must be made again";
    case ChoriaRefusal::kCount:
      break;
  }
  AP_CHECK(false && "no such refusal");
}

}  // namespace antiphon
