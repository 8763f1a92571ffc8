#include "broker/monitor/index_page.h"

namespace antiphon {
namespace {

struct Link {
  const char* path;
  const char* about;
};
constexpr Link kLinks[] = {
    {"/varz", "the server: limits, traffic, resources"},
    {"/connz", "its connections"},
    {"/subsz", "its subscriptions"},
    {"/healthz", "whether it is well"},
    {"/metrics", "figures for Prometheus"},
};

// Names and paths come from the configuration.
std::string html_text(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

}  // namespace

Page index_page(const ServerFacts& server, std::string_view base_path) {
  const std::string name = html_text(server.server_name);
  const std::string base = html_text(base_path);
  Page page{200, "text/html; charset=utf-8", false, {}};
  std::string& html = page.body;
  html += "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>";
  html += name + "</title>\n<style>body { font-family: sans-serif; margin: 2em }</style></head>\n";
  html += "<body>\n<h1>" + name + "</h1>\n<p>Antiphon, as nats-server " +
          html_text(server.version) + "</p>\n<ul>\n";
  for (const Link& link : kLinks) {
    html += "<li><a href=\"" + base + link.path + "\">" + base + link.path + "</a>: " + link.about +
            "</li>\n";
  }
  html += "</ul>\n</body>\n</html>\n";
  return page;
}

}  // namespace antiphon
