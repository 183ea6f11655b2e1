#include "bench/road_arrays.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>

namespace fenghuo::bench {

namespace fs = std::filesystem;

using gis::EdgeId;
using gis::kClosed;
using gis::NodeId;
using gis::Weight;

namespace {

Error wrong(std::string what) { return {ErrorCode::InvalidArgument, std::move(what)}; }

Result<std::vector<std::uint32_t>> first_error(
    std::vector<Result<std::vector<std::uint32_t>>> const& read) {
  for (auto const& one : read) {
    if (!one) {
      return one.error();
    }
  }
  return std::vector<std::uint32_t>{};
}

/// Pairs each arc with one the other way round where there is one.
class Pairing {
 public:
  Pairing(RoadArrays& roads, std::span<std::uint32_t const> first_out,
          std::span<std::uint32_t const> head, std::span<std::uint32_t const> time) {
    std::multimap<std::pair<NodeId, NodeId>, EdgeId> alone;
    for (NodeId tail = 0; tail + 1 < first_out.size(); ++tail) {
      for (std::uint32_t arc = first_out[tail]; arc < first_out[tail + 1]; ++arc) {
        Weight const ms = std::min(time[arc], kClosed);
        auto const other = alone.find({head[arc], tail});
        if (other != alone.end()) {
          roads.weights[other->second * std::size_t{2} + 1] = ms;
          alone.erase(other);
          continue;
        }
        alone.emplace(std::pair{tail, head[arc]}, static_cast<EdgeId>(roads.from.size()));
        roads.from.push_back(tail);
        roads.to.push_back(head[arc]);
        roads.weights.push_back(ms);
        roads.weights.push_back(kClosed);
      }
    }
  }
};

std::int32_t at_share(std::vector<std::int32_t> values, std::size_t percent) {
  auto const at = values.begin() + static_cast<std::ptrdiff_t>(values.size() * percent / 100);
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

/// The rectangle that is tiled, and which tile lies beyond each of its sides.
struct Rectangle {
  GeoPoint low, high;

  explicit Rectangle(RoadArrays const& roads) {
    std::vector<std::int32_t> lat;
    std::vector<std::int32_t> lon;
    for (GeoPoint const p : roads.point) {
      lat.push_back(p.lat_e7);
      lon.push_back(p.lon_e7);
    }
    low = {at_share(lat, 11), at_share(lon, 11)};
    high = {at_share(lat, 89), at_share(lon, 89)};
  }
  bool holds(GeoPoint p) const {
    return p.lat_e7 >= low.lat_e7 && p.lat_e7 < high.lat_e7 && p.lon_e7 >= low.lon_e7 &&
           p.lon_e7 < high.lon_e7;
  }
};

class Tiling {
 public:
  Tiling(RoadArrays const& roads, std::uint32_t times)
      : roads_{roads}, times_{times}, rectangle_{roads}, inside_(roads.nodes(), kNone) {
    for (NodeId node = 0; node < roads.nodes(); ++node) {
      if (rectangle_.holds(roads.point[node])) {
        inside_[node] = static_cast<NodeId>(kept_.size());
        kept_.push_back(node);
      }
    }
  }

  RoadArrays build() {
    for (std::uint32_t row = 0; row < times_; ++row) {
      for (std::uint32_t column = 0; column < times_; ++column) {
        for (NodeId const node : kept_) {
          out_.point.push_back(placed(roads_.point[node], row, column));
        }
      }
    }
    for (std::uint32_t row = 0; row < times_; ++row) {
      for (std::uint32_t column = 0; column < times_; ++column) {
        add_edges(row, column);
      }
    }
    return std::move(out_);
  }

 private:
  static constexpr NodeId kNone = std::numeric_limits<NodeId>::max();

  NodeId first_of(std::uint32_t row, std::uint32_t column) const {
    return (row * times_ + column) * static_cast<NodeId>(kept_.size());
  }

  GeoPoint placed(GeoPoint p, std::uint32_t row, std::uint32_t column) const {
    std::int32_t const height = rectangle_.high.lat_e7 - rectangle_.low.lat_e7;
    std::int32_t const width = rectangle_.high.lon_e7 - rectangle_.low.lon_e7;
    std::int32_t const lat = p.lat_e7 - rectangle_.low.lat_e7;
    std::int32_t const lon = p.lon_e7 - rectangle_.low.lon_e7;
    // Centred, so that many tiles stay on the earth.
    auto const tile = [&](std::uint32_t i) {
      return static_cast<std::int32_t>(i) - static_cast<std::int32_t>(times_ / 2);
    };
    return {tile(row) * height + (row % 2 == 1 ? height - lat : lat),
            tile(column) * width + (column % 2 == 1 ? width - lon : lon)};
  }

  void add(NodeId from, NodeId to, Weight there, Weight back) {
    out_.from.push_back(from);
    out_.to.push_back(to);
    out_.weights.push_back(there);
    out_.weights.push_back(back);
  }

  void add_edges(std::uint32_t row, std::uint32_t column) {
    NodeId const base = first_of(row, column);
    for (std::size_t e = 0; e < roads_.from.size(); ++e) {
      NodeId const a = inside_[roads_.from[e]];
      NodeId const b = inside_[roads_.to[e]];
      if (a != kNone && b != kNone) {
        add(base + a, base + b, roads_.weights[2 * e], roads_.weights[2 * e + 1]);
      } else if (a != kNone || b != kNone) {
        join(row, column, a != kNone ? a : b,
             roads_.point[a != kNone ? roads_.to[e] : roads_.from[e]],
             std::min(roads_.weights[2 * e], roads_.weights[2 * e + 1]));
      }
    }
  }

  /// A road that leaves the rectangle joins its twin in the mirrored tile beyond.
  void join(std::uint32_t row, std::uint32_t column, NodeId node, GeoPoint outside, Weight ms) {
    bool const up = row % 2 == 0;
    bool const right = column % 2 == 0;
    std::uint32_t const off = static_cast<std::uint32_t>(-1);
    std::uint32_t next_row = row;
    std::uint32_t next_column = column;
    if (outside.lon_e7 < rectangle_.low.lon_e7) {
      next_column += right ? off : 1;
    } else if (outside.lon_e7 >= rectangle_.high.lon_e7) {
      next_column += right ? 1 : off;
    } else if (outside.lat_e7 < rectangle_.low.lat_e7) {
      next_row += up ? off : 1;
    } else {
      next_row += up ? 1 : off;
    }
    if (next_row < times_ && next_column < times_ &&
        first_of(next_row, next_column) > first_of(row, column)) {
      add(first_of(row, column) + node, first_of(next_row, next_column) + node, ms, ms);
    }
  }

  RoadArrays const& roads_;
  std::uint32_t times_;
  Rectangle rectangle_;
  std::vector<NodeId> inside_, kept_;
  RoadArrays out_;
};

}  // namespace

Result<std::vector<std::uint32_t>> read_numbers(fs::path const& folder, std::string_view name) {
  static_assert(std::endian::native == std::endian::little, "the files are read as they are");
  std::error_code error;
  fs::path found;
  for (auto const& entry : fs::directory_iterator{folder, error}) {
    std::string const file = entry.path().filename().string();
    if (file == name || (file.ends_with(name) && file[file.size() - name.size() - 1] == '_' &&
                         (found.empty() || entry.path() < found))) {
      found = entry.path();
    }
  }
  if (found.empty()) {
    return Error{ErrorCode::NotFound,
                 folder.string() + " holds no file whose name ends with " + std::string{name}};
  }
  std::ifstream in{found, std::ios::binary};
  std::vector<char> const bytes{std::istreambuf_iterator<char>{in}, {}};
  if (bytes.size() % 4 != 0) {
    return wrong(found.string() + " is no list of 32-bit numbers");
  }
  std::vector<std::uint32_t> out(bytes.size() / 4);
  std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

Result<RoadArrays> read_road_arrays(fs::path const& folder) {
  auto const first_out = read_numbers(folder, "first_out");
  auto const head = read_numbers(folder, "head");
  auto const time = read_numbers(folder, "travel_time");
  auto const latitude = read_numbers(folder, "latitude");
  auto const longitude = read_numbers(folder, "longitude");
  if (auto good = first_error({first_out, head, time, latitude, longitude}); !good) {
    return good.error();
  }
  std::size_t const nodes = latitude->size();
  bool const fits = nodes > 0 && longitude->size() == nodes && first_out->size() == nodes + 1 &&
                    head->size() == time->size() && first_out->front() == 0 &&
                    first_out->back() == head->size() &&
                    std::is_sorted(first_out->begin(), first_out->end()) &&
                    std::all_of(head->begin(), head->end(), [&](auto h) { return h < nodes; });
  if (!fits) {
    return wrong(folder.string() + ": the arrays contradict each other");
  }
  RoadArrays out;
  for (std::size_t i = 0; i < nodes; ++i) {
    auto const e7 = [](std::uint32_t bits) {
      double const degrees = static_cast<double>(std::bit_cast<float>(bits));
      return static_cast<std::int32_t>(std::lround(std::clamp(degrees, -180.0, 180.0) * 1e7));
    };
    out.point.push_back({e7((*latitude)[i]), e7((*longitude)[i])});
  }
  Pairing{out, *first_out, *head, *time};
  return out;
}

RoadArrays tiled(RoadArrays const& roads, std::uint32_t times) {
  return Tiling{roads, times}.build();
}

}  // namespace fenghuo::bench
