#include "cli/federation_tier.h"

#include <future>
#include <memory>
#include <random>
#include <utility>

#include "broker/monitor/query.h"
#include "cli/federation_border.h"
#include "cli/federation_pages.h"
#include "cli/federation_request.h"

namespace antiphon {
namespace {

using federation::RelayReport;
using federation::RequestReport;
using federation::TargetReport;

constexpr std::string_view kHealthPath = "/federation/healthz";
constexpr std::string_view kPagesBesideBroker[] = {"/federationz", "/choria/prometheus",
                                                   "/choria/metrics"};

Page stopped_page() {
  return text_page(503, "503 the federation tier does not answer\n");
}

std::string_view path_of(std::string_view target) {
  return target.substr(0, target.find('?'));
}

}  // namespace

absl::StatusOr<std::unique_ptr<FederationTier>> FederationTier::start(
    const federation::LoadedRelay& loaded, federation::RelaySettings settings, Log& log) {
  auto audit = std::make_unique<Audit>();
  audit->path = loaded.border.audit_file;
  auto border = open_border(loaded, audit->file, log);
  if (!border.ok()) return border.status();
  return std::unique_ptr<FederationTier>(
      new FederationTier(std::move(settings), log, std::move(audit), *std::move(border)));
}

FederationTier::FederationTier(federation::RelaySettings settings, Log& log,
                               std::unique_ptr<Audit> audit,
                               std::unique_ptr<federation::Border> border)
    : audit_(std::move(audit)),
      relay_(std::move(settings), log, std::random_device{}(), std::move(border)),
      thread_([this] { relay_.run(); }) {}

absl::Status FederationTier::reopen_files() {
  return audit_->file.is_open() ? audit_->file.open(audit_->path) : absl::OkStatus();
}

void FederationTier::stop() {
  if (!thread_.joinable()) return;
  relay_.stop();
  thread_.join();
  // Relaxed: who asks before it is seen waits a little.
  stopped_.store(true, std::memory_order_relaxed);
}

bool FederationTier::wait_until_ready(std::chrono::milliseconds most) {
  // Held here too: a relay that stops drops what it was to call.
  const auto ready = std::make_shared<std::promise<void>>();
  const std::future<void> told = ready->get_future();
  relay_.tell_when_serving([ready] { ready->set_value(); });
  return told.wait_for(most) == std::future_status::ready;
}

// `last` carries it out before its end, which its stop() waits for; this one outlives that.
void FederationTier::take_over(FederationTier& last) {
  last.relay_.ask_what_was_asked([this](federation::Relay::AskedMemory asked) {
    relay_.learn_what_was_asked(std::move(asked));
  });
}

// /federationz with an argument is about one request or one target.
void FederationTier::answer(const std::string& target, PageDone done) {
  const size_t question = target.find('?');
  const std::string path(path_of(target));
  if (path == "/federationz" && question != std::string::npos) {
    const Query query(std::string_view(target).substr(question + 1));
    if (const std::string id(query.get("request")); !id.empty()) {
      return relay_.ask_about_request(
          id, [id, done = std::move(done)](const RequestReport& report) mutable {
            done(json_page(federation_request_json(id, report)));
          });
    }
    if (const std::string subject(query.get("target")); !subject.empty()) {
      return relay_.ask_about_target(
          subject, [subject, done = std::move(done)](const TargetReport& report) mutable {
            done(json_page(federation_target_json(subject, report)));
          });
    }
  }
  relay_.ask([path, done = std::move(done)](const RelayReport& report) mutable {
    done(federation_page(path, report));
  });
}

Page FederationTier::wait_for_page(const std::string& target) {
  if (stopped_.load(std::memory_order_relaxed)) return stopped_page();
  auto made = std::make_shared<std::promise<Page>>();
  std::future<Page> page = made->get_future();
  answer(target, [made](Page done) { made->set_value(std::move(done)); });
  // What is asked while it stops is not answered any more.
  if (page.wait_for(kAnswerMsMax) != std::future_status::ready) return stopped_page();
  return page.get();
}

std::optional<Page> FederationTier::page(const std::string& target) {
  const std::string_view path = path_of(target);
  if (path == kHealthPath) return wait_for_page("/healthz");
  for (const std::string_view own : kPagesBesideBroker) {
    if (path == own) return wait_for_page(target);
  }
  return std::nullopt;
}

std::string FederationTier::metrics() {
  const Page page = wait_for_page("/metrics");
  return page.status == 200 ? page.body : std::string();
}

}  // namespace antiphon
