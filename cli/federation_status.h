// `antiphon federation status`: what running federation brokers say of themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace antiphon {

// A few lines for people out of one broker's /federationz. Empty when the text is not what that
// page holds.
std::string federation_status_text(std::string_view json);

// A line for each of the last requests.
std::string federation_requests_text(std::string_view json);

// Asks each `host:port`. 0: all are there and connected to both sides; 1: not.
int federation_status(const std::vector<std::string>& addresses, bool as_json, bool with_requests);

}  // namespace antiphon
