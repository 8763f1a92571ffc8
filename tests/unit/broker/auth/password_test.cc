#include "broker/auth/password.h"

#include <gtest/gtest.h>

namespace antiphon {
namespace {

// bcrypt of "secret" and of nothing, with the smallest cost.
constexpr char kSecret[] = "$2a$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
constexpr char kSecretB[] = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
constexpr char kEmpty[] = "$2y$04$abcdefghijklmnopqrstuubyCG3zY1GIXMyxfivm.ClDiInHzxjiq";

TEST(Password, IsBcryptByItsForm) {
  EXPECT_TRUE(is_bcrypt(kSecret));
  EXPECT_TRUE(is_bcrypt(kSecretB));
  EXPECT_TRUE(is_bcrypt(kEmpty));
  EXPECT_TRUE(is_bcrypt("$2x$11$short"));
  for (const std::string_view text :
       {"", "secret", "$2a$04$", "$2a$4$abcdefgh", "$2c$04$abcdefgh", "$1$04$abcdefgh", "2a$04$abc",
        "$2a$xx$abcdefgh", "$2$04$abcdefgh"}) {
    EXPECT_FALSE(is_bcrypt(text)) << text;
  }
}

TEST(Password, PlainOnesMatchOnlyExactly) {
  EXPECT_TRUE(secret_matches("secret", "secret"));
  EXPECT_TRUE(secret_matches("", ""));
  for (const std::string_view given : {"", "Secret", "secre", "secrets", "secret "}) {
    EXPECT_FALSE(secret_matches("secret", given)) << given;
  }
  EXPECT_FALSE(secret_matches("secret", std::string_view("secret\0", 7)));
}

TEST(Password, BcryptOnesMatchTheirPhrase) {
  EXPECT_TRUE(secret_matches(kSecret, "secret"));
  EXPECT_TRUE(secret_matches(kSecretB, "secret"));
  EXPECT_TRUE(secret_matches(kEmpty, ""));
  EXPECT_FALSE(secret_matches(kSecret, "Secret"));
  EXPECT_FALSE(secret_matches(kSecret, ""));
  EXPECT_FALSE(secret_matches(kSecret, kSecret)) << "the hash itself is no password";
}

TEST(Password, BcryptIsNotFooledByAZeroByte) {
  EXPECT_FALSE(secret_matches(kSecret, std::string_view("secret\0more", 11)));
  EXPECT_FALSE(secret_matches(kEmpty, std::string_view("\0", 1)));
}

TEST(Password, ABrokenHashMatchesNothing) {
  EXPECT_FALSE(secret_matches("$2a$04$tooshort", "secret"));
  EXPECT_FALSE(secret_matches("$2a$99$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW", "x"));
}

}  // namespace
}  // namespace antiphon
