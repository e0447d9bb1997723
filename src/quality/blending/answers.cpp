#include "quality/blending/answers.h"

#include <cmath>

#include "kernel/json.h"

namespace osetra::quality {
namespace {

void blend_fields(JsonOut& out, BlendTask const& task, Blend const& b) {
    out.value("amount_mg", b.amount_mg.n);
    out.value("cost_minor", b.cost.minor);
    out.value("currency", code_of(b.cost.currency));
    out.value("bound", b.bound);
    out.value("gap", b.gap);
    out.value("bound_holds", b.bound_holds);
    out.value("within", b.within);
    out.value("off", b.off);
    out.value("old_share", b.old_share);
    out.begin_array("parts");
    for (auto const& p : b.parts) {
        auto const& lot = task.lots[p.lot];
        out.begin_object();
        out.value("lot", lot.lot);
        out.value("kind", lot.kind);
        out.value("bags", p.bags);
        out.value("bag_mg", lot.bag_mg ? lot.bag_mg->n : 0);
        out.value("mg", p.mg.n);
        out.value("share", static_cast<double>(p.mg.n) / static_cast<double>(b.amount_mg.n));
        out.value("cost_minor", p.cost.minor);
        out.end_object();
    }
    out.end_array();
    out.begin_array("attributes");
    for (std::size_t a = 0; a < task.wish.aims.size(); ++a) {
        auto const& aim = task.wish.aims[a];
        auto const& m = b.mean[a];
        out.begin_object();
        out.value("attribute", aim.attribute);
        out.value("low", aim.low);
        out.value("target", aim.target);
        out.value("high", aim.high);
        out.value("counted", aim.counted);
        out.value("value", m.value);
        out.value("error", m.error);
        out.value("within", m.within);
        out.value("leans", std::int64_t{m.leans});
        out.value("saved_by_wider", m.saved_by_wider);
        out.end_object();
    }
    out.end_array();
}

void gives(JsonOut& out, char const* name, BlendTask const& task, std::vector<BlendGive> const& all) {
    out.begin_array(name);
    for (auto const& g : all) {
        out.begin_object();
        out.value("attribute", task.wish.aims[g.aim].attribute);
        out.value("side", g.low_side ? "low" : "high");
        out.value("by", g.by);
        out.end_object();
    }
    out.end_array();
}

void model_fields(JsonOut& out, MixingModel const& m) {
    out.value("attribute", m.attribute);
    out.value("mixing", word_of(m.mixing));
    out.value("blends", static_cast<std::int64_t>(m.blends));
    out.value("r2_linear", m.r2_linear);
    out.value("r2_interacting", m.r2_interacting);
    out.value("error", m.error);
    out.begin_array("left_out");
    for (auto const x : m.left_out) out.value(nullptr, x);
    out.end_array();
}

} // namespace

std::string blend_json(BlendTask const& task, BlendAnswer const& answer) {
    JsonOut out;
    out.begin_object();
    if (answer.blend) {
        out.begin_object("blend");
        blend_fields(out, task, *answer.blend);
        out.end_object();
    } else {
        out.value("obstacle", answer.obstacle);
        out.value("why", answer.why);
        gives(out, "together", task, answer.together);
        gives(out, "alone", task, answer.alone);
        if (answer.lots_needed) out.value("lots_needed", *answer.lots_needed);
    }
    out.begin_array("mixing");
    for (auto const& m : task.mixing) { out.begin_object(); model_fields(out, m); out.end_object(); }
    out.end_array();
    out.value("panel_tasters", std::int64_t{confirming_tasters()});
    out.begin_array("notes");
    for (auto const& note : task.notes) out.value(nullptr, note);
    out.end_array();
    out.end_object();
    return out.take();
}

std::string curve_json(BlendTask const& task, std::vector<Blend> const& curve) {
    JsonOut out;
    out.begin_object();
    out.begin_array("points");
    for (auto const& b : curve) { out.begin_object(); blend_fields(out, task, b); out.end_object(); }
    out.end_array();
    out.end_object();
    return out.take();
}

std::string mixing_json(std::vector<MixingModel> const& models) {
    JsonOut out;
    out.begin_object();
    out.begin_array("attributes");
    for (auto const& m : models) { out.begin_object(); model_fields(out, m); out.end_object(); }
    out.end_array();
    out.end_object();
    return out.take();
}

std::string mix_json(std::vector<Salt> const& salts, MixWish const& wish, MixAnswer const& answer) {
    JsonOut out;
    out.begin_object();
    out.value("charge_error", answer.charge_error);
    out.value("charge_doubtful", std::abs(answer.charge_error) > charge_told);
    if (answer.mix) {
        auto const& mix = *answer.mix;
        out.begin_object("mix");
        out.value("volume_l", wish.volume_l);
        out.value("cost_minor", mix.cost.minor);
        out.value("currency", code_of(mix.cost.currency));
        out.value("gap", mix.gap);
        out.objects("parts", mix.parts, [&](auto const& p) {
            out.value("salt", salts[p.salt].name);
            out.value("formula", salts[p.salt].formula);
            out.value("g_m3", p.g_m3);
            out.value("mg", p.mg.n);
            out.value("bags", p.bags);
            out.value("cost_minor", p.cost.minor);
        });
        out.objects("steps", mix.steps, [&](auto const& step) {
            std::vector<std::string> names;
            for (auto const i : step.parts) names.push_back(salts[mix.parts[i].salt].name);
            out.value("salts", names);
            out.value("act", step.act);
            out.value("why", step.why);
        });
        out.begin_object("ions_mg_l");
        for (auto const& ion : all_ions()) if (mix.water[number_of(ion)] > 0) out.value(std::string{ion.code}.c_str(), mix.water[number_of(ion)]);
        out.end_object();
        out.begin_array("bands");
        for (std::size_t b = 0; b < wish.bands.size(); ++b) {
            out.begin_object();
            out.value("what", wish.bands[b].what);
            out.value("low", wish.bands[b].low);
            out.value("value", mix.band[b].value);
            out.value("high", wish.bands[b].high);
            out.value("source", mix.band[b].source);
            out.end_object();
        }
        out.end_array();
        out.end_object();
    } else {
        out.value("why", answer.why);
        out.objects("gives", answer.gives, [&](auto const& g) {
            out.value("what", wish.bands[g.band].what);
            out.value("low", wish.bands[g.band].low);
            out.value("high", wish.bands[g.band].high);
            out.value("value", g.value);
        });
    }
    out.end_object();
    return out.take();
}

} // namespace osetra::quality
