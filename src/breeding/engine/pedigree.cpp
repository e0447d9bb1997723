#include "breeding/engine/pedigree.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace osetra::breeding {
namespace {

using std::int32_t;
using std::size_t;
using std::string;
using std::string_view;

/// 2 before 10, F2 before F10: digits compare as numbers.
bool reads_before(string_view a, string_view b) {
    auto const digit = [](char c) { return c >= '0' && c <= '9'; };
    size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (!digit(a[i]) || !digit(b[j])) {
            if (a[i] != b[j]) return a[i] < b[j];
            ++i, ++j;
            continue;
        }
        auto const number = [&](string_view s, size_t& at) {
            while (at < s.size() && s[at] == '0') ++at;
            auto const from = at;
            while (at < s.size() && digit(s[at])) ++at;
            return s.substr(from, at - from);
        };
        auto const x = number(a, i), y = number(b, j);
        if (x.size() != y.size()) return x.size() < y.size();
        if (x != y) return x < y;
    }
    if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
    return a < b;
}

class Checker {
public:
    Checker(std::vector<PedigreeLine> const& lines, std::set<string> const& cures) : m_lines(lines), m_cures(cures) {}

    PedigreeChecked run() {
        name_animals();
        find_parents();
        compare_with_parents();
        find_loops();
        auto& defects = m_out.defects;
        std::stable_sort(defects.begin(), defects.end(), [](Defect const& a, Defect const& b) { return a.row < b.row; });
        if (std::none_of(defects.begin(), defects.end(), [](Defect const& d) { return d.grave; })) put_in_order();
        return std::move(m_out);
    }

private:
    struct Animal {
        string_view id;
        PedigreeLine const* line = nullptr;   // none: only named as a parent
        int32_t sire = -1, dam = -1;
    };

    /// Whether it is to be cured.
    bool tell(string code, string_view id, std::int64_t row, string column, string message) {
        auto const cured = m_cures.contains(code);
        m_out.defects.push_back({std::move(code), string{id}, row, std::move(column), std::move(message), !cured});
        return cured;
    }

    void name_animals() {
        m_place.reserve(m_lines.size());
        for (auto const& line : m_lines) {
            if (line.id.empty()) { tell("id_missing", "", line.row, "id", "This line names no animal. Give it an id, or take the line out."); continue; }
            auto const [at, fresh] = m_place.try_emplace(line.id, static_cast<int32_t>(m_animals.size()));
            if (fresh) { m_animals.push_back({line.id, &line}); continue; }
            auto const& first = *m_animals[static_cast<size_t>(at->second)].line;
            if (first.sire == line.sire && first.dam == line.dam && first.sex == line.sex && first.born == line.born)
                m_out.defects.push_back({"id_twice", line.id, line.row, "id", "The line says again what row " + std::to_string(first.row) + " says.", false});
            else tell("id_twice", line.id, line.row, "id", "Row " + std::to_string(first.row) + " says something else of " + line.id + ". Leave one of the two.");
        }
        m_listed = m_animals.size();
    }

    int32_t parent(string const& id, PedigreeLine const& line, string const& column) {
        if (id.empty()) return -1;
        auto const [at, fresh] = m_place.try_emplace(id, static_cast<int32_t>(m_animals.size()));
        if (fresh) {
            m_animals.push_back({id});
            m_out.defects.push_back({"parent_not_listed", id, line.row, column, id + " has no line of its own; it is taken as a founder.", false});
        }
        return at->second;
    }

    void find_parents() {
        m_role.assign(m_listed, 0);
        for (size_t i = 0; i < m_listed; ++i) {
            auto const& line = *m_animals[i].line;
            if (line.id == line.sire || line.id == line.dam) {
                tell("own_parent", line.id, line.row, line.id == line.sire ? "sire" : "dam", line.id + " is said to be its own parent.");
                continue;   // cured, it has no parents
            }
            auto const sire = parent(line.sire, line, "sire"), dam = parent(line.dam, line, "dam");
            m_animals[i].sire = sire;
            m_animals[i].dam = dam;
            if (sire >= 0 && sire == dam) tell("sire_is_dam", line.id, line.row, "dam", line.sire + " is both sire and dam of " + line.id + ". Where an animal was selfed or doubled, say so with --cure sire_is_dam.");
            take_role(sire, 1, line);
            take_role(dam, 2, line);
        }
    }

    void take_role(int32_t parent, std::uint8_t role, PedigreeLine const& of) {
        if (parent < 0) return;
        auto const i = static_cast<size_t>(parent);
        if (m_role.size() <= i) m_role.resize(i + 1, 0);
        auto const column = role == 1 ? "sire" : "dam";
        auto const& animal = m_animals[i];
        auto const told = animal.line ? animal.line->sex : string{};
        auto const against = role == 1 ? "female" : "male";
        auto const before = m_role[i];
        m_role[i] |= role;
        if (of.sire == of.dam) return;   // told already
        if (told == against && !(before & role)) tell("sex_conflict", animal.id, of.row, column, string{animal.id} + " is " + told + " (row " + std::to_string(animal.line->row) + ") and a " + column + " here.");
        else if (told.empty() && before != 0 && m_role[i] == 3 && before != 3) tell("sex_conflict", animal.id, of.row, column, string{animal.id} + " is a " + column + " here and a " + (role == 1 ? "dam" : "sire") + " elsewhere.");
    }

    void compare_with_parents() {
        for (size_t i = 0; i < m_listed; ++i) {
            auto& animal = m_animals[i];
            if (!animal.line->born) continue;
            for (auto* parent : {&animal.sire, &animal.dam}) {
                if (*parent < 0) continue;
                auto const* line = m_animals[static_cast<size_t>(*parent)].line;
                if (!line || !line->born || *line->born < *animal.line->born) continue;
                auto const column = parent == &animal.sire ? "sire" : "dam";
                if (tell("born_before_parent", animal.id, animal.line->row, column, string{animal.id} + " was born no later than its " + column + ' ' + line->id + " (row " + std::to_string(line->row) + ").")) *parent = -1;
            }
        }
    }

    /// Takes away founders, then their offspring, and so on: what stays hangs on a loop. Generations come out of it.
    void find_loops() {
        for (;;) {
            auto const left = by_generation();
            if (left.empty()) return;
            // from any animal that stays, parents that stay lead into a loop
            std::vector<bool> stays(m_animals.size());
            for (auto const i : left) stays[i] = true;
            auto const next = [&](size_t i) {
                auto const& a = m_animals[i];
                for (auto const parent : {a.sire, a.dam}) if (parent >= 0 && stays[static_cast<size_t>(parent)]) return static_cast<size_t>(parent);
                return i;
            };
            auto at = left.front();
            for (size_t step = 0; step < left.size(); ++step) at = next(at);
            string way;
            auto youngest = at;
            auto i = at;
            do {
                way += string{m_animals[i].id} + " < ";
                if (m_animals[i].line && reads_before(m_animals[youngest].id, m_animals[i].id)) youngest = i;
                i = next(i);
            } while (i != at && way.size() < 2'000);
            way += m_animals[at].id;
            auto& cut = m_animals[youngest];
            auto const cured = tell("ancestor_of_itself", cut.id, cut.line ? cut.line->row : 0, "sire", string{cut.id} + " is an ancestor of itself: " + way + ". Mend one of these lines.");
            cut.sire = cut.dam = -1;   // go on looking; where it is not cured nothing is evaluated
            (void)cured;
        }
    }

    std::vector<size_t> by_generation() {
        auto const n = m_animals.size();
        std::vector<int32_t> waits(n, 0);
        std::vector<size_t> start(n + 1, 0);
        auto const each_parent = [&](auto&& does) {
            for (size_t i = 0; i < n; ++i)
                for (auto const parent : {m_animals[i].sire, m_animals[i].dam}) if (parent >= 0) does(i, static_cast<size_t>(parent));
        };
        each_parent([&](size_t i, size_t parent) { ++waits[i]; ++start[parent + 1]; });
        std::partial_sum(start.begin(), start.end(), start.begin());
        std::vector<size_t> offspring(start[n]);
        auto fill = start;
        each_parent([&](size_t i, size_t parent) { offspring[fill[parent]++] = i; });
        m_generation.assign(n, 0);
        std::vector<size_t> ready;
        for (size_t i = 0; i < n; ++i) if (waits[i] == 0) ready.push_back(i);
        for (size_t at = 0; at < ready.size(); ++at)
            for (auto j = start[ready[at]]; j < start[ready[at] + 1]; ++j) {
                auto const child = offspring[j];
                m_generation[child] = std::max(m_generation[child], m_generation[ready[at]] + 1);
                if (--waits[child] == 0) ready.push_back(child);
            }
        std::vector<size_t> left;
        if (ready.size() < n) for (size_t i = 0; i < n; ++i) if (waits[i] > 0) left.push_back(i);
        return left;
    }

    void put_in_order() {
        auto const n = m_animals.size();
        std::vector<size_t> order(n);
        std::iota(order.begin(), order.end(), size_t{0});
        std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
            return m_generation[a] != m_generation[b] ? m_generation[a] < m_generation[b] : reads_before(m_animals[a].id, m_animals[b].id);
        });
        std::vector<int32_t> place(n);
        for (size_t i = 0; i < n; ++i) place[order[i]] = static_cast<int32_t>(i);
        auto& p = m_out.pedigree;
        for (auto const i : order) {
            auto const& a = m_animals[i];
            p.id.emplace_back(a.id);
            p.sire.push_back(a.sire < 0 ? -1 : place[static_cast<size_t>(a.sire)]);
            p.dam.push_back(a.dam < 0 ? -1 : place[static_cast<size_t>(a.dam)]);
        }
    }

    std::vector<PedigreeLine> const& m_lines;
    std::set<string> const& m_cures;
    std::unordered_map<string_view, int32_t> m_place;
    std::vector<Animal> m_animals;
    std::vector<std::uint8_t> m_role;       // 1 sire, 2 dam
    std::vector<int32_t> m_generation;
    size_t m_listed = 0;
    PedigreeChecked m_out;
};

} // namespace

PedigreeChecked check_pedigree(std::vector<PedigreeLine> const& lines, std::set<string> const& cures) { return Checker{lines, cures}.run(); }

} // namespace osetra::breeding
