#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fenghuo::fuzz {

/// What became of one input.
struct Verdict {
  bool taken = false;   ///< it was not refused
  std::string problem;  ///< empty if all is well
};

/// Something that reads bytes of strangers: an input may be refused, but what is taken must hold together.
struct Target {
  std::string_view name;
  std::vector<std::string> (*seeds)();
  Verdict (*judge)(std::string_view bytes);
  /// Words worth trying in the middle of anything.
  std::vector<std::string> (*words)();
};

extern Target const kJson;
extern Target const kCommand;
extern Target const kEvent;
extern Target const kRegion;
extern Target const kRequest;
extern Target const kCsv;
extern Target const kXlsx;
extern Target const kGateway;

/// The files of a target that git keeps: what libFuzzer found worth keeping, and inputs that once failed
/// (found-*). In the order of their names.
std::vector<std::string> kept_inputs(Target const& target);

/// Where FENGHUO_FUZZ_SEEDS names a folder: writes the seeds into FOLDER/NAME and the words as FOLDER/NAME.dict,
/// a dictionary of libFuzzer.
void write_seeds(Target const& target);

/// The way in of libFuzzer: stops the program at the first problem.
int run_one(Target const& target, unsigned char const* data, std::size_t size);

}  // namespace fenghuo::fuzz

// In a program of libFuzzer each target file is built alone and brings the entry point.
#ifdef FENGHUO_LIBFUZZER
#define FENGHUO_FUZZ_ENTRY(target)                                                     \
  extern "C" int LLVMFuzzerInitialize(int*, char***) {                                 \
    fenghuo::fuzz::write_seeds(target);                                                \
    return 0;                                                                          \
  }                                                                                    \
  extern "C" int LLVMFuzzerTestOneInput(unsigned char const* data, std::size_t size) { \
    return fenghuo::fuzz::run_one(target, data, size);                                 \
  }
#else
#define FENGHUO_FUZZ_ENTRY(target)
#endif
