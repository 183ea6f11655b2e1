# One function makes every library the same: C++20, warnings as errors, sanitizers, headers declared as a FILE_SET
# so that each is compiled on its own (target all_verify_interface_header_sets).
set(FENGHUO_SANITIZE "" CACHE STRING "comma list for -fsanitize=, e.g. address,undefined")
add_library(fenghuo_options INTERFACE)
target_compile_features(fenghuo_options INTERFACE cxx_std_20)
target_compile_options(fenghuo_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough -Wswitch-enum -Werror)
if(FENGHUO_SANITIZE)
  target_compile_options(fenghuo_options INTERFACE -fsanitize=${FENGHUO_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(fenghuo_options INTERFACE -fsanitize=${FENGHUO_SANITIZE})
endif()

# A static library of one room. HEADERS and SOURCES are listed by hand, relative to the calling folder.
function(fenghuo_library name)
  cmake_parse_arguments(arg "" "" "HEADERS;SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${arg_HEADERS})
  target_link_libraries(${name} PUBLIC ${arg_PUBLIC} PRIVATE $<BUILD_INTERFACE:fenghuo_options> ${arg_PRIVATE})
  target_compile_features(${name} PUBLIC cxx_std_20)
endfunction()

# A test program; each of its cases becomes a CTest case.
function(fenghuo_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE FENGHUO_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE fenghuo_options ${arg_LINK} GTest::gtest_main)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS ${name})
endfunction()
