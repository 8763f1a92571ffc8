// Users, tokens, TLS and mutual TLS: who gets in, who does not, and with which error.
#include "client.h"

namespace interop {
namespace {

void works(const std::string& server, const Configure& configure) {
  Client client(server, configure);
  Subscription subscription = client.subscribe("inside");
  client.publish("inside", "x");
  next(subscription);
}

Configure user(const std::string& name, const std::string& password) {
  return [=](natsOptions* options) {
    ok(natsOptions_SetUserInfo(options, name.c_str(), password.c_str()), "user");
  };
}

Configure token(const std::string& text) {
  return [=](natsOptions* options) { ok(natsOptions_SetToken(options, text.c_str()), "token"); };
}

Configure tls(const std::string& ca, bool with_certificate = false) {
  return [=](natsOptions* options) {
    ok(natsOptions_SetSecure(options, true), "tls");
    ok(natsOptions_LoadCATrustedCertificates(options, world(ca).c_str()), "ca");
    ok(natsOptions_SetExpectedHostname(options, "localhost"), "host name");
    if (with_certificate) {
      ok(natsOptions_LoadCertificatesChain(options, world("client.cert").c_str(),
                                           world("client.key").c_str()),
         "certificate");
    }
  };
}

void denied(const std::string& server, const Configure& configure) {
  is(try_connect(server, configure), NATS_CONNECTION_AUTH_FAILED);
}

void credentials_in_url() {
  std::string target = "nats://" + world("bcrypt_user") + ":" + world("bcrypt_password") +
                       "@127.0.0.1:" + world("user.port");
  works("user",
        [&](natsOptions* options) { ok(natsOptions_SetURL(options, target.c_str()), "url"); });
}

void payload_at_max_over_tls() {
  Client client("mtls", tls("ca", true));
  Subscription subscription = client.subscribe("large");
  std::string payload(1024 * 1024, '\xa5');
  for (int n = 0; n < 3; ++n) client.publish("large", payload);
  for (int n = 0; n < 3; ++n) need(data(next(subscription)) == payload, "payload differs");
}

}  // namespace

void add_security() {
  add("auth.user", [] { works("user", user(world("user"), world("password"))); });
  add("auth.bcrypt_user",
      [] { works("user", user(world("bcrypt_user"), world("bcrypt_password"))); });
  add("auth.in_url", credentials_in_url);
  add("auth.wrong_password", [] { denied("user", user(world("user"), "wrong")); });
  add("auth.wrong_bcrypt_password", [] { denied("user", user(world("bcrypt_user"), "wrong")); });
  add("auth.missing", [] { denied("user", {}); });
  add("auth.token", [] { works("token", token(world("token"))); });
  add("auth.wrong_token", [] { denied("token", token("wrong")); });
  add("tls.server", [] { works("tls", tls("ca")); });
  add("tls.unknown_ca", [] { is(try_connect("tls", tls("stranger_ca")), NATS_SSL_ERROR); });
  add("tls.mutual", [] { works("mtls", tls("ca", true)); });
  add("tls.mutual_without_certificate",
      [] { need(try_connect("mtls", tls("ca")) != NATS_OK, "accepted"); });
  add("tls.order", [] { ordered("mtls", 20'000, tls("ca", true)); });
  add("tls.payload_at_max", payload_at_max_over_tls);
}

}  // namespace interop
