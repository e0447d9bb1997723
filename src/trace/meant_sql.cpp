#include "trace/meant_sql.h"

#include <algorithm>
#include <array>

#include "store/db.h"
#include "trace/identity_sql.h"
#include "trace/lineage_sql.h"

namespace osetra::trace {
namespace {

using std::string;
using std::string_view;

constexpr string_view home = "https://id.gs1.org/";
constexpr std::size_t longest = 40;

/// Tins before caviar before roe: what is asked for by its lot is most often what is sold.
std::size_t rank_of(string_view article) {
    constexpr std::array<string_view, 9> order{"tin", "caviar", "live_fish", "roe", "carcass", "feed", "salt", "load", "carton"};
    auto const word = article.substr(0, article.find('/'));
    return static_cast<std::size_t>(std::find(order.begin(), order.end(), word) - order.begin());
}

std::optional<string> name_of(store::Db& db, Enterprise enterprise, LineageStore& web, string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    if (text.empty() || text.size() > longest || text.find_first_of("/:?#") != text.npos) return {};
    IdentityStore identity{db, enterprise};
    identity.only_read(true);
    auto const told = identity.told();
    if (!told) return {};
    Naming const names{*told, identity};
    auto const known = [&](string name) { return web.find(name) ? std::optional{std::move(name)} : std::nullopt; };

    if (auto const tag = parse_pit_tag(text))
        if (auto found = known(names.fish(*tag))) return found;
    if (is_sscc(text))
        if (auto found = known(string{home} + "00/" + string{text})) return found;
    if (is_gln(text))
        if (auto found = known(string{home} + "414/" + string{text})) return found;
    auto articles = identity.numbered("article");
    std::stable_sort(articles.begin(), articles.end(), [](auto const& a, auto const& b) { return rank_of(a.what) < rank_of(b.what); });
    for (auto const& article : articles) {
        auto const item = string{home} + "01/" + gtin_of(told->company_prefix, article.number);
        if (auto found = known(item + (article.what.starts_with("tin/") ? "/21/" : "/10/") + serial_of(text))) return found;
    }
    if (text.size() <= 7 && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
        if (auto found = known(names.container(text))) return found;
        return known(names.pallet(text));
    }
    return {};
}

} // namespace

string meant(store::Db& db, Enterprise enterprise, LineageStore& web, string_view text) {
    if (web.find(string{text})) return string{text};
    return name_of(db, enterprise, web, text).value_or(string{text});
}

} // namespace osetra::trace
