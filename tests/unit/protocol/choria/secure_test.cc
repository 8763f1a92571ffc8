#include "protocol/choria/secure.h"

#include <gtest/gtest.h>

#include "protocol/choria/limits.h"
#include "tests/unit/protocol/choria/message_vectors.h"

namespace antiphon::choria {
namespace {

SecureRequest parsed_request(std::string_view text) {
  SecureRequest request;
  const Problem problem = parse_secure_request(text, request);
  EXPECT_FALSE(problem) << describe(problem);
  return request;
}

Fault request_fault(std::string_view text) {
  SecureRequest request;
  return parse_secure_request(text, request).fault;
}

Fault reply_fault(std::string_view text) {
  SecureReply reply;
  return parse_secure_reply(text, reply).fault;
}

TEST(ChoriaSecureRequest, IsReadAndWrittenByteForByte) {
  for (const auto text :
       {vectors::kSecureRequest, vectors::kInsecureSecureRequest, vectors::kInsecureRegistration}) {
    std::string out;
    append_secure_request(parsed_request(text), out);
    EXPECT_EQ(out, text);
  }
  EXPECT_EQ(parsed_request(vectors::kSecureRequest).message, vectors::kFilteredRequest);
}

TEST(ChoriaSecureRequest, HasTwoUnsignedForms) {
  const SecureRequest plain = parsed_request(vectors::kInsecureSecureRequest);
  EXPECT_EQ(unsigned_request(plain.message), plain);
  const SecureRequest registration = parsed_request(vectors::kInsecureRegistration);
  EXPECT_EQ(unsigned_registration(registration.message), registration);
}

TEST(ChoriaSecureRequest, DemandsEveryFieldFilled) {
  EXPECT_EQ(request_fault("{}"), Fault::kMissingField);
  EXPECT_EQ(
      request_fault(R"({"protocol":"choria:secure:request:1","message":"m","signature":"s"})"),
      Fault::kMissingField);
  EXPECT_EQ(request_fault(R"({"protocol":"choria:secure:request:1","message":""})"),
            Fault::kBadValue);
  EXPECT_EQ(request_fault(R"({"protocol":"choria:secure:request:1","signature":""})"),
            Fault::kBadValue);
  EXPECT_EQ(request_fault(R"({"protocol":"choria:secure:request:1","pubcert":""})"),
            Fault::kBadValue);
  EXPECT_EQ(request_fault(R"({"protocol":"choria:secure:reply:1"})"), Fault::kWrongProtocol);
  EXPECT_EQ(request_fault(R"({"message":{}})"), Fault::kWrongType);
  EXPECT_EQ(request_fault(R"({"message":"a","message":"b"})"), Fault::kAmbiguousField);
}

TEST(ChoriaSecureRequest, BoundsSignatureAndCertificate) {
  const auto with = [](std::string_view name, size_t bytes) {
    return "{\"" + std::string(name) + "\":\"" + std::string(bytes, 'a') + "\"}";
  };
  EXPECT_EQ(request_fault(with("signature", kSignatureTextBytesMax)), Fault::kMissingField);
  EXPECT_EQ(request_fault(with("signature", kSignatureTextBytesMax + 1)), Fault::kTooLong);
  EXPECT_EQ(request_fault(with("pubcert", kPemBytesMax)), Fault::kMissingField);
  EXPECT_EQ(request_fault(with("pubcert", kPemBytesMax + 1)), Fault::kTooLong);
}

TEST(ChoriaSecureReply, IsReadSealedAndWrittenByteForByte) {
  SecureReply reply;
  ASSERT_FALSE(parse_secure_reply(vectors::kSecureReply, reply));
  EXPECT_EQ(reply.message, vectors::kReply);
  EXPECT_TRUE(hash_is_right(reply));
  EXPECT_EQ(seal_reply(std::string(vectors::kReply)), reply);
  std::string out;
  append_secure_reply(reply, out);
  EXPECT_EQ(out, vectors::kSecureReply);
}

TEST(ChoriaSecureReply, HashCoversEveryByte) {
  SecureReply reply = seal_reply("abc");
  EXPECT_EQ(reply.hash, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
  for (size_t i = 0; i < reply.message.size(); ++i) {
    SecureReply changed = reply;
    changed.message[i] ^= 1;
    EXPECT_FALSE(hash_is_right(changed));
  }
  reply.hash[0] ^= 1;
  EXPECT_FALSE(hash_is_right(reply));
}

TEST(ChoriaSecureReply, DemandsEveryFieldFilled) {
  EXPECT_EQ(reply_fault("{}"), Fault::kMissingField);
  EXPECT_EQ(reply_fault(R"({"protocol":"choria:secure:reply:1","message":"m"})"),
            Fault::kMissingField);
  EXPECT_EQ(reply_fault(R"({"hash":""})"), Fault::kBadValue);
  EXPECT_EQ(reply_fault(R"({"hash":")" + std::string(kHashTextBytesMax + 1, 'a') + "\"}"),
            Fault::kTooLong);
  EXPECT_EQ(reply_fault(R"({"protocol":"choria:secure:request:1"})"), Fault::kWrongProtocol);
}

}  // namespace
}  // namespace antiphon::choria
