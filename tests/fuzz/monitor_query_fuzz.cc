// Any bytes as the address of a monitoring request: every page answers, and what it says is JSON
// or an error. A second line is the name of a client on the pages.
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "broker/monitor/pages.h"
#include "tests/unit/broker/monitor/fake_server.h"

using namespace antiphon;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const Page& page) {
  require(page.status == 200 || page.status == 400 || page.status == 404);
  if (page.content_type == "application/json") require(nlohmann::json::accept(page.body));
  if (page.status == 404) require(page.body == "404 page not found\n");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t line_end = input.find('\n');
  const std::string_view target = input.substr(0, line_end);
  const std::string_view name =
      line_end == input.npos ? std::string_view() : input.substr(line_end + 1);

  FakeServer server;
  for (int i = 0; i < 3; ++i) {
    Session& session = server.connect(std::string(name));
    server.subscribe(session, "foo.bar", "1");
    server.subscribe(session, "foo.*", "2", "q");
  }
  server.keep_as_closed(server.sessions_[0], CloseReason::kClientClosed);
  Pages pages(server, "/");
  check(pages.answer(target));
  // The same arguments for the pages that take some.
  const size_t question = target.find('?');
  const std::string arguments(question == target.npos ? target : target.substr(question));
  for (const char* path : {"/connz?", "/subsz?", "/healthz?"}) {
    const Page page = pages.answer(path + arguments);
    check(page);
    require(page.status != 404);
  }
  return 0;
}
