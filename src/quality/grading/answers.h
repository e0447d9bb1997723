#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "processing/line_chart.h"
#include "quality/engine/agreement.h"
#include "quality/engine/ordinal.h"
#include "quality/engine/tray.h"
#include "quality/grading/grading_sql.h"

// What people ask of grading. Pure: of what was told.
namespace osetra::quality {

/// The scheme of a lot: that of its last score or decision, else the first of the product's that is for the species; nullptr: none is.
Scheme const* scheme_for(Grading const& product, std::string const& species, std::vector<Of<GradeScored>> const&, std::vector<Of<GradeDecided>> const&);

/// Each grader's last scores of a lot.
std::map<std::string, Of<GradeScored>> last_scores(std::vector<Of<GradeScored>> const&);

/// What is known of a lot's attributes: the camera's word where there is a photograph, else the mean of the graders, scores to the half point.
Values joined_values(Scheme const&, std::map<std::string, Of<GradeScored>> const&, std::optional<TrayPhotographed> const&);

/// What the camera measured, by the scheme's attributes.
Values photo_values(Scheme const&, TrayPhotographed const&);

/// What the company's own decisions under a scheme teach.
struct PanelModel {
    std::vector<std::string> attributes;
    std::vector<std::size_t> grades;             ///< places in the scheme
    OrdinalModel model;
    Calibration calibration;
    /// Of each grade of the scheme; empty where an attribute is not known.
    std::vector<double> probabilities(Scheme const&, Values const&) const;
};
/// Of the decisions that have a value for each attribute that all of them have, those optional in the scheme left out. Refusals of fit_ordinal.
Result<PanelModel> learn_panel(Scheme const&, std::vector<Of<GradeDecided>> const&);

/// What lots measured of each attribute, by the last decision of each under the scheme, the last 120 in the order of decisions; an attribute with two lots at least.
std::map<std::string, std::vector<processing::ChartPoint>> measured_lots(Scheme const&, std::vector<Of<GradeDecided>> const&);

/// Each grader's own grade of a lot: by the rules from the grader's scores alone, as far as they go. What one of them measured is left out: others would have measured the same.
std::optional<std::size_t> own_grade(Scheme const&, Values scores);

} // namespace osetra::quality
