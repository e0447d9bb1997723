#include "stocktake/engine/onnx.h"

#include <cstdint>
#include <initializer_list>

#include "stocktake/engine/kernels.h"

namespace osetra::stocktake {
namespace {

// Messages and their field numbers: onnx/onnx.proto of ONNX 1.12, in the wire format of Protocol Buffers.
using Ints = std::initializer_list<std::int64_t>;

struct Message {
    std::string bytes;

    void varint(std::uint64_t v) {
        for (; v >= 128; v >>= 7) bytes += static_cast<char>(v | 128);
        bytes += static_cast<char>(v);
    }
    Message& number(unsigned field, std::int64_t v) {
        varint(field << 3);
        varint(static_cast<std::uint64_t>(v));
        return *this;
    }
    Message& text(unsigned field, std::string_view v) {
        varint(field << 3 | 2);
        varint(v.size());
        bytes += v;
        return *this;
    }
    Message& message(unsigned field, Message const& v) { return text(field, v.bytes); }
};

Message ints_attribute(std::string_view name, Ints values) {
    Message m;
    m.text(1, name);
    for (auto const v : values) m.number(8, v);
    return m.number(20, 7);
}
Message text_attribute(std::string_view name, std::string_view value) { return Message{}.text(1, name).text(4, value).number(20, 3); }

Message tensor(std::string_view name, Ints shape, float const* data, std::size_t n) {
    Message m;
    for (auto const d : shape) m.number(1, d);
    return m.number(2, 1).text(8, name).text(9, {reinterpret_cast<char const*>(data), n * sizeof(float)});
}

Message node(std::string_view kind, std::initializer_list<std::string_view> in, std::string_view out) {
    Message m;
    for (auto const i : in) m.text(1, i);
    return m.text(2, out).text(3, out).text(4, kind);
}

Message value(std::string_view name, Ints shape) {
    Message dims;
    for (auto const d : shape) dims.message(1, Message{}.number(1, d));
    return Message{}.text(1, name).message(2, Message{}.message(1, Message{}.number(1, 1).message(2, dims)));
}

void put_convolve(Message& graph, Layer const& l) {
    auto const weight = l.name + ".weight", bias = l.name + ".bias", sum = l.name + ".sum";
    graph.message(5, tensor(weight, {l.out, l.in, l.kernel, l.kernel}, l.weight.data(), l.weight.size()));
    graph.message(5, tensor(bias, {l.out}, l.bias.data(), l.bias.size()));
    auto const pad = l.kernel / 2;
    auto n = node("Conv", {l.from, weight, bias}, l.rectify ? sum : l.name);
    n.message(5, ints_attribute("kernel_shape", {l.kernel, l.kernel}));
    n.message(5, ints_attribute("pads", {pad, pad, pad, pad}));
    n.message(5, ints_attribute("strides", {l.stride, l.stride}));
    graph.message(1, n);
    if (l.rectify) graph.message(1, node("Relu", {sum}, l.name));
}

void put_refine(Message& graph, Layer const& l) {
    auto const fine = l.name + ".fine";
    auto n = node("Resize", {l.from, "", "twice"}, fine);
    n.message(5, text_attribute("mode", "nearest"));
    n.message(5, text_attribute("coordinate_transformation_mode", "asymmetric"));
    n.message(5, text_attribute("nearest_mode", "floor"));
    graph.message(1, n);
    graph.message(1, node("Add", {fine, l.with}, l.name));
}

} // namespace

std::string write_onnx(Weights const& w, int height, int width) {
    Message graph;
    static constexpr float twice[] = {1, 1, 2, 2};
    graph.message(5, tensor("twice", {4}, twice, 4));
    for (auto const& l : w.layers) l.kind == LayerKind::refine ? put_refine(graph, l) : put_convolve(graph, l);
    graph.text(2, w.name.empty() ? "osetra" : w.name);
    graph.message(11, value("picture", {1, picture_channels, height, width}));
    graph.message(12, value(w.layers.back().name, {1, head_count, height / 2, width / 2}));
    Message model;
    model.number(1, 7).text(2, "osetra-train");
    model.message(7, graph);
    model.message(8, Message{}.text(1, "").number(2, 13));
    return model.bytes;
}

} // namespace osetra::stocktake
