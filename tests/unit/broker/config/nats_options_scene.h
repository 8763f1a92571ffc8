// Options as a text in NATS's grammar sets them, with what is said about the text.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "broker/config/nats_options.h"
#include "broker/config/nats_parser.h"
#include "tests/unit/broker/config/config_world.h"

namespace antiphon {

using Texts = std::vector<std::string>;

class NatsOptionsScene : public testing::Test {
 protected:
  BrokerOptions options_of(std::string_view text) {
    Diagnostics diagnostics;
    const auto parsed = parse_nats_config("c", text, world_.inputs(), diagnostics);
    BrokerOptions options;
    OptionWriter writer(options, diagnostics);
    apply_nats_config(parsed.root, writer);
    errors_ = texts_of(diagnostics.errors());
    warnings_ = texts_of(diagnostics.warnings());
    return options;
  }
  // As options_of, of a text that must be without fault.
  BrokerOptions good(std::string_view text) {
    BrokerOptions options = options_of(text);
    EXPECT_EQ(errors_, Texts{}) << text;
    EXPECT_EQ(warnings_, Texts{}) << text;
    return options;
  }
  Texts errors_of(std::string_view text) {
    (void)options_of(text);
    return errors_;
  }

  ConfigWorld world_;
  Texts errors_;
  Texts warnings_;
};

}  // namespace antiphon
