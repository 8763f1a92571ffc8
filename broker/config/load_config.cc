#include "broker/config/load_config.h"

#include <algorithm>

#include "broker/config/choria_files.h"
#include "broker/config/choria_options.h"
#include "broker/config/config_digest.h"
#include "broker/config/nats_options.h"
#include "broker/config/nats_parser.h"
#include "broker/config/operator_files.h"
#include "broker/config/option_checks.h"
#include "broker/config/option_texts.h"
#include "broker/config/option_writer.h"
#include "broker/config/tls_files.h"
#include "broker/config/token_key_source.h"
#include "protocol/bytes/text.h"

namespace antiphon {
namespace {

// Gives each meaning one value. As in the reference server, no connections are let in at 0 or less,
// while the other numbers have no limit then.
void normalize(BrokerOptions& options) {
  if (options.limits.connections_max <= 0) options.limits.connections_max = -1;
  LoggingOptions& logging = options.logging;
  for (int64_t* number : {&options.limits.subscriptions_max, &options.limits.subscription_tokens_max,
                          &logging.file_bytes_max, &logging.files_max, &logging.traced_bytes_max}) {
    *number = std::max<int64_t>(*number, 0);
  }
  if (options.logging.trace_verbose || options.logging.trace_headers) options.logging.trace = true;
  options.monitoring.base_path = normalized_base_path(options.monitoring.base_path);
}

Place whole_file(const std::string& path) {
  return {std::make_shared<const SourceFile>(SourceFile{path, 0}), 0, 0};
}

// Places a problem at an option it names, else at the block that holds it, else at the file.
Place place_of_problem(const OptionProblem& problem, const OptionWriter& writer,
                       const Place& file) {
  for (std::string_view option : {problem.option, problem.other_option}) {
    if (const Place* place = writer.place_of(option)) return *place;
  }
  const std::string_view block = problem.option.substr(0, problem.option.find('.'));
  const Place* place = writer.place_of(block);
  return place != nullptr ? *place : file;
}

// `complete`: everything there is could be read, so what is missing is missing indeed.
void check_between_options(const ConfigInputs& inputs, const Place& file, bool complete,
                           OptionWriter& writer) {
  const BrokerOptions& options = writer.options();
  std::vector<OptionProblem> errors = option_errors(options);
  for (OptionProblem& error : tls_file_errors(options.tls, inputs.read_file)) {
    errors.push_back(std::move(error));
  }
  for (OptionProblem& error : token_key_errors(options.choria, inputs.read_file)) {
    errors.push_back(std::move(error));
  }
  for (const OptionProblem& error : errors) {
    if (error.mended_by_more && !complete) continue;
    writer.error(place_of_problem(error, writer, file), error.message);
  }
  for (const OptionProblem& warning : option_warnings(options)) {
    writer.warning(place_of_problem(warning, writer, file), warning.message);
  }
}

void load_nats(const std::string& path, std::string_view text, const ConfigInputs& inputs,
               Diagnostics& diagnostics, LoadedConfig& loaded) {
  const ParsedNatsConfig parsed = parse_nats_config(path, text, inputs, diagnostics);
  loaded.digest = config_digest(parsed.root);
  OptionWriter writer(loaded.options, diagnostics);
  apply_nats_config(parsed.root, writer);
  const Place file = whole_file(path);
  if (parsed.complete && parsed.root.entries.empty()) {
    diagnostics.error(file, "config has no values or is empty: to run with defaults name no file");
  }
  const Place* authorization = writer.place_of("authorization");
  loaded.options.authorization.has_block = authorization != nullptr;
  if (authorization != nullptr && !diagnostics.has_errors() &&
      !requires_credentials(loaded.options)) {
    diagnostics.warning(*authorization, "names no user, password or token: every client is let in");
  }
  check_between_options(inputs, file, parsed.complete, writer);
  const OperatorProblems found = load_operator_files(loaded.options.authorization, inputs);
  for (const OptionProblem& error : found.errors) {
    writer.error(place_of_problem(error, writer, file), error.message);
  }
  for (const OptionProblem& warning : found.warnings) {
    writer.warning(place_of_problem(warning, writer, file), warning.message);
  }
}

void load_choria(const std::string& path, std::string_view text, const ConfigInputs& inputs,
                 Diagnostics& diagnostics, LoadedConfig& loaded) {
  const std::vector<ChoriaSetting> settings = read_choria_files(path, text, inputs, diagnostics);
  ConfigMap digested;
  for (const ChoriaSetting& setting : last_of_each(settings)) {
    ConfigEntry& entry = digested.entries.emplace_back();
    entry.key = setting.key;
    entry.value.data = setting.value;
  }
  loaded.digest = config_digest(digested);
  OptionWriter writer(loaded.options, diagnostics);
  const Place file = whole_file(path);
  const bool complete = apply_choria_settings(settings, file, inputs, writer);
  check_between_options(inputs, file, complete, writer);
}

}  // namespace

LoadedConfig load_config(const std::string& path, const ConfigInputs& inputs) {
  const absl::StatusOr<std::string> text = inputs.read_file(path);
  if (text.ok()) return load_config_text(path, *text, inputs);
  LoadedConfig unread;
  unread.errors.push_back({whole_file(path), "cannot read the configuration: " +
                                                 std::string(to_std(text.status().message()))});
  return unread;
}

LoadedConfig load_config_text(const std::string& path, std::string_view text,
                              const ConfigInputs& inputs) {
  Diagnostics diagnostics;
  LoadedConfig loaded;
  if (looks_like_choria_conf(text)) {
    loaded.dialect = ConfigDialect::kChoria;
    load_choria(path, text, inputs, diagnostics, loaded);
  } else {
    load_nats(path, text, inputs, diagnostics, loaded);
  }
  normalize(loaded.options);
  loaded.errors = diagnostics.errors();
  loaded.warnings = diagnostics.warnings();
  return loaded;
}

}  // namespace antiphon
