#include "federation/envelope/lifecycle_event.h"

#include <gtest/gtest.h>

namespace antiphon::federation {
namespace {

TEST(LifecycleEvent, NamesItsNodeInEitherForm) {
  EXPECT_EQ(identity_of_event(
                R"({"specversion":"1.0","id":"1","source":"io.choria.lifecycle","subject":"web1.test",)"
                R"("data":{"protocol":"io.choria.lifecycle.v1.shutdown","id":"1","identity":"web1.test",)"
                R"("component":"server","timestamp":1781519773}})"),
            "web1.test");
  EXPECT_EQ(identity_of_event(R"({"protocol":"io.choria.lifecycle.v1.alive","identity":"web2"})"), "web2");
}

TEST(LifecycleEvent, WhatIsNoneNamesNobody) {
  for (const char* text : {"", "{}", R"({"identity":)", R"({"identity":")", R"({"identity":"web1)",
                           R"({"identity":""})", R"({"identity":"web\u0031"})", R"({"x":"\"identity\":\"web1\""})",
                           R"({"identity":5})"}) {
    EXPECT_EQ(identity_of_event(text), "") << text;
  }
}

}  // namespace
}  // namespace antiphon::federation
