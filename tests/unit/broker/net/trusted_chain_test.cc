#include "broker/net/trusted_chain.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <string>

namespace antiphon {
namespace {

// A certificate in memory; of an authority, unless it is a client's.
class Certified {
 public:
  Certified(const std::string& name, const Certified* issuer, bool is_authority, long lasts_s = 3600)
      : key_(::EVP_EC_gen("P-256"), &::EVP_PKEY_free), made_(::X509_new()) {
    const Certified& by = issuer == nullptr ? *this : *issuer;
    ::X509_set_version(made_.get(), X509_VERSION_3);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(made_.get()), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(made_.get()), -7200);
    ::X509_gmtime_adj(::X509_getm_notAfter(made_.get()), lasts_s);
    ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(made_.get()), "CN", MBSTRING_ASC,
                                 reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    ::X509_set_issuer_name(made_.get(), ::X509_get_subject_name(by.made_.get()));
    ::X509_set_pubkey(made_.get(), key_.get());
    X509_EXTENSION* kind = ::X509V3_EXT_conf_nid(nullptr, nullptr, NID_basic_constraints,
                                                 is_authority ? "critical,CA:TRUE" : "CA:FALSE");
    EXPECT_EQ(::X509_add_ext(made_.get(), kind, -1), 1);
    ::X509_EXTENSION_free(kind);
    EXPECT_GT(::X509_sign(made_.get(), by.key_.get(), ::EVP_sha256()), 0);
  }
  X509* get() const { return made_.get(); }

 private:
  const std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)> key_;
  const X509Ptr made_;
};

class TrustedChainTest : public testing::Test {
 protected:
  // The chain of `client`, by these authorities.
  std::vector<X509*> chain(const std::vector<const Certified*>& held, const Certified& client,
                           const std::vector<X509*>& beside = {}) {
    context_.reset(::SSL_CTX_new(::TLS_server_method()));
    X509_STORE* store = ::SSL_CTX_get_cert_store(context_.get());
    for (const Certified* one : held) EXPECT_EQ(::X509_STORE_add_cert(store, one->get()), 1);
    ::X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    std::vector<X509*> found;
    found_ = trusted_chain(context_.get(), client.get(), beside);
    for (const X509Ptr& one : found_) found.push_back(one.get());
    return found;
  }
  // That are the same certificates, wherever they stand.
  static bool same(const std::vector<X509*>& a, const std::vector<const Certified*>& b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i) {
      if (::X509_cmp(a[i], b[i]->get()) != 0) return false;
    }
    return true;
  }

  const Certified root_{"root", nullptr, true};
  const Certified between_{"between", &root_, true};
  const Certified stranger_{"stranger", nullptr, true};
  const Certified of_root_{"of-root", &root_, false};
  const Certified of_between_{"of-between", &between_, false};
  std::unique_ptr<SSL_CTX, decltype(&::SSL_CTX_free)> context_{nullptr, &::SSL_CTX_free};
  std::vector<X509Ptr> found_;
};

TEST_F(TrustedChainTest, EndsAtTheFirstAuthorityThatIsHeld) {
  EXPECT_TRUE(same(chain({&root_, &stranger_}, of_root_), {&of_root_, &root_}));
  EXPECT_TRUE(same(chain({&between_}, of_between_), {&of_between_, &between_}));
  EXPECT_TRUE(same(chain({&root_, &between_}, of_between_), {&of_between_, &between_}));
  EXPECT_TRUE(same(chain({&root_, &between_}, of_between_, {between_.get()}),
                   {&of_between_, &between_}));
}

TEST_F(TrustedChainTest, GoesByWhatWasShownBeside) {
  EXPECT_TRUE(same(chain({&root_}, of_between_, {between_.get()}),
                   {&of_between_, &between_, &root_}));
  EXPECT_TRUE(same(chain({&root_}, of_between_, {stranger_.get(), between_.get(), root_.get()}),
                   {&of_between_, &between_, &root_}));
}

TEST_F(TrustedChainTest, IsEmptyWhereNobodyVouches) {
  EXPECT_TRUE(chain({}, of_root_).empty());
  EXPECT_TRUE(chain({&stranger_}, of_root_).empty());
  EXPECT_TRUE(chain({&stranger_}, of_root_, {root_.get()}).empty()) << "what is shown is not believed";
  EXPECT_TRUE(chain({&root_}, of_between_).empty()) << "the one between is not known";
}

TEST_F(TrustedChainTest, DoesNotLookAtTheClock) {
  const Certified ended("ended", &root_, false, -3600);
  EXPECT_TRUE(same(chain({&root_}, ended), {&ended, &root_}));
}

TEST_F(TrustedChainTest, OutlivesTheContext) {
  const std::vector<X509*> found = chain({&root_}, of_root_);
  context_.reset();
  EXPECT_TRUE(same(found, {&of_root_, &root_}));
}

}  // namespace
}  // namespace antiphon
