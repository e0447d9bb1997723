#include "access/roles.h"

#include <algorithm>

namespace osetra::access {

using http::Permission;
using http::Permissions;

namespace {

struct Line {
    Role role;
    std::string_view word;
    Permissions may;
};
constexpr Line table[] = {
    {Role::owner, "owner",
     {Permission::signed_in, Permission::view, Permission::record, Permission::mend, Permission::import, Permission::manage, Permission::audit}},
    {Role::manager, "manager",
     {Permission::signed_in, Permission::view, Permission::record, Permission::mend, Permission::import, Permission::manage, Permission::audit}},
    {Role::worker, "worker", {Permission::signed_in, Permission::view, Permission::record}},
    {Role::breeder, "breeder", {Permission::signed_in, Permission::view, Permission::record, Permission::mend, Permission::import}},
    {Role::plant, "plant", {Permission::signed_in, Permission::view, Permission::record}},
    {Role::sales, "sales", {Permission::signed_in, Permission::view}},
    {Role::auditor, "auditor", {Permission::signed_in, Permission::view, Permission::audit}},
};

Line const& line_of(Role role) { return table[static_cast<std::size_t>(role)]; }

} // namespace

std::string_view word_of(Role role) { return line_of(role).word; }

Result<Role> parse_role(std::string_view word) {
    for (auto const& line : table)
        if (line.word == word) return line.role;
    return refuse("role_unknown", "\"" + std::string{word} + "\" is no role; owner, manager, worker, breeder, plant, sales and auditor are.", "roles");
}

Permissions permissions_of(Role role) { return line_of(role).may; }

http::Caller caller_of(Enterprise enterprise, std::string holder, std::vector<Grant> const& grants) {
    http::Caller caller{.enterprise = enterprise, .person = std::move(holder)};
    auto whole = false;
    for (auto const& grant : grants) {
        auto const may = permissions_of(grant.role);
        caller.may = caller.may | may;
        whole = whole || grant.site.empty();
        auto const same = std::find_if(caller.at_site.begin(), caller.at_site.end(), [&](auto const& at) { return at.first == grant.site; });
        if (same == caller.at_site.end()) caller.at_site.emplace_back(grant.site, may);
        else same->second = same->second | may;
    }
    if (!whole)
        for (auto const& [site, may] : caller.at_site) caller.sites.push_back(site);
    if (whole && caller.at_site.size() == 1) caller.at_site.clear();   // the common case: the same everywhere
    return caller;
}

} // namespace osetra::access
