#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "breeding/herd.h"
#include "breeding/plan.h"
#include "farm/pack/pack.h"

// Papers of breeding, A4, English and Chinese.
namespace osetra::breeding {

struct Signed { std::string by; Instant at; std::string note; };

/// What goes to the hatchery: each pair with the reason for it, and room to write down what came of it.
std::string hatchery_sheet(Plan const&, std::string const& company, std::string const& author, std::optional<Signed> const&, FarmOffset);

/// The certificate of descent that goes with live animals: who they are, their ancestors to the great-grandparents, inbreeding and DNA samples. `f_of`: inbreeding, where it is known.
std::string pedigree_certificate(Of<PedigreeCertified> const&, Herd const&, farm::Pack const&, std::string const& company, bool simulated, std::function<std::optional<double>(std::string const&)> const& f_of, FarmOffset);

} // namespace osetra::breeding
