#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/routes.h"
#include "trace/service.h"

// What is behind the code on a label: GS1 Digital Link. People get the page (web/src/public), programs JSON-LD and a linkset; nobody signs in.
namespace osetra::trace {

/// An enterprise that gives names to things.
struct Issuer {
    Enterprise enterprise = 0;
    std::string name;
    bool simulated = false;
    std::string company_prefix;
};

/// What the page shows beside events and master data. Asked from any thread.
struct LinkWorld {
    std::function<std::vector<Issuer>()> issuers;

    struct Species {
        std::string code, latin, name_en, name_zh;
    };
    std::function<std::optional<Species>(std::string_view code)> species;
};

/// /id/..., and /api/v1/publish: what an enterprise shows.
void add_link_routes(http::Routes&, Service&, LinkWorld);

} // namespace osetra::trace
