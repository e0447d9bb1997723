#include "quality/engine/taste_optimise.h"

#include <cmath>

#include <Eigen/Dense>

namespace osetra::quality {
namespace {

using std::size_t;
using Vector = Eigen::VectorXd;
using Function = std::function<double(std::vector<double> const&)>;

std::vector<double> plain(Vector const& v) { return {v.data(), v.data() + v.size()}; }

Vector slope(Function const& f, Vector const& x) {
    Vector g{x.size()};
    for (Eigen::Index i = 0; i < x.size(); ++i) {
        auto const h = 1e-5 * std::max(1.0, std::abs(x[i]));
        auto up = x, down = x;
        up[i] += h;
        down[i] -= h;
        auto const a = f(plain(up)), b = f(plain(down));
        if (std::isfinite(a) && std::isfinite(b)) g[i] = (a - b) / (2 * h);
        else g[i] = std::isfinite(a) ? (a - f(plain(x))) / h : (f(plain(x)) - b) / h;
    }
    return g;
}

} // namespace

Minimum minimise(Function const& f, std::vector<double> start) {
    auto const n = static_cast<Eigen::Index>(start.size());
    Minimum out;
    if (n == 0) { out.value = f(start); out.settled = true; return out; }
    Vector x = Eigen::Map<Vector>(start.data(), n);
    double value = f(plain(x));
    Eigen::MatrixXd inverse = Eigen::MatrixXd::Identity(n, n);
    Vector g = slope(f, x);
    for (int step = 0; step < 500; ++step) {
        if (g.cwiseAbs().maxCoeff() < 1e-6 * std::max(1.0, std::abs(value))) { out.settled = true; if (g.cwiseAbs().maxCoeff() < 1e-7) break; }
        Vector direction = -inverse * g;
        if (direction.dot(g) >= 0) { inverse.setIdentity(); direction = -g; }
        if (auto const longest = direction.cwiseAbs().maxCoeff(); longest > 3) direction *= 3 / longest;
        double length = 1;
        double next_value = 0;
        Vector next;
        bool better = false;
        for (int half = 0; half < 40; ++half, length /= 2) {
            next = x + length * direction;
            next_value = f(plain(next));
            if (std::isfinite(next_value) && next_value <= value + 1e-4 * length * direction.dot(g)) { better = true; break; }
        }
        if (!better) {
            if (inverse.isIdentity()) break;
            inverse.setIdentity();
            continue;
        }
        Vector const next_g = slope(f, next);
        Vector const s = next - x, y = next_g - g;
        auto const sy = s.dot(y);
        if (sy > 1e-12) {
            Vector const hy = inverse * y;
            inverse += (1 + y.dot(hy) / sy) / sy * s * s.transpose() - (hy * s.transpose() + s * hy.transpose()) / sy;
        }
        auto const gained = value - next_value;
        x = next;
        value = next_value;
        g = next_g;
        if (gained < 1e-13 * std::max(1.0, std::abs(value)) && s.cwiseAbs().maxCoeff() < 1e-9) break;
    }
    out.settled = g.cwiseAbs().maxCoeff() < 1e-3 * std::max(1.0, std::abs(value));
    out.at = plain(x);
    out.value = value;
    out.curvature = inverse_of(hessian_of(f, out.at), start.size());
    return out;
}

std::vector<double> hessian_of(Function const& f, std::vector<double> const& at) {
    auto const n = at.size();
    std::vector<double> h(n), out(n * n);
    for (size_t i = 0; i < n; ++i) h[i] = 1e-4 * std::max(1.0, std::abs(at[i]));
    auto const centre = f(at);
    auto const moved = [&](size_t i, double a, size_t j, double b) { auto x = at; x[i] += a * h[i]; x[j] += b * h[j]; return f(x); };
    for (size_t i = 0; i < n; ++i) {
        out[i * n + i] = (moved(i, 1, i, 0) - 2 * centre + moved(i, -1, i, 0)) / (h[i] * h[i]);
        for (size_t j = 0; j < i; ++j)
            out[i * n + j] = out[j * n + i] = (moved(i, 1, j, 1) - moved(i, 1, j, -1) - moved(i, -1, j, 1) + moved(i, -1, j, -1)) / (4 * h[i] * h[j]);
    }
    return out;
}

std::vector<double> inverse_of(std::vector<double> const& square, size_t n) {
    auto const m = static_cast<Eigen::Index>(n);
    if (n == 0) return {};
    Eigen::Map<Eigen::MatrixXd const> const a{square.data(), m, m};
    Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> const eigen{a};
    auto const largest = eigen.eigenvalues().cwiseAbs().maxCoeff();
    Vector inverted{m};
    for (Eigen::Index i = 0; i < m; ++i) inverted[i] = eigen.eigenvalues()[i] > 1e-10 * largest ? 1 / eigen.eigenvalues()[i] : 0;
    Eigen::MatrixXd const out = eigen.eigenvectors() * inverted.asDiagonal() * eigen.eigenvectors().transpose();
    return {out.data(), out.data() + n * n};
}

} // namespace osetra::quality
