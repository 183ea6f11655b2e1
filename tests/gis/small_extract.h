#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/units.h"
#include "gis/region/region.h"
#include "gis/region/region_build.h"

namespace fenghuo::gis::testing {

using Tags = std::map<std::string, std::string>;

GeoPoint at(double lat, double lon);
/// Metres north and east of 28.3 N, 117.2 E.
GeoPoint metres_from_base(double north, double east);

/// A folder of its own for a test, removed with all it holds at the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(ScratchFolder const&) = delete;
  ScratchFolder& operator=(ScratchFolder const&) = delete;
  std::filesystem::path operator/(std::string const& name) const { return path_ / name; }
  std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// An OpenStreetMap file in the making; written by libosmium.
class SmallExtract {
 public:
  struct Member {
    char type = 'w';
    std::int64_t id = 0;
    std::string role;
  };
  SmallExtract& node(std::int64_t id, GeoPoint point, Tags tags = {});
  SmallExtract& way(std::int64_t id, std::vector<std::int64_t> nodes, Tags tags);
  SmallExtract& relation(std::int64_t id, std::vector<Member> members, Tags tags);

  enum class Order { NodesFirst, NodesLast };
  void write(std::filesystem::path const& file, Order order = Order::NodesFirst) const;
  /// Built and opened; fails the test if that does not work.
  std::shared_ptr<Region const> region(ScratchFolder const& folder) const;

 private:
  struct Object {
    std::int64_t id = 0;
    Tags tags;
    GeoPoint point;
    std::vector<std::int64_t> nodes;
    std::vector<Member> members;
  };
  std::vector<Object> nodes_, ways_, relations_;
};

/// Roads drawn in text: capital letters and digits are nodes, 100 m apart by the character; - and |
/// join them with a residential street, > < ^ and u (down) with a one-way street. Node ids are the
/// characters' codes.
SmallExtract drawn(std::vector<std::string> const& rows);
/// Where a character of drawn() lies.
GeoPoint place_in(std::vector<std::string> const& rows, char node);

/// The folder shared/data, if there is one.
std::optional<std::filesystem::path> shared_data();

/// Edges of a way, ascending.
std::vector<EdgeId> edges_of_way(Region const& region, std::int64_t way);

}  // namespace fenghuo::gis::testing
