// The page at the base path: what the server is, and links to everything else.
#pragma once

#include <string>
#include <string_view>

#include "broker/monitor/page.h"
#include "broker/monitor/server_view.h"

namespace antiphon {

// `base_path` is "" or begins with "/" and does not end with one.
Page index_page(const ServerFacts& server, std::string_view base_path);

}  // namespace antiphon
