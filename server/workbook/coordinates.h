#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "gis/geo/gauss_kruger.h"
#include "messaging/codec/json.h"
#include "server/workbook/wording.h"

namespace fenghuo::server {

/// The coordinate system of a row: a datum in degrees by the API's name for it, or a grid in metres.
using CoordinateSystem = std::variant<std::string, gis::GaussKrueger>;

/// The system that a cell names, whatever its case and blanks: WGS 84, GCJ-02, BD-09, CGCS2000 by their usual names or
/// EPSG numbers, and the grids EPSG:4513–4554. Otherwise why not, Xi'an 80 and Beijing 54 with the reason.
/// Checked: tests/server/coordinates_test.cc.
std::variant<CoordinateSystem, Wording> coordinate_system_named(std::string_view name);

/// The two coordinate cells of a row as a location of the API. On a grid the column of longitudes holds the easting
/// (横坐标, the Y of surveys), that of latitudes the northing (纵坐标, X); they are taken over as degrees of CGCS2000.
std::variant<messaging::Json, Wording> location_of(double longitude, double latitude,
                                                   CoordinateSystem const& system);

}  // namespace fenghuo::server
