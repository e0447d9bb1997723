#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/result.h"

// Grades by rule: a scheme says what each grade asks of each attribute, and a lot gets the best grade whose limits it keeps, with the reasons. Schemes are data of the product
// packs (packs/*.yaml, grading); no product is known here.
namespace osetra::quality {

/// What an attribute is: something measured in a unit, or what people score on a scale of whole numbers.
enum class AttributeKind { measured, scored };
enum class Better { more, less, between };
/// How the grades of the attributes become one: the lowest of them; or their mean by weight, and no better than those that `cap`.
enum class Decide { lowest, weighted };

struct GradeWord { std::string code, name_en, name_zh; };

/// What a grade asks. Of `more` low holds, of `less` high, of `between` both.
struct GradeLimit { double low = 0, high = 0; };

struct Attribute {
    std::string code, name_en, name_zh;
    std::string unit;                                ///< as people write it; empty: none
    AttributeKind kind = AttributeKind::measured;
    Better better = Better::more;
    double from = 0, to = 0;                         ///< values outside were mistyped or misread
    bool optional = false;                           ///< a lot can be graded without it
    bool caps = false;
    double weight = 1;
    std::string camera;                              ///< what of a tray photograph it is (grade_camera_words); empty: no camera sees it
    std::map<std::size_t, GradeLimit> limits;        ///< by the place of the grade; a grade that is not there asks nothing
};

struct Scheme {
    std::string code, name_en, name_zh;
    std::string basis;                               ///< the standard or the practice that it comes from, with how far to trust it
    std::vector<std::string> species;                ///< of the pack; empty: all
    Decide decide = Decide::lowest;
    std::vector<GradeWord> grades;                   ///< the best first; the last asks nothing, so that every lot has a grade
    std::vector<Attribute> attributes;

    Attribute const* find(std::string_view code) const;
    std::optional<std::size_t> place(std::string_view grade) const;
};

/// Values of a lot by the codes of attributes.
using Values = std::map<std::string, double>;

/// What one attribute says.
struct AttributeGrade {
    std::size_t attribute = 0;                       ///< place in the scheme
    double value = 0;
    std::size_t grade = 0;                           ///< best whose limit it keeps
    std::optional<std::size_t> missed;               ///< the next better grade that asks more; none: nothing asks more
    bool decides = false;                            ///< the lot would have a better grade but for this one
};

struct Graded {
    std::size_t grade = 0;
    std::vector<AttributeGrade> attributes;          ///< those that were told, in the scheme's order
    std::vector<std::size_t> missing;                ///< optional ones that were not
};

/// Refusals: attribute_unknown, attribute_range (with the code as place), attribute_missing.
Result<Graded> grade(Scheme const&, Values const&);

enum class Tongue { english, chinese };
/// "Egg diameter 2.7 mm: grade 1 asks 2.8 mm" of each attribute that decides; where none asks for more, that all limits of the best grade are kept.
std::vector<std::string> reasons(Scheme const&, Graded const&, Tongue);
/// "2.8 mm", "at most 3", "20 to 35 mm": what a grade asks of an attribute; empty: nothing.
std::string limit_text(Attribute const&, std::size_t grade, Tongue);

/// A product that needs a weight of the graded goods: what it costs and brings, and which grades it may be made of.
struct PortionPart { std::string name_en, name_zh; double amount = 0; std::string unit; long long cost_minor = 0; };   ///< cost of the amount
struct Portion {
    std::string code, name_en, name_zh;
    std::string scheme;                              ///< whose grades
    std::vector<std::string> grades;                 ///< that it may be made of
    double grams = 0;                                ///< of the graded goods in one
    double loss = 0;                                 ///< share of them lost on the way into it
    long long price_minor = 0;                       ///< what one brings
    std::string currency;
    std::vector<PortionPart> parts;                  ///< all else: bill of material and labour
};

/// Of one portion made of one grade.
struct PortionMargin {
    std::string grade;
    bool allowed = false;
    long long goods_minor = 0, parts_minor = 0, margin_minor = 0;
    double margin_share = 0;                         ///< of the price
    double earns_per_g = 0;                          ///< minor units that a gram of the goods brings in this use, before its own cost
};
struct PortionAnswer {
    std::vector<PortionMargin> grades;               ///< in the order of the scheme, those with a price
    long long pays_below_minor_per_kg = 0;           ///< the goods may cost so much before nothing is left
    std::optional<std::string> best;                 ///< allowed grade with the greatest margin that is above nought; of equal ones the worse grade
};
/// `price_minor_per_kg` by grade code.
PortionAnswer margin_of(Portion const&, Scheme const&, std::map<std::string, long long> const& price_minor_per_kg);

/// What packs say of grading.
struct Grading {
    std::vector<Scheme> schemes;
    std::vector<Portion> portions;
    std::map<std::string, std::map<std::string, long long>> price_minor_per_kg;   ///< starting values by scheme and grade
    std::string currency;

    Scheme const* find(std::string_view scheme) const;
    Portion const* portion(std::string_view code) const;
};

} // namespace osetra::quality
