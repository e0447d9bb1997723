#include <cmath>

#include "kernel/json.h"
#include "stocktake/engine/count.h"

namespace osetra::stocktake {
namespace {

/// Nobody knows a body's place to a thousandth of a pixel, and counts of clips are long.
double short_number(double x, double by) { return std::round(x * by) / by; }

void put_mark(JsonOut& out, Mark const& m) {
    out.begin_object();
    out.put("x", short_number(m.x, 100));
    out.put("y", short_number(m.y, 100));
    out.put("axis", short_number(m.axis, 1e4));
    out.put("length_px", short_number(m.length_px, 100));
    out.put("score", short_number(m.score, 1e4));
    out.put("visible", short_number(m.visible, 1e3));
    out.end_object();
}

void put_frame(JsonOut& out, FrameMarks const& f) {
    out.begin_object();
    if (!f.path.empty()) out.value("path", f.path);
    out.put("at_s", short_number(f.at_s, 1e4));
    out.value("width", f.width);
    out.value("height", f.height);
    out.put("count", short_number(f.count, 100));
    out.value("faults", f.faults);
    out.begin_array("points");
    for (auto const& m : f.points) put_mark(out, m);
    out.end_array();
    out.end_object();
}

void put_track(JsonOut& out, Track const& t) {
    out.begin_object();
    out.value("track", t.track);
    out.put("from_s", short_number(t.from_s, 1e4));
    out.put("to_s", short_number(t.to_s, 1e4));
    out.put("length", short_number(t.length, 1e4));
    out.put("length_error", short_number(t.length_error, 1e4));
    out.begin_array("path");
    for (auto const& p : t.path) {
        out.begin_array();
        for (auto const x : p) out.put(nullptr, short_number(x, 1e3));
        out.end_array();
    }
    out.end_array();
    out.end_object();
}

/// Takes numbers, texts and lists out of an object, and remembers that something was not as it should be.
class Taker {
public:
    explicit Taker(JsonIn in) : m_in(std::move(in)) {}
    template <class T> void take(char const* name, T& to) {
        if (m_in.has(name)) get(m_in, name, to);
        else broken(name);
    }
    template <class T> void take_if(char const* name, T& to) { if (m_in.has(name)) get(m_in, name, to); }
    template <class T> void record_if(char const* name, std::optional<T>& to) {
        if (auto inside = m_in.child(name)) {
            to = read_fields<T>(*inside);
            if (inside->refusal()) broken(name);
        }
    }
    template <class F> void each(char const* name, F const& f) {
        for (auto& item : m_in.items(name)) {
            Taker inside{std::move(item)};
            f(inside);
            if (!inside.m_fault.empty()) broken(std::string{name} + "." + inside.m_fault);
        }
    }
    void numbers(char const* name, std::vector<std::array<double, 3>>& to) {
        for (auto const& row : m_in.items(name)) {
            auto values = row.items(nullptr);
            if (values.size() != 3) { broken(name); return; }
            std::array<double, 3> point{};
            for (std::size_t i = 0; i < 3; ++i) point[i] = number(values[i]);
            to.push_back(point);
        }
    }
    std::string const& fault() {
        if (m_in.refusal()) broken(m_in.refusal()->at);
        return m_fault;
    }

private:
    double number(JsonIn const& in) {
        auto const text = in.dump();
        char* end = nullptr;
        auto const x = std::strtod(text.c_str(), &end);
        if (end == text.c_str() || *end != '\0' || !std::isfinite(x)) broken("path");
        return x;
    }
    void broken(std::string const& name) { if (m_fault.empty()) m_fault = name.empty() ? "?" : name; }
    JsonIn m_in;
    std::string m_fault;
};

} // namespace

std::string count_json(CountResult const& c, bool with_frames) {
    JsonOut out;
    out.begin_object();
    out.value("count", c.count);
    out.value("low", c.low);
    out.value("high", c.high);
    out.value("verdict", c.verdict);
    out.value("reasons", c.reasons);
    out.put("seen_area", short_number(c.seen_area, 1e4));
    out.put("detectability", short_number(c.detectability, 1e4));
    if (c.length_m) out.record("length_m", *c.length_m);
    if (c.biomass_kg) out.record("biomass_kg", *c.biomass_kg);
    out.value("model", c.model);
    out.value("model_sha256", c.model_sha256);
    out.value("media_sha256", c.media_sha256);
    out.put("seconds", short_number(c.seconds, 100));
    if (with_frames) {
        out.begin_array("frames");
        for (auto const& f : c.frames) put_frame(out, f);
        out.end_array();
        out.begin_array("tracks");
        for (auto const& t : c.tracks) put_track(out, t);
        out.end_array();
    }
    out.end_object();
    return out.take();
}

Result<CountResult> read_count(std::string_view json) {
    CountResult c;
    Taker in{OSETRA_TRY(JsonIn::parse(json))};
    in.take("count", c.count);
    in.take("low", c.low);
    in.take("high", c.high);
    in.take("verdict", c.verdict);
    in.take_if("reasons", c.reasons);
    in.take("seen_area", c.seen_area);
    in.take("detectability", c.detectability);
    in.record_if("length_m", c.length_m);
    in.record_if("biomass_kg", c.biomass_kg);
    in.take("model", c.model);
    in.take("model_sha256", c.model_sha256);
    in.take("media_sha256", c.media_sha256);
    in.take("seconds", c.seconds);
    in.each("frames", [&](Taker& f) {
        FrameMarks frame;
        f.take_if("path", frame.path);
        f.take("at_s", frame.at_s);
        f.take("width", frame.width);
        f.take("height", frame.height);
        f.take("count", frame.count);
        f.take_if("faults", frame.faults);
        f.each("points", [&](Taker& p) {
            Mark m;
            p.take("x", m.x);
            p.take("y", m.y);
            p.take("axis", m.axis);
            p.take("length_px", m.length_px);
            p.take("score", m.score);
            p.take_if("visible", m.visible);
            if (!p.fault().empty()) return;
            frame.points.push_back(m);
        });
        if (!f.fault().empty()) return;
        c.frames.push_back(std::move(frame));
    });
    in.each("tracks", [&](Taker& t) {
        Track track;
        t.take("track", track.track);
        t.take("from_s", track.from_s);
        t.take("to_s", track.to_s);
        t.take("length", track.length);
        t.take("length_error", track.length_error);
        t.numbers("path", track.path);
        if (!t.fault().empty()) return;
        c.tracks.push_back(std::move(track));
    });
    if (auto const& fault = in.fault(); !fault.empty()) return refuse("count_malformed", "This is no count (osetra count --json writes one).", fault);
    return c;
}

} // namespace osetra::stocktake
