#include "breeding/engine/formula.h"

#include <algorithm>
#include <set>

namespace osetra::breeding {
namespace {

using std::string;
using std::string_view;

class Reader {
public:
    explicit Reader(string_view text) : m_text(text) {}

    Result<Formula> formula() {
        Formula out;
        do {
            auto trait = OSETRA_TRY(name("a trait"));
            auto const ordinal = take('(');
            if (ordinal) {
                if (trait != "ordinal") return wrong(trait + "() of a trait is not known: there is ordinal()");
                trait = OSETRA_TRY(name("a trait"));
                if (!take(')')) return wrong("a ')' is wanted");
            }
            out.traits.push_back(std::move(trait));
            out.ordinal.push_back(ordinal);
        } while (take(','));
        if (!take('~')) return wrong("'~' is wanted after the traits");
        do out.terms.push_back(OSETRA_TRY(term()));
        while (take('+'));
        if (m_at < m_text.size()) return wrong("a '+' is wanted between terms");
        std::set<string> seen;
        for (auto const& t : out.terms) if (!seen.insert(t.name()).second) return refuse("formula_twice", "The formula has " + t.name() + " twice.", t.name());
        for (auto const& t : out.traits) if (!seen.insert("trait " + t).second) return refuse("formula_twice", "The formula has the trait " + t + " twice.", t);
        return out;
    }

private:
    tl::unexpected<Refusal> wrong(string const& what) { return refuse("formula_malformed", "In the formula, " + what + ". Write: trait ~ farm + sex + animal + random(pool).", "character " + std::to_string(m_at + 1)); }
    void spaces() { while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\t' || m_text[m_at] == '\n')) ++m_at; }
    bool take(char c) {
        spaces();
        if (m_at >= m_text.size() || m_text[m_at] != c) return false;
        ++m_at;
        return true;
    }
    Result<string> name(string const& of) {
        spaces();
        if (take('`')) {   // any text
            auto const to = m_text.find('`', m_at);
            if (to == string_view::npos || to == m_at) return wrong("a name in `` does not end");
            auto out = string{m_text.substr(m_at, to - m_at)};
            m_at = to + 1;
            spaces();
            return out;
        }
        auto const from = m_at;
        while (m_at < m_text.size() && string_view{" \t\n+~,()`"}.find(m_text[m_at]) == string_view::npos) ++m_at;
        if (from == m_at) return wrong(of + " is wanted");
        auto out = string{m_text.substr(from, m_at - from)};
        spaces();
        return out;
    }
    Result<Term> term() {
        auto const word = OSETRA_TRY(name("a term"));
        if (!take('(')) {
            if (word == "animal") return Term{Effect::Kind::additive, {}};
            if (word == "maternal") return Term{Effect::Kind::maternal, {}};
            if (word == "permanent") return Term{Effect::Kind::permanent, {}};
            if (word == "1") return Term{Effect::Kind::fixed, {}, false, true};
            return Term{Effect::Kind::fixed, word};
        }
        auto const column = OSETRA_TRY(name("a column"));
        if (!take(')')) return wrong("a ')' is wanted");
        if (word == "random") return Term{Effect::Kind::random, column};
        if (word == "factor") return Term{Effect::Kind::fixed, column};
        if (word == "slope") return Term{Effect::Kind::slope, column};
        if (word == "log") return Term{Effect::Kind::slope, column, true};
        return wrong(word + "() is not known: there are random(), factor(), slope() and log()");
    }

    string_view m_text;
    std::size_t m_at = 0;
};

} // namespace

string Term::name() const {
    switch (kind) {
    case Effect::Kind::additive: return "animal";
    case Effect::Kind::maternal: return "maternal";
    case Effect::Kind::permanent: return "permanent";
    case Effect::Kind::random: return column;
    case Effect::Kind::slope: return logarithm ? "log(" + column + ")" : "slope(" + column + ")";
    case Effect::Kind::fixed: break;
    }
    return constant ? "1" : column;
}

Result<Formula> Formula::parse(string_view text) { return Reader{text}.formula(); }

} // namespace osetra::breeding
