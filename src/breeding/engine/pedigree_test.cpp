#include "breeding/engine/pedigree.h"

#include <algorithm>
#include <random>

#include <gtest/gtest.h>

#include "breeding/engine/inbreeding.h"

namespace osetra::breeding {
namespace {

std::vector<std::string> codes(PedigreeChecked const& c) {
    std::vector<std::string> out;
    for (auto const& d : c.defects) out.push_back(d.code + ' ' + d.id + ' ' + std::to_string(d.row) + (d.grave ? "" : " told"));
    return out;
}
using Lines = std::vector<PedigreeLine>;

TEST(Pedigree, EveryDefectIsNamed) {
    struct Case { char const* what; Lines lines; std::vector<std::string> found; };
    for (auto const& c : std::vector<Case>{
             {"in any order", {{"c", "a", "b", "", {}, 1}, {"b", "", "", "", {}, 2}, {"a", "", "", "", {}, 3}}, {}},
             {"a parent without a line", {{"c", "a", "b", "", {}, 1}, {"b", "", "", "", {}, 2}}, {"parent_not_listed a 1 told"}},
             {"no id", {{"", "a", "", "", {}, 1}, {"a", "", "", "", {}, 2}}, {"id_missing  1"}},
             {"the same twice", {{"a", "", "", "", {}, 1}, {"a", "", "", "", {}, 2}}, {"id_twice a 2 told"}},
             {"two stories", {{"a", "", "", "", {}, 1}, {"b", "", "", "", {}, 2}, {"a", "b", "", "", {}, 3}}, {"id_twice a 3"}},
             {"its own father", {{"a", "a", "", "", {}, 1}}, {"own_parent a 1"}},
             {"a loop of three", {{"x1", "x3", "", "", {}, 1}, {"x2", "x1", "", "", {}, 2}, {"x3", "x2", "", "", {}, 3}, {"y", "x3", "", "", {}, 4}}, {"ancestor_of_itself x3 3"}},
             {"two loops", {{"a", "b", "", "", {}, 1}, {"b", "a", "", "", {}, 2}, {"c", "d", "", "", {}, 3}, {"d", "c", "", "", {}, 4}}, {"ancestor_of_itself b 2", "ancestor_of_itself d 4"}},
             {"selfed", {{"a", "", "", "", {}, 1}, {"b", "a", "a", "", {}, 2}}, {"sire_is_dam b 2"}},
             {"a sire that is a dam", {{"a", "", "", "", {}, 1}, {"b", "a", "", "", {}, 2}, {"c", "", "a", "", {}, 3}}, {"sex_conflict a 3"}},
             {"a female sire", {{"a", "", "", "female", {}, 1}, {"b", "a", "", "", {}, 2}, {"c", "a", "", "", {}, 3}}, {"sex_conflict a 2"}},
             {"older than its mother", {{"m", "", "", "", 2012, 1}, {"c", "", "m", "", 2010, 2}}, {"born_before_parent c 2"}}})
        EXPECT_EQ(codes(check_pedigree(c.lines)), c.found) << c.what;
}

TEST(Pedigree, IsCuredWhereTold) {
    Lines const lines{{"a", "a", "", "", {}, 1}, {"b", "c", "", "", {}, 2}, {"c", "b", "", "", {}, 3}, {"c", "", "", "", {}, 4}};
    EXPECT_EQ(check_pedigree(lines).pedigree.size(), 0u);
    auto const cured = check_pedigree(lines, {"own_parent", "ancestor_of_itself", "id_twice"});
    EXPECT_EQ(cured.pedigree.id, (std::vector<std::string>{"a", "c", "b"}));
    EXPECT_EQ(cured.pedigree.sire, (std::vector<std::int32_t>{-1, -1, 1}));
}

TEST(Pedigree, TheOrderOfTheFileChangesNothing) {
    Lines lines;
    std::mt19937_64 random{7};
    for (int i = 0; i < 300; ++i)
        lines.push_back({"F" + std::to_string(i), i < 20 ? "" : "F" + std::to_string(random() % static_cast<unsigned>(i / 2)) , "", "", {}, i + 1});
    for (auto& l : lines) if (!l.sire.empty()) l.dam = "F" + std::to_string((std::stoul(l.sire.substr(1)) + 1) % 300);
    std::erase_if(lines, [](auto const& l) { return !l.dam.empty() && std::stoul(l.dam.substr(1)) >= std::stoul(l.id.substr(1)); });
    auto const first = check_pedigree(lines, {"sex_conflict", "ancestor_of_itself"}).pedigree;
    ASSERT_GT(first.size(), 200u);
    for (std::size_t i = 0; i < first.size(); ++i) EXPECT_LT(std::max(first.sire[i], first.dam[i]), static_cast<std::int32_t>(i));
    for (int k = 0; k < 5; ++k) {
        std::shuffle(lines.begin(), lines.end(), random);
        auto const again = check_pedigree(lines, {"sex_conflict", "ancestor_of_itself"}).pedigree;
        EXPECT_EQ(again.id, first.id);
        EXPECT_EQ(again.sire, first.sire);
        EXPECT_EQ(again.dam, first.dam);
    }
}

/// A with inbreeding by the tabular method.
std::vector<std::vector<double>> relationship(Pedigree const& p) {
    auto const n = p.size();
    std::vector<std::vector<double>> a(n, std::vector<double>(n, 0));
    auto const of = [&](std::size_t i, std::int32_t j) { return j < 0 ? 0 : a[i][static_cast<std::size_t>(j)]; };
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < i; ++j) a[i][j] = a[j][i] = (of(j, p.sire[i]) + of(j, p.dam[i])) / 2;
        a[i][i] = 1 + (p.sire[i] < 0 || p.dam[i] < 0 ? 0 : a[static_cast<std::size_t>(p.sire[i])][static_cast<std::size_t>(p.dam[i])] / 2);
    }
    return a;
}

TEST(Inbreeding, AsTheTabularMethodHasIt) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        std::mt19937_64 random{seed};
        Pedigree p;
        for (int i = 0; i < 150; ++i) {
            auto const pick = [&]() -> std::int32_t { return i < 6 || random() % 8 == 0 ? -1 : static_cast<std::int32_t>(random() % static_cast<unsigned>(i)); };
            p.sire.push_back(pick());
            p.dam.push_back(pick());
        }
        auto const a = relationship(p);
        auto const f = inbreeding(p);
        auto const inverse = relationship_inverse(p, f);
        std::vector<std::vector<double>> full(p.size(), std::vector<double>(p.size(), 0));
        for (std::size_t i = 0; i < p.size(); ++i) {
            EXPECT_NEAR(f[i], a[i][i] - 1, 1e-12) << seed;
            for (auto k = inverse.start[i]; k < inverse.start[i + 1]; ++k) {
                auto const j = static_cast<std::size_t>(inverse.column[k]);
                full[i][j] = full[j][i] = inverse.value[k];
            }
        }
        for (std::size_t i = 0; i < p.size(); ++i)
            for (std::size_t j = 0; j < p.size(); ++j) {
                double product = 0;
                for (std::size_t k = 0; k < p.size(); ++k) product += full[i][k] * a[k][j];
                ASSERT_NEAR(product, i == j, 1e-8) << seed << ' ' << i << ' ' << j;
            }
    }
}

} // namespace
} // namespace osetra::breeding
