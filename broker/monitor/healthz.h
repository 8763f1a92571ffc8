// /healthz: whether the server can be used.
//
// STATUS: 200; 500 with the reason when clients cannot connect; 400 when the arguments do not fit
// together. Arguments about JetStream are accepted: a server without it passes those checks.
#pragma once

#include <string>

#include "broker/monitor/page.h"
#include "broker/monitor/query.h"
#include "broker/monitor/server_view.h"

namespace antiphon {

// `problem` is empty when the server is healthy.
Page healthz_page(const Query& query, const std::string& problem);

// Why clients cannot connect or are not served; empty when all is well.
std::string problem_of(ServerView& view);

}  // namespace antiphon
