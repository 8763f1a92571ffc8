# ap_unity(TARGET): compiles sources together that can be; what headers take is most of a compiler's time. Not those
# with settings of their own, which must have them by now.
function(ap_unity target)
  find_program(AP_PYTHON python3)
  ap_need(AP_PYTHON python3)
  get_target_property(sources ${target} SOURCES)
  list(TRANSFORM sources PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" REGEX "^[^/]")
  set(alone)
  foreach(source ${sources})
    get_source_file_property(options "${source}" COMPILE_OPTIONS)
    get_source_file_property(definitions "${source}" COMPILE_DEFINITIONS)
    if(options OR definitions)
      list(APPEND alone "${source}")
    endif()
  endforeach()
  list(REMOVE_ITEM sources ${alone})
  execute_process(COMMAND ${AP_PYTHON} "${PROJECT_SOURCE_DIR}/cmake/unity_groups.py" "${PROJECT_SOURCE_DIR}"
    "${CMAKE_CURRENT_BINARY_DIR}/${target}_unity" ${sources} OUTPUT_VARIABLE sources COMMAND_ERROR_IS_FATAL ANY)
  list(APPEND alone ${sources})
  set_target_properties(${target} PROPERTIES SOURCES "${alone}" AP_IS_UNITY ON)
endfunction()

# ap_library(NAME SOURCES ... DEPS ...): one static library per folder.
function(ap_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC ap_flags ${ARG_DEPS})
    if(AP_UNITY)  # at the end of its folder's file, where all that is said of its sources is known
      cmake_language(EVAL CODE "cmake_language(DEFER CALL ap_unity ${name})")
    endif()
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ap_flags ${ARG_DEPS})
  endif()
endfunction()

# ap_runs_seldom(TARGET): under sanitizers, optimising such code takes longer than it saves.
function(ap_runs_seldom target)
  if(AP_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()

# ap_executable(NAME SOURCES ... DEPS ...): a program of the product; links the allocator if chosen.
function(ap_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ap_flags ${ARG_DEPS})
  if(AP_JEMALLOC)
    target_link_libraries(${name} PRIVATE ${AP_JEMALLOC_LIB})
    target_compile_definitions(${name} PRIVATE AP_JEMALLOC)
  endif()
endfunction()
