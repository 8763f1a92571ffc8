# What runs real programs: the broker beside clients, other servers, attackers, sanitizers. Added to
# the tests of one build by AP_SUITE; scripts/test builds the others first.
find_program(AP_PYTHON python3)
ap_need(AP_PYTHON python3)
set(AP_SERVER "$<TARGET_FILE_DIR:antiphon>/nats-server")
set(AP_EMULATOR "$<TARGET_FILE:antiphon> emulate --nodes {nodes} --server {url} --tls-ca {ca} --tls-cert {cert} --tls-key {key}")

# ap_suite_test(NAME LABEL TIMEOUT COMMAND...): status 77 is a skip, whose reason the output names.
function(ap_suite_test name label timeout)
  add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT ${timeout} SKIP_RETURN_CODE 77
    ENVIRONMENT PYTHONDONTWRITEBYTECODE=1)
endfunction()

# ---- Against other servers and real clients ------------------------------------------------------
ap_suite_test(conformance.harness conformance 300 ${AP_PYTHON} -m unittest tests.conformance.harness_test tests.conformance.configurations.configurations_test)
ap_suite_test(conformance.transcript conformance 900 ${AP_PYTHON} -m tests.conformance.run --server ${AP_SERVER})
ap_suite_test(conformance.configurations conformance 900 ${AP_PYTHON} -m tests.conformance.configurations --server ${AP_SERVER})
ap_suite_test(conformance.random conformance 600 ${AP_PYTHON} -m tests.conformance.random --server ${AP_SERVER} --seeds 300)
foreach(peer nats.c nats.go nats.js nats.py async-nats natscli promtool choria choria.broker-run choria.tokens choria.federation choria.federation-tokens choria.federation-border choria.federation-clusters choria.random-federation choria.login choria.decisions choria.random-logins suite.nats-server suite.nats-go suite.nats-go-micro suite.nats-py suite.nats-java suite.async-nats)
  ap_suite_test(interop.${peer} interop 1500 ${AP_PYTHON} -m tests.interop.run --server ${AP_SERVER}
    --only ${peer} --summary build/interop/${peer}.json --logs build/interop/logs/${peer}
    --emulator ${AP_EMULATOR} --verbose)
endforeach()
# The suites of other projects have narrow time limits.
set_tests_properties(interop.suite.nats-server interop.suite.nats-go interop.suite.nats-py interop.suite.nats-java interop.suite.async-nats
  PROPERTIES RUN_SERIAL ON)

# ---- Both commands in a Debian with nothing in it --------------------------------------------------
ap_suite_test(newcomer newcomer 5400 ${AP_PYTHON} -m tests.newcomer.run)
set_tests_properties(newcomer PROPERTIES RUN_SERIAL ON)

# ---- The same tests under sanitizers -------------------------------------------------------------
foreach(sanitizer asan tsan)
  set(build "${PROJECT_SOURCE_DIR}/build/${sanitizer}")
  foreach(kind unit model sim)
    ap_suite_test(${sanitizer}.${kind} ${sanitizer} 1500 ${build}/tests/ap_${kind}_tests --gtest_brief=1)
  endforeach()
  ap_suite_test(${sanitizer}.fuzz ${sanitizer} 600 ${CMAKE_CTEST_COMMAND} --test-dir ${build} -L fuzz --output-on-failure)
  ap_suite_test(${sanitizer}.e2e ${sanitizer} 1500 ${AP_PYTHON} -m tests.e2e.run --server ${build}/cli/nats-server)
  ap_suite_test(${sanitizer}.abuse ${sanitizer} 1500 ${AP_PYTHON} -m tests.abuse.run --server ${build}/cli/nats-server)
endforeach()
# The same schedules again, but fewer: what a sanitizer adds is the look at memory and threads.
set_tests_properties(asan.sim PROPERTIES ENVIRONMENT AP_SIM_SEEDS=100)
set(AP_TSAN_OPTIONS "TSAN_OPTIONS=suppressions=${CMAKE_CURRENT_LIST_DIR}/support/tsan.supp")
set_tests_properties(tsan.unit tsan.model tsan.fuzz tsan.e2e tsan.abuse
  PROPERTIES ENVIRONMENT "${AP_TSAN_OPTIONS}")
set_tests_properties(tsan.sim PROPERTIES ENVIRONMENT "AP_SIM_SEEDS=60;${AP_TSAN_OPTIONS}")
