#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "http/routes.h"

namespace osetra::access {

/// What a person is in an enterprise, or at one of its sites.
enum class Role : std::uint8_t { owner, manager, worker, breeder, plant, sales, auditor };
inline constexpr Role every_role[] = {Role::owner, Role::manager, Role::worker, Role::breeder, Role::plant, Role::sales, Role::auditor};

std::string_view word_of(Role);
Result<Role> parse_role(std::string_view);   ///< refusal: role_unknown

/// The table of rights. An owner differs from a manager in one thing: only owners make, change and unmake owners.
http::Permissions permissions_of(Role);

struct Grant {
    Role role = Role::worker;
    std::string site = {};   ///< empty: the whole enterprise
    friend bool operator==(Grant const&, Grant const&) = default;
};

/// What these grants come to: a role for the whole enterprise opens every site, roles at sites open those alone.
http::Caller caller_of(Enterprise, std::string holder, std::vector<Grant> const&);

} // namespace osetra::access
