#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.h"
#include "gis/region/region.h"
#include "server/workbook/columns.h"

/// The parts of an invented county workbook, in the order in which they are made: each part leaves the codes of its
/// people and organisations for those that come after it.
namespace fenghuo::server::demo {

/// A row of a sheet: English header -> text of the cell, as a person would fill it in.
using Row = std::map<std::string_view, std::string>;

/// Everything that bears a code of this workbook begins with it (演示): whoever sees one knows that it is invented.
inline constexpr std::string_view kMark = "YS-";

struct Village {
  gis::Place const* place = nullptr;
  std::size_t township = 0;
  std::string code;                        ///< path of areas
  std::string secretary, director, guide;  ///< 村支书、村主任、网格员
};

struct Township {
  std::string path, name;
  bool subdistrict = false;
  GeoPoint seat;
  std::vector<std::size_t> villages;
  std::string organization;
  std::string head, deputy, officer, captain, mate;  ///< persons
  std::vector<std::string> clerks;                   ///< who take duty in turn
};

struct Department {
  std::string organization, name;
  std::string head, deputy;
  std::vector<std::string> clerks;
};

struct PersonWish {
  std::string organization, area, title;
};

class CountyBook {
 public:
  CountyBook(gis::Region const& region, std::uint64_t seed);

  /// Adds a row; its code.
  std::string add(SheetKind kind, Row row);
  /// Adds a person with a name and a number of his own; the code.
  std::string person(PersonWish const& wish);
  /// Two persons who stand in for each other.
  void each_others_deputies(std::string const& one, std::string const& other);
  std::string next_code(std::string_view letter);
  /// Numbers that nobody can own; docs/demo-county.md says why.
  std::string mobile();
  std::string line();

  std::vector<Row> const& rows(SheetKind kind) const {
    return rows_[static_cast<std::size_t>(kind)];
  }
  Department& department(std::string_view key);
  Township const& township_of(GeoPoint point) const;
  gis::Place const* facility(std::string_view kind) const;  ///< the first of this kind, or none
  std::vector<gis::Place const*> facilities(std::string_view kind) const;

  Random random;
  std::string county, county_path;  ///< 砚泽县, 990121
  GeoPoint centre;
  std::vector<Township> townships;
  std::vector<Village> villages;
  std::map<std::string, Department, std::less<>> departments;
  std::map<std::int64_t, std::string> shelters;  ///< object of the map -> code
  std::vector<std::string> duty_leaders, duty_clerks, dispatchers;

 private:
  std::string name();
  gis::Region const& region_;
  std::array<std::vector<Row>, kSheetKinds> rows_;
  std::map<std::string, std::int64_t, std::less<>> numbers_;
  std::int64_t mobiles_ = 0, lines_ = 0;
  std::map<std::string, std::size_t, std::less<>> person_rows_;
  std::map<std::string, int, std::less<>> names_;
};

void set_location(Row& row, GeoPoint point);
/// A point some way off, as far east and north as is said in metres.
GeoPoint beside(GeoPoint point, int east_m, int north_m);

void add_departments(CountyBook& book);
void add_townships(CountyBook& book);  ///< offices and their people
void add_village_people(CountyBook& book);
void add_facilities(CountyBook& book);
void add_depots(CountyBook& book);
void add_areas(CountyBook& book);  ///< the cards
void add_teams(CountyBook& book);
void add_enterprises(CountyBook& book);
void add_roster(CountyBook& book, std::int64_t first_day, std::int64_t days);
void add_plan_contacts(CountyBook& book);

}  // namespace fenghuo::server::demo
