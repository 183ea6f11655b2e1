#include "gis/demo/demo_county.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
int main(int argc [[maybe_unused]], char** argv) {
  auto r = fenghuo::gis::write_demo_county(argv[1], std::stoull(argv[2]),
                                           *fenghuo::gis::demo_size_named(argv[3]));
  if (!r) {
    std::puts(r.error().message.c_str());
    return 1;
  }
  std::printf("%lu %lu %lu tw %lu v %lu one %lu\n", r->nodes, r->ways, r->relations, r->townships,
              r->villages, r->villages_on_one_road);
}
