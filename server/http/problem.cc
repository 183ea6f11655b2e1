#include "server/http/problem.h"

#include <algorithm>
#include <iterator>

namespace fenghuo::server {

namespace {

using messaging::Json;

struct Title {
  std::string_view name, chinese, english;
};

constexpr Title kTitles[] = {
    {"malformed", "请求内容有误", "The request is malformed"},
    {"not_signed_in", "请先登录", "Sign in first"},
    {"not_allowed", "没有权限", "Not allowed"},
    {"administrators_apart", "系统、安全、审计三类管理员须由不同账号担任",
     "System, security and audit administrators are different accounts"},
    {"outside_area", "不在您的管辖区域内", "Outside your area"},
    {"not_found", "没有找到", "Not found"},
    {"method_not_allowed", "不支持此操作", "Method not allowed"},
    {"too_large", "内容过大", "The body is too large"},
    {"header_too_large", "请求头过大", "The header is too large"},
    {"too_slow", "请求未在规定时间内送达", "The request did not come in time"},
    {"overloaded", "请求过多，请稍后再试", "Too much is asked for, try again later"},
    {"unsupported_media_type", "不接受这种内容类型", "This media type is not accepted here"},
    {"if_match_required", "请附上 If-Match", "If-Match is required"},
    {"id_reused", "此幂等键已用于另一请求", "This Idempotency-Key was used for another request"},
    {"bad_signature", "签名不对", "The signature is wrong"},
    {"too_many_logins", "登录失败次数过多，请稍后再试", "Too many failed logins, try again later"},
    {"password_too_old", "密码已到期，请先修改", "The password is too old, set a new one"},
    {"second_factor_missing", "请先绑定动态口令", "Enrol a second factor first"},
    {"second_factor_needed", "请输入动态口令", "The code of the second factor is needed"},
    {"wrong_code", "动态口令不对", "The code is not right"},
    {"wrong_password", "账号或密码不对", "Account or password is wrong"},
    {"conflict", "与当前状态冲突", "In conflict with the current state"},
    {"unavailable", "暂时无法办理，请重试", "Not available now, try again"},
    {"data_loss", "数据损坏", "Stored data is damaged"},
    {"internal", "内部错误", "Internal error"},
    {"road_ambiguous", "符合的道路不止一处，请指明", "More than one road fits; say which"},
    {"road_unknown", "地图上没有这个名称", "The map does not know that name"},
    {"road_not_there", "地图上找不到这段道路", "That piece of road is not on the map"},
    // Refusals of the rules, in the order of core/domain/rejection.h.
    {"not_founded", "指挥中心尚未建立", "The centre has not been founded"},
    {"already_founded", "指挥中心已建立", "The centre has been founded already"},
    {"unknown_report", "没有这条接报", "No such report"},
    {"unknown_incident", "没有这起事件", "No such incident"},
    {"unknown_team", "没有这支队伍", "No such team"},
    {"unknown_order", "没有这条调度令", "No such order"},
    {"unknown_closure", "没有这处道路阻断", "No such closure"},
    {"unknown_account", "没有这个账号", "No such account"},
    {"unknown_organization", "没有这个单位", "No such organisation"},
    {"unknown_person", "没有这个人员", "No such person"},
    {"unknown_area", "没有这个区域", "No such area"},
    {"unknown_facility", "没有这个设施", "No such facility"},
    {"unknown_duty_post", "没有这个值班岗位", "No such post"},
    {"unknown_duty_shift", "没有这个班次", "No such shift"},
    {"unknown_delivery", "没有这条送达记录", "No such delivery"},
    {"unknown_call_down", "没有这次叫应", "No such call-down"},
    {"unknown_recipient", "该送达没有这一收件人", "The delivery has no such recipient"},
    {"personal_data_erased", "该人员的个人信息已删除，此编码不再使用",
     "The data of this person were erased; take another code"},
    {"refers_to_itself", "不能引用自身", "It cannot name itself"},
    {"shift_length", "班次须先开始后结束，且不超过 31 天",
     "A shift ends after it begins and lasts at most 31 days"},
    {"shift_overlaps", "同一人在同一岗位的班次重叠",
     "The same person is on this post at that time already"},
    {"archived", "已归档，只能查阅", "It is in the archive and can only be read"},
    {"stale_revision", "对象已被他人更新，请先查看最新内容",
     "It was changed meanwhile; read it again"},
    {"occurred_in_future", "所述时间在将来", "The stated time lies in the future"},
    {"incident_closed", "事件已办结", "The incident is closed"},
    {"report_not_open", "该接报已归并或已作废", "The report is attached or dismissed already"},
    {"report_not_attached", "该接报未归并", "The report is not attached"},
    {"already_in_that_state", "已处于该状态", "It is in that state already"},
    {"incident_has_active_orders", "尚有队伍在执行任务，不能办结", "Teams are still at work on it"},
    {"same_incident", "不能与自身合并或互为上下级", "An incident cannot be joined to itself"},
    {"cyclic_parent", "上下级关系成环", "The parents would form a circle"},
    {"reason_required", "请说明理由", "A reason is required"},
    {"order_ended", "调度令已结束", "The order has ended"},
    {"already_acknowledged", "已签收，如需撤回请撤销调度令",
     "It was acknowledged; cancel it instead"},
    {"backward_not_allowed", "不能退回到签收之前", "It cannot go back before acknowledgement"},
    {"not_transport", "该调度令没有转送目的地", "The order has no destination"},
    {"team_on_order", "队伍正在执行其他任务", "The team is on another order"},
    {"team_not_available", "队伍不可调用", "The team is not available"},
    {"team_twice_in_order", "同一队伍出现两次", "The same team stands twice in the order"},
    {"name_taken", "名称已被使用", "The name is taken"},
    {"order_not_under_way", "队伍尚未签收或已到场",
     "The team has not acknowledged the order, or is there"},
    {"closure_not_in_force", "该道路阻断未生效", "The closure is not in force"},
    {"closure_ended", "道路阻断已结束", "The closure has ended"},
    {"ends_before_it_begins", "结束时间早于开始时间", "It would end before it begins"},
    {"speed_out_of_range", "限速比例须在 1 到 999 之间",
     "A slowdown is 1 to 999 per mille of the usual speed"},
    {"rule_document_missing", "缺少该类规则的内容", "The document of these rules is missing"},
    {"rule_value_out_of_range", "规则中的数值超出允许范围",
     "A value of these rules is out of range"},
    {"already_attached", "该文件已附在此处", "This file is attached there already"},
    {"too_many_attachments", "附件数量已达上限", "No more files can be attached there"},
    {"nobody_to_call", "所选范围内没有需要叫应的村（社区）或人员", "Nobody there is to be called"},
    {"too_many_call_rows", "一次叫应的对象过多，请分批",
     "Too many rows for one call-down: split it"},
    {"delivery_ended", "该送达已结束", "The delivery has ended"},
    {"nothing_to_erase", "没有可删除的个人信息", "There is nothing to erase"}};

std::string_view name_of_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return "malformed";
    case ErrorCode::NotFound:
      return "not_found";
    case ErrorCode::Conflict:
      return "conflict";
    case ErrorCode::Unavailable:
      return "unavailable";
    case ErrorCode::DataLoss:
      break;
  }
  return "data_loss";
}

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::InvalidArgument:
      return 400;
    case ErrorCode::NotFound:
      return 404;
    case ErrorCode::Conflict:
      return 409;
    case ErrorCode::Unavailable:
      return 503;
    case ErrorCode::DataLoss:
      break;
  }
  return 500;
}

int status_of(domain::Rejection rejection) {
  using domain::Rejection;
  if (rejection == Rejection::StaleRevision) {
    return 412;
  }
  if (rejection >= Rejection::UnknownReport && rejection <= Rejection::UnknownCallDown) {
    return 404;
  }
  return rejection == Rejection::NotFounded ? 503 : 409;
}

}  // namespace

std::string_view title_of(std::string_view name, Language language) {
  auto const* it = std::find_if(std::begin(kTitles), std::end(kTitles),
                                [&](Title const& title) { return title.name == name; });
  if (it == std::end(kTitles)) {
    return "";
  }
  return language == Language::English ? it->english : it->chinese;
}

Answer problem(Call const& call, int status, std::string_view name, std::string detail) {
  Answer answer;
  answer.status = status;
  answer.type = "application/problem+json";
  answer.body = Json::object({{"type", "/problems/" + std::string{name}},
                              {"title", title_of(name, call.language)},
                              {"status", status},
                              {"detail", std::move(detail)},
                              {"instance", call.path},
                              {"request_id", call.request_id}});
  if (status == 503) {
    answer.headers.emplace_back("Retry-After", "1");
  }
  return answer;
}

Answer problem(Call const& call, std::vector<messaging::FieldError> const& errors) {
  std::string detail;
  Json::Array list;
  for (auto const& error : errors) {
    if (list.size() == 50) {
      break;  // a document with a thousand wrong members needs no thousand lines
    }
    detail += (detail.empty() ? "" : "; ") + error.pointer + ": " + error.message;
    list.push_back(Json::object({{"pointer", error.pointer}, {"detail", error.message}}));
  }
  Answer answer = problem(call, 400, "malformed", detail.substr(0, 500));
  answer.body.add("errors", std::move(list));
  return answer;
}

std::optional<Answer> refuse_other_arguments(Call const& call,
                                             std::initializer_list<std::string_view> known) {
  std::vector<messaging::FieldError> errors;
  for (auto const& [name, value] : call.query) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      errors.push_back({name, "this call knows no such argument"});
    }
  }
  return errors.empty() ? std::nullopt : std::optional{problem(call, errors)};
}

Answer problem(Call const& call, domain::Refusal const& refusal) {
  std::string detail;
  Json facts{Json::Object{}};
  for (auto const& [fact, value] : refusal.facts) {
    if (!value.empty()) {
      detail += (detail.empty() ? "" : ", ") + fact + " " + value;
      facts.add(fact, value);
    }
  }
  std::string_view const name = name_of(refusal.rejection);
  Answer answer = problem(call, status_of(refusal.rejection), name, detail);
  answer.body.add("rejection", name);
  answer.body.add("facts", std::move(facts));
  return answer;
}

Answer problem(Call const& call, Error const& error) {
  return problem(call, status_of(error.code), name_of_status(error.code), error.message);
}

}  // namespace fenghuo::server
