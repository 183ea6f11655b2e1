#include "server/workbook/columns.h"

#include <algorithm>
#include <iterator>

namespace fenghuo::server {

namespace {

using Word = std::pair<std::string_view, std::string_view>;

constexpr Word kOrganizationKinds[] = {
    {"政府", "government"}, {"部门", "department"}, {"乡镇", "township"}, {"村", "village"},
    {"队伍", "force"},      {"企业", "enterprise"}, {"其他", "other"}};
constexpr Word kLevels[] = {{"县", "county"},      {"街道", "subdistrict"}, {"乡镇", "township"},
                            {"社区", "community"}, {"村", "village"},       {"自然村", "hamlet"}};
constexpr Word kFacilityKinds[] = {
    {"物资库", "depot"},          {"避难场所", "shelter"},    {"医院", "hospital"},
    {"学校", "school"},           {"养老院", "nursing_home"}, {"消防站", "fire_station"},
    {"派出所", "police_station"}, {"政府", "government"},     {"起降点", "landing_place"},
    {"水源", "water_source"},     {"加油站", "fuel"},         {"水库", "reservoir"},
    {"桥梁", "bridge"},           {"其他", "other"}};
constexpr Word kTiers[] = {{"市县", "city"},
                           {"专业", "professional"},
                           {"乡镇", "township"},
                           {"村", "village"},
                           {"社会", "volunteer"}};
constexpr Word kForces[] = {{"本级", "own"}, {"外部", "external"}};

constexpr SheetColumn kOrganizations[] = {
    {"单位编码", "code", "id", Column::Code, true, "本县自编，不重复，如 GOV01"},
    {"单位名称", "name", "name", Column::Text, true},
    {"简称", "short_name", "short_name"},
    {"类别", "kind", "kind", Column::Choice, false, "", kOrganizationKinds},
    {"上级单位编码", "parent", "parent", Column::Code},
    {"区域代码", "area", "area"},
    {"地址", "address", "address"},
    {"值班电话", "duty_phone", "duty_phone"},
    {"传真", "fax", "fax"},
    {"停用", "retired", "retired", Column::YesNo}};
constexpr SheetColumn kPersons[] = {
    {"人员编码", "code", "id", Column::Code, true, "不重复，如 P001"},
    {"姓名", "name", "name", Column::Text, true, "加密保存，可依法删除"},
    {"手机", "mobile", "mobile", Column::Text, false, "加密保存，可依法删除"},
    {"办公电话", "phone", "phone"},
    {"单位编码", "organization", "organization", Column::Code},
    {"区域代码", "area", "area"},
    {"职务", "title", "title"},
    {"电台呼号", "radio", "radio"},
    {"AB角人员编码", "deputies", "deputies", Column::Codes, false, "按顺序，用顿号分开"},
    {"停用", "retired", "retired", Column::YesNo}};
constexpr SheetColumn kFacilities[] = {
    {"设施编码", "code", "id", Column::Code, true},
    {"名称", "name", "name", Column::Text, true},
    {"类别", "kind", "kind", Column::Choice, true, "", kFacilityKinds},
    {"单位编码", "organization", "organization", Column::Code},
    {"区域代码", "area", "area", Column::Text, false, "留空则按坐标判断"},
    {"地址", "address", "address"},
    {"电话", "phone", "phone"},
    {"经度", "longitude", "location", Column::Longitude},
    {"纬度", "latitude", "location", Column::Latitude},
    {"坐标系", "crs", "location", Column::Datum, false,
     "wgs84、gcj02、bd09、cgcs2000；EPSG:4513 至 4554 时经度列填横坐标、纬度列填纵坐标（米）"},
    {"可容纳人数", "capacity", "capacity", Column::Count},
    {"床位", "beds", "beds", Column::Count},
    {"联系人编码", "contacts", "contacts", Column::Codes},
    {"备注", "note", "note"},
    {"停用", "retired", "retired", Column::YesNo}};
constexpr SheetColumn kDepots[] = {
    {"物资库编码", "code", "id", Column::Code, true},
    {"名称", "name", "name", Column::Text, true},
    {"单位编码", "organization", "organization", Column::Code},
    {"区域代码", "area", "area", Column::Text, false, "留空则按坐标判断"},
    {"地址", "address", "address"},
    {"电话", "phone", "phone"},
    {"经度", "longitude", "location", Column::Longitude},
    {"纬度", "latitude", "location", Column::Latitude},
    {"坐标系", "crs", "location", Column::Datum},
    {"库存", "stock", "stock", Column::Stock, false, "冲锋舟:6艘；沙袋:2000条"},
    {"联系人编码", "contacts", "contacts", Column::Codes},
    {"备注", "note", "note"},
    {"停用", "retired", "retired", Column::YesNo}};
constexpr SheetColumn kAreas[] = {
    {"区域代码", "code", "id", Column::Code, true,
     "上级代码.本级代码，如 990121.990121001.990121001201"},
    {"名称", "name", "name", Column::Text, true},
    {"级别", "level", "level", Column::Choice, true, "", kLevels},
    {"经度", "longitude", "location", Column::Longitude},
    {"纬度", "latitude", "location", Column::Latitude},
    {"坐标系", "crs", "location", Column::Datum},
    {"人口", "population", "population", Column::Count},
    {"户数", "households", "households", Column::Count},
    {"需帮扶转移人数", "assisted_count", "assisted_count", Column::Count},
    {"责任人", "responsible", "responsible", Column::Responsible, false,
     "职责:人员编码，按叫应顺序，用；分开"},
    {"需帮扶人员", "assisted", "assisted", Column::Assisted, false,
     "姓名/情况/帮扶人编码，用；分开；姓名加密保存"},
    {"值守电话", "phone", "phone"},
    {"电台或卫星电话", "radio", "radio"},
    {"步行分钟", "walking_minutes", "walking_s", Column::Minutes, false, "从车能到的最后一处起"},
    {"步行路线", "walking_path", "walking_path"},
    {"人工路程", "travel", "travel", Column::HandTravel, false,
     "出发区域代码/交通方式/分钟，优先于计算结果"},
    {"避难场所编码", "shelter", "shelter", Column::Code},
    {"备注", "note", "note"},
    {"停用", "retired", "retired", Column::YesNo}};
constexpr SheetColumn kTeams[] = {
    {"队伍编码", "code", "code", Column::Code, true},
    {"队伍名称", "name", "name", Column::Text, true},
    {"层级", "tier", "tier", Column::Choice, true, "", kTiers},
    {"隶属", "force", "force", Column::Choice, false, "外部力量用商请", kForces},
    {"单位编码", "organization", "organization"},
    {"区域代码", "area", "area", Column::Text, false, "留空则按驻地坐标判断"},
    {"值班电话", "phone", "phone"},
    {"电台呼号", "radio", "radio"},
    {"能力", "capabilities", "capabilities", Column::Capabilities, true, "pump:2；boat:1"},
    {"车辆", "vehicles", "vehicles", Column::Vehicles, false,
     "水罐车:heavy；皮卡:offroad；没有车辆则步行"},
    {"人数", "members", "members", Column::Count},
    {"经度", "longitude", "home", Column::Longitude},
    {"纬度", "latitude", "home", Column::Latitude},
    {"坐标系", "crs", "home", Column::Datum},
    {"出动分钟", "turnout_minutes", "turnout_s", Column::Minutes},
    {"联系人编码", "contacts", "contacts", Column::Codes, false, "队长在前"}};
constexpr SheetColumn kEnterprises[] = {
    {"企业编码", "code", "id", Column::Code, true},
    {"企业名称", "name", "name", Column::Text, true},
    {"统一社会信用代码", "credit_code", "credit_code"},
    {"行业", "industry", "industry"},
    {"区域代码", "area", "area", Column::Text, false, "留空则按坐标判断"},
    {"地址", "address", "address"},
    {"电话", "phone", "phone"},
    {"经度", "longitude", "location", Column::Longitude},
    {"纬度", "latitude", "location", Column::Latitude},
    {"坐标系", "crs", "location", Column::Datum},
    {"主管部门编码", "supervisor", "supervisor", Column::Code},
    {"主要负责人编码", "principal", "principal", Column::Code},
    {"安全管理员编码", "safety_officer", "safety_officer", Column::Code},
    {"人数", "staff", "staff", Column::Count},
    {"危险特性", "dangers", "dangers"},
    {"停用", "retired", "retired", Column::YesNo}};
constexpr SheetColumn kPosts[] = {
    {"岗位编码", "code", "id", Column::Code, true},
    {"岗位名称", "name", "name", Column::Text, true},
    {"单位编码", "organization", "organization", Column::Code},
    {"区域代码", "area", "area"},
    {"应在岗人数", "people", "people", Column::Count},
    {"星期", "weekdays", "weekdays", Column::Weekdays, false, "每天、1-5、6,7"},
    {"开始时刻", "from", "from_minute", Column::DayMinute, false, "08:00"},
    {"结束时刻", "to", "to_minute", Column::DayMinute, false, "24:00；早于开始即次日"},
    {"提前告警分钟", "alarm_minutes", "alarm_before_s", Column::Minutes},
    {"排班人编码", "keeper", "keeper", Column::Code},
    {"停用", "retired", "retired", Column::YesNo}};
constexpr SheetColumn kShifts[] = {
    {"班次编码", "code", "id", Column::Code, true},
    {"岗位编码", "post", "post", Column::Code, true},
    {"人员编码", "person", "person", Column::Code, true},
    {"上岗时间", "from", "from", Column::Moment, true, "2026-11-25 08:00"},
    {"下岗时间", "to", "to", Column::Moment, true},
    {"备注", "note", "note"}};
constexpr SheetColumn kContacts[] = {{"编号", "code", "id", Column::Code, true},
                                     {"预案", "plan", "plan", Column::Text, true},
                                     {"工作组", "group", "group"},
                                     {"职责", "function", "function"},
                                     {"人员编码", "person", "person", Column::Code, true},
                                     {"顺序", "rank", "rank", Column::Count},
                                     {"停用", "retired", "retired", Column::YesNo}};

constexpr SheetForm kSheets[] = {
    {SheetKind::Organizations, "单位", "organizations", kOrganizations},
    {SheetKind::Persons, "人员", "persons", kPersons},
    {SheetKind::Facilities, "设施", "facilities", kFacilities},
    {SheetKind::Depots, "物资库", "depots", kDepots},
    {SheetKind::Areas, "区域与村情", "areas", kAreas},
    {SheetKind::Teams, "队伍", "teams", kTeams},
    {SheetKind::Enterprises, "企业", "enterprises", kEnterprises},
    {SheetKind::DutyPosts, "值班岗位", "duty_posts", kPosts},
    {SheetKind::DutyShifts, "值班表", "duty_shifts", kShifts},
    {SheetKind::PlanContacts, "预案联系人", "plan_contacts", kContacts}};
static_assert(std::size(kSheets) == kSheetKinds);

}  // namespace

std::span<SheetForm const> county_sheets() { return kSheets; }

SheetForm const* sheet_named(std::string_view name) {
  auto const* found = std::find_if(
      std::begin(kSheets), std::end(kSheets),
      [&](SheetForm const& form) { return name == form.chinese || name == form.english; });
  return found == std::end(kSheets) ? nullptr : found;
}

SheetColumn const* column_named(SheetForm const& form, std::string_view title) {
  auto const found =
      std::find_if(form.columns.begin(), form.columns.end(), [&](SheetColumn const& column) {
        return title == column.chinese || title == column.english;
      });
  return found == form.columns.end() ? nullptr : &*found;
}

}  // namespace fenghuo::server
