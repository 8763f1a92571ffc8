#include "broker/monitor/pages.h"

#include <optional>

#include "broker/monitor/connz.h"
#include "broker/monitor/exposition.h"
#include "broker/monitor/healthz.h"
#include "broker/monitor/index_page.h"
#include "broker/monitor/metrics.h"
#include "broker/monitor/query.h"
#include "broker/monitor/subsz.h"
#include "broker/monitor/varz.h"

namespace antiphon {
namespace {

// In the order of PageName; a page's further paths follow behind all of them.
struct PagePath {
  std::string_view path;
  PageName name;
};
constexpr PagePath kPaths[] = {
    {"/", PageName::kIndex},
    {"/varz", PageName::kVarz},
    {"/connz", PageName::kConnz},
    {"/subsz", PageName::kSubsz},
    {"/healthz", PageName::kHealthz},
    {"/metrics", PageName::kMetrics},
    {"/subscriptionsz", PageName::kSubsz},
};

Page not_found() {
  return text_page(404, "404 page not found\n");
}

std::string without_last_slash(std::string path) {
  while (!path.empty() && path.back() == '/') path.pop_back();
  return path;
}

}  // namespace

Pages::Pages(ServerView& view, std::string base_path)
    : view_(view), base_path_(without_last_slash(std::move(base_path))) {}

// Nothing when it does not begin with the base path.
std::optional<std::string> Pages::path_of(std::string_view target) const {
  std::optional<std::string> path =
      percent_decoded(target.substr(0, target.find('?')), PlusSign::kLiteral);
  if (!path || !path->starts_with(base_path_)) return std::nullopt;
  path->erase(0, base_path_.size());
  return path;
}

PageName Pages::name_of(std::string_view target) const {
  const std::optional<std::string> path = path_of(target);
  if (!path) return PageName::kNone;
  if (path->empty() && !base_path_.empty()) return PageName::kIndex;
  for (const PagePath& known : kPaths) {
    // Below a base path the index has no "/" at its end.
    if (known.name == PageName::kIndex && !base_path_.empty()) continue;
    if (known.path == *path) return known.name;
  }
  return PageName::kNone;
}

Page Pages::answer(std::string_view target) {
  const PageName name = name_of(target);
  if (name == PageName::kNone) return companions_page(target);
  // Relaxed: a count to be shown.
  requests_[static_cast<size_t>(name)].fetch_add(1, std::memory_order_relaxed);
  const size_t question = target.find('?');
  return make(name, question == target.npos ? std::string_view() : target.substr(question + 1));
}

Page Pages::companions_page(std::string_view target) {
  const std::shared_ptr<Companion> companion = view_.companion();
  std::optional<std::string> path = path_of(target);
  if (companion == nullptr || !path) return not_found();
  const size_t question = target.find('?');
  if (question != target.npos) path->append(target.substr(question));
  std::optional<Page> page = companion->page(*path);
  return page ? *std::move(page) : not_found();
}

std::string Pages::metrics() {
  std::string text = metrics_text(gather_totals(view_, usage_, requests()));
  const std::shared_ptr<Companion> companion = view_.companion();
  if (companion != nullptr) text += companion->metrics();
  return text;
}

Page Pages::make(PageName name, std::string_view arguments) {
  switch (name) {
    case PageName::kIndex:
      return index_page(view_.facts(), base_path_);
    case PageName::kVarz:
      return json_page(varz_json(gather_totals(view_, usage_, requests())));
    case PageName::kConnz:
      return connz_page(view_, Query(arguments));
    case PageName::kSubsz:
      return subsz_page(view_, Query(arguments));
    case PageName::kHealthz:
      return healthz_page(Query(arguments), problem_of(view_));
    case PageName::kMetrics:
      return {200, kExpositionContentType, false, metrics()};
    case PageName::kNone:
      break;
  }
  return not_found();
}

RequestCounts Pages::requests() const {
  RequestCounts counts;
  for (size_t i = 0; i < kPageNames; ++i) {
    const uint64_t count = requests_[i].load(std::memory_order_relaxed);
    if (count > 0) counts.emplace(kPaths[i].path, count);
  }
  return counts;
}

}  // namespace antiphon
