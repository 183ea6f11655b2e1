#include "gis/demo/naming.h"

#include <algorithm>
#include <array>

#include "core/base/ensure.h"
#include "gis/demo/name_characters.h"

namespace fenghuo::gis::demo {

namespace {

constexpr std::size_t kBytes = 3;  // of every character used here, in UTF-8

constexpr std::string_view kCountyFirst = "荻蓼苇筠栎樨霁鹭翎砚岫澹穗芷茗柘榆椿";
constexpr std::string_view kCountyLast = "川溪原浦泽岭陵宁丘";
constexpr std::string_view kTownFirst =
    "荻蓼苇筠栎霁鹭翎砚岫禾穗芷茗枫柘梓榆柏椿桐晴岑碧沐澄涧瑶紫赤雾雁鹤鹿竹茶桑麦";
constexpr std::string_view kTownLast = "坪湾坝塘桥垭坡寨场店铺关口井滩潭峡渡岗墩畈溪岭沙坳";
constexpr std::string_view kSurname =
    "李王张刘陈杨赵黄周吴徐孙胡朱何罗郭谢唐冯董萧程袁邓许傅苏蒋叶余潘杜戴夏钟汪范方廖邹熊彭谭龚文庞"
    "樊";
constexpr std::string_view kVillageLast = "湾坳冲坝塘垭沟坡寨屋岗墩畈园坪";
constexpr std::string_view kWhere = "上下大小新老前后东西南北中高长双三平";
constexpr std::string_view kGround = "坪湾坳冲坝塘桥洞垭沟坡寨井坎滩潭岗墩畈田溪";
constexpr std::string_view kMiddle = "石云竹松茶桑柳白青金水龙马牛";

// Compositions that stand for a well-known place, whatever else they might mean.
constexpr auto kKnown = std::to_array<std::string_view>(
    {"蓼泽", "栎川", "荻浦", "柏溪", "桐溪", "枫桥", "枫溪", "枫岭", "鹿寨", "梓潼", "竹溪",
     "茶陵", "赤峡", "鹤岗", "雁滩", "碧溪", "瑶岭", "茶店", "沐川", "芷溪", "榆关", "桐岭",
     "柘溪", "鹤峡", "清溪", "梓溪", "禾溪", "雁关", "鹿关", "赤桥", "柏坡", "紫关", "麦滩",
     "岑溪", "赤湾", "碧潭", "澄潭", "紫坪", "鹤溪", "赤水", "赤沙", "碧沙"});

constexpr auto kStreets = std::to_array<std::string_view>(
    {"人民", "建设", "解放", "和平", "光明", "胜利", "团结", "兴业",
     "振兴", "望江", "迎宾", "滨河", "学府", "站前", "春风", "朝阳",
     "幸福", "新华", "文华", "友谊", "红星", "工农", "安康", "永宁"});

bool is_known(std::string const& han) {
  return std::any_of(kKnown.begin(), kKnown.end(),
                     [&](std::string_view known) { return han.find(known) != std::string::npos; });
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text;
}

std::string read_aloud(std::string_view han) {
  std::string latin;
  for (std::size_t i = 0; i + kBytes <= han.size(); i += kBytes) {
    std::string_view const syllable = pinyin_of(han.substr(i, kBytes));
    ensure(!syllable.empty(), "a character of the demo county has no reading");
    bool const open = syllable[0] == 'a' || syllable[0] == 'e' || syllable[0] == 'o';
    latin += !latin.empty() && open ? "'" : "";
    latin += syllable;
  }
  return capitalised(latin);
}

}  // namespace

Name Name::with(std::string_view han_suffix, std::string_view english) const {
  return {han + std::string{han_suffix}, latin + std::string{english}};
}

std::string_view Naming::pick(std::string_view characters) {
  return characters.substr(kBytes * random_.below(characters.size() / kBytes), kBytes);
}

Name Naming::compose(std::string_view first, std::string_view second) {
  // There are far more compositions than places asked for; the third character comes when they run out.
  for (int attempt = 0;; ++attempt) {
    std::string han{pick(first)};
    if (attempt > 40) {
      han += pick(kMiddle);
    }
    han += pick(second);
    if (!is_known(han) && taken_.insert(han).second) {
      return {han, read_aloud(han)};
    }
  }
}

Name Naming::county() { return compose(kCountyFirst, kCountyLast); }

Name Naming::prefecture() { return compose(kCountyFirst, kCountyLast); }

Name Naming::township() { return compose(kTownFirst, kTownLast); }

Name Naming::village() {
  std::string han;
  std::uint64_t const form = random_.below(10);
  if (form < 5) {
    han = std::string{pick(kSurname)} + "家" + std::string{pick(kVillageLast)};
  } else if (form < 7) {
    han = std::string{pick(kWhere)} + std::string{pick(kGround)};
  } else if (form < 9) {
    han = std::string{pick(kMiddle)} + std::string{pick(kGround)} + std::string{pick("湾坪口沟")};
  } else {
    han = std::string{pick(kTownFirst)} + std::string{pick(kMiddle)} + std::string{pick(kGround)};
  }
  return {han, read_aloud(han)};
}

Name Naming::river() {
  std::string han;
  do {
    han = random_.chance(400)
              ? std::string{pick(kTownFirst)} + std::string{pick("溪涧")}
              : std::string{pick(kTownFirst)} + std::string{pick("沙石水溪")} + "河";
  } while (is_known(han));
  return {han, read_aloud(han)};
}

Name Naming::street() {
  if (random_.chance(600)) {
    std::string const han{kStreets[random_.below(kStreets.size())]};
    return {han, read_aloud(han)};
  }
  std::string const han = std::string{pick(kTownFirst)} + std::string{pick("阳安宁兴华福")};
  return {han, read_aloud(han)};
}

Name Naming::firm() {
  std::string const han =
      std::string{pick("禾穗金瑞泰恒盛兴华丰")} + std::string{pick("源康泰盛丰瑞达")};
  return {han, read_aloud(han)};
}

}  // namespace fenghuo::gis::demo
