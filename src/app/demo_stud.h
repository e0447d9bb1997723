#pragma once
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/demo_world.h"
#include "farm/pack/pack.h"

namespace osetra::app::demo {

/// True breeding values in genetic standard deviations: growth, share of roe, egg diameter, egg colour. They are correlated as caviar breeders find them: roe against growth
/// -0.3, roe against egg size -0.7 [Bestin et al. 2021].
using Genes = std::array<double, 4>;
enum Gene : std::size_t { gene_growth, gene_roe, gene_egg, gene_colour };
/// What of the differences between fish is in the genes.
inline constexpr Genes heritability = {0.35, 0.40, 0.45, 0.50};

/// A measurement in standard deviations: what the genes give, and the rest by chance.
double phenotype(Genes const&, Gene, double chance);

/// The breeding of the demo company: broodstock in a studbook, a few families a year class, DNA of what is tagged.
class DemoStud {
public:
    /// Takes a fact: kind, body as JSON, when it happened and when it was written down.
    using Tell = std::function<void(char const* kind, std::string body, Instant happened, Instant recorded)>;
    DemoStud(std::uint64_t seed, Tell tell) : m_random(seed ^ 0x57cdbULL), m_tell(std::move(tell)) {}

    /// The broodstock with which the company begins, kept at `site`; varieties and their trials.
    void open(int year, std::string const& site, Instant at);

    /// A tagged fish of the company that may be a parent.
    struct Own {
        std::string tag;
        Genes genes;
    };
    struct Bred {
        std::string sires, dams;                 ///< names with commas between
        std::vector<std::string> own_dams;       ///< tags of those that were stripped
    };
    /// The spawnings of a year class. `from`: from which year on parents are chosen by what their kin showed.
    Bred spawn(farm::Species const&, std::string const& cohort, FarmDay hatched, Instant recorded, std::vector<Own> own_females, std::vector<Own> own_males, bool chosen);

    /// A fish of the cohort, when it gets its tag.
    struct Child {
        Genes genes{};
        std::string family;
    };
    Child child(std::string const& cohort);
    void typed(std::string const& family, FishId fish) { m_typed[family].push_back(fish); }
    /// Tells whose offspring the fish are that were typed since.
    void tell_typed(Instant happened, Instant recorded);

    /// Eggs of a female were looked at.
    void eggs_seen(std::string const& animal, Genes const&, Instant happened);
    void recovered(std::string const& animal, Instant stripped);
    /// Once a year: what of the broodstock is gone, and what trials found.
    void year_ends(int year, Instant at);

private:
    struct Parent {
        std::string name;
        bool female = false, gone = false;
        std::set<int> spawned;                   ///< years
        Genes genes{};
        std::string species;
        int born = 0;
    };
    struct Family { std::string name; Genes middle{}; };
    template <class T> void tell(T const& body, Instant happened, Instant recorded);
    Genes drawn(double part);

    Random m_random;
    Tell m_tell;
    std::string m_site;
    std::vector<Parent> m_parents;
    std::map<std::string, std::vector<Family>> m_families;   ///< by cohort
    std::map<std::string, std::vector<FishId>> m_typed;      ///< by family
    std::map<int, int> m_spawnings, m_family_names;          ///< how many of a year
};

} // namespace osetra::app::demo
