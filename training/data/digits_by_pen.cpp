#include "training/data/digits_by_pen.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <span>
#include <vector>

#include "training/data/random.h"

namespace elbo {
namespace {

struct Point {
    float x = 0.0f;
    float y = 0.0f;
};

using Stroke = std::vector<Point>;
using Glyph = std::vector<Stroke>;

// Centre lines. One unit is the height of a digit; x points right, y down, the origin is the middle of the digit.
// A stroke is a smooth curve through its points; a corner is where one stroke ends and the next begins.
const std::array<std::vector<Glyph>, 10>& alphabet() {
    static const std::array<std::vector<Glyph>, 10> kAlphabet{{
        // 0: closed, and one whose ends overlap at the top
        {{{{0.03f, -0.50f},
           {-0.19f, -0.40f},
           {-0.30f, -0.02f},
           {-0.20f, 0.38f},
           {0.02f, 0.50f},
           {0.23f, 0.37f},
           {0.30f, -0.02f},
           {0.21f, -0.39f},
           {0.00f, -0.50f}}},
         {{{0.13f, -0.44f},
           {-0.10f, -0.45f},
           {-0.28f, -0.16f},
           {-0.26f, 0.26f},
           {-0.04f, 0.50f},
           {0.21f, 0.36f},
           {0.29f, -0.02f},
           {0.20f, -0.36f},
           {-0.02f, -0.48f}}}},
        // 1: a plain stroke, with a flag, with flag and foot
        {{{{0.02f, -0.50f}, {0.00f, 0.00f}, {-0.02f, 0.50f}}},
         {{{-0.13f, -0.25f}, {-0.03f, -0.36f}, {0.05f, -0.50f}}, {{0.05f, -0.50f}, {0.04f, 0.00f}, {0.03f, 0.50f}}},
         {{{-0.13f, -0.27f}, {-0.03f, -0.38f}, {0.04f, -0.50f}},
          {{0.04f, -0.50f}, {0.03f, 0.00f}, {0.02f, 0.48f}},
          {{-0.20f, 0.49f}, {0.02f, 0.48f}, {0.24f, 0.48f}}}},
        // 2: with a sharp foot, with a loop
        {{{{-0.27f, -0.28f},
           {-0.17f, -0.44f},
           {0.03f, -0.50f},
           {0.22f, -0.40f},
           {0.25f, -0.20f},
           {0.10f, 0.08f},
           {-0.12f, 0.32f},
           {-0.29f, 0.48f}},
          {{-0.29f, 0.48f}, {0.00f, 0.46f}, {0.31f, 0.47f}}},
         {{{-0.25f, -0.30f},
           {-0.12f, -0.46f},
           {0.08f, -0.48f},
           {0.23f, -0.34f},
           {0.21f, -0.10f},
           {0.05f, 0.18f},
           {-0.14f, 0.40f},
           {-0.27f, 0.45f},
           {-0.27f, 0.32f},
           {-0.10f, 0.33f},
           {0.10f, 0.47f},
           {0.32f, 0.43f}}}},
        // 3: round, with a flat top
        {{{{-0.24f, -0.37f}, {-0.08f, -0.49f}, {0.12f, -0.47f}, {0.23f, -0.31f}, {0.14f, -0.11f}, {-0.04f, -0.04f}},
          {{-0.04f, -0.04f}, {0.17f, 0.03f}, {0.28f, 0.22f}, {0.17f, 0.43f}, {-0.05f, 0.50f}, {-0.27f, 0.38f}}},
         {{{-0.24f, -0.48f}, {0.00f, -0.48f}, {0.22f, -0.47f}},
          {{0.22f, -0.47f}, {0.09f, -0.27f}, {-0.05f, -0.08f}},
          {{-0.05f, -0.08f}, {0.16f, -0.04f}, {0.27f, 0.17f}, {0.18f, 0.41f}, {-0.04f, 0.50f}, {-0.27f, 0.40f}}}},
        // 4: open on top, closed on top
        {{{{-0.17f, -0.46f}, {-0.24f, -0.18f}, {-0.28f, 0.07f}},
          {{-0.28f, 0.07f}, {0.00f, 0.07f}, {0.30f, 0.04f}},
          {{0.18f, -0.40f}, {0.15f, 0.05f}, {0.12f, 0.50f}}},
         {{{0.12f, -0.50f}, {-0.11f, -0.19f}, {-0.33f, 0.14f}},
          {{-0.33f, 0.14f}, {0.00f, 0.14f}, {0.33f, 0.13f}},
          {{0.12f, -0.50f}, {0.12f, 0.00f}, {0.11f, 0.50f}}}},
        // 5
        {{{{0.26f, -0.48f}, {0.04f, -0.48f}, {-0.17f, -0.46f}},
          {{-0.17f, -0.46f}, {-0.21f, -0.26f}, {-0.24f, -0.06f}},
          {{-0.24f, -0.06f},
           {-0.04f, -0.15f},
           {0.17f, -0.08f},
           {0.27f, 0.14f},
           {0.18f, 0.39f},
           {-0.03f, 0.50f},
           {-0.27f, 0.40f}}}},
        // 6
        {{{{0.19f, -0.47f},
           {-0.02f, -0.36f},
           {-0.19f, -0.10f},
           {-0.26f, 0.17f},
           {-0.18f, 0.42f},
           {0.03f, 0.50f},
           {0.22f, 0.40f},
           {0.25f, 0.21f},
           {0.13f, 0.06f},
           {-0.06f, 0.07f},
           {-0.23f, 0.25f}}},
         {{{0.06f, -0.50f},
           {-0.12f, -0.30f},
           {-0.23f, 0.00f},
           {-0.24f, 0.28f},
           {-0.09f, 0.48f},
           {0.12f, 0.47f},
           {0.25f, 0.30f},
           {0.20f, 0.10f},
           {0.03f, 0.02f},
           {-0.14f, 0.11f},
           {-0.24f, 0.28f}}}},
        // 7: plain, with a bar, with a hook
        {{{{-0.28f, -0.46f}, {0.00f, -0.47f}, {0.28f, -0.47f}},
          {{0.28f, -0.47f}, {0.12f, -0.06f}, {0.00f, 0.22f}, {-0.07f, 0.50f}}},
         {{{-0.28f, -0.46f}, {0.00f, -0.47f}, {0.28f, -0.46f}},
          {{0.28f, -0.46f}, {0.12f, -0.08f}, {0.01f, 0.20f}, {-0.06f, 0.50f}},
          {{-0.14f, 0.04f}, {0.06f, 0.02f}, {0.25f, 0.01f}}},
         {{{-0.28f, -0.30f}, {-0.26f, -0.46f}},
          {{-0.26f, -0.46f}, {0.00f, -0.45f}, {0.27f, -0.48f}},
          {{0.27f, -0.48f}, {0.13f, -0.12f}, {0.05f, 0.20f}, {0.02f, 0.50f}}}},
        // 8: one stroke through the waist, two rings
        {{{{0.21f, -0.37f},
           {0.02f, -0.50f},
           {-0.18f, -0.39f},
           {-0.16f, -0.18f},
           {0.02f, -0.03f},
           {0.21f, 0.14f},
           {0.23f, 0.36f},
           {0.02f, 0.50f},
           {-0.21f, 0.38f},
           {-0.20f, 0.16f},
           {0.00f, -0.02f},
           {0.17f, -0.18f},
           {0.21f, -0.37f}}},
         {{{0.02f, -0.03f},
           {-0.17f, -0.13f},
           {-0.19f, -0.36f},
           {0.01f, -0.50f},
           {0.20f, -0.37f},
           {0.18f, -0.14f},
           {0.02f, -0.03f}},
          {{0.02f, -0.03f},
           {-0.21f, 0.10f},
           {-0.23f, 0.36f},
           {0.01f, 0.50f},
           {0.24f, 0.37f},
           {0.22f, 0.10f},
           {0.02f, -0.03f}}}},
        // 9: straight stem, curved tail
        {{{{0.23f, -0.34f},
           {0.06f, -0.50f},
           {-0.16f, -0.44f},
           {-0.25f, -0.25f},
           {-0.15f, -0.06f},
           {0.05f, -0.05f},
           {0.21f, -0.20f},
           {0.24f, -0.36f}},
          {{0.24f, -0.40f}, {0.22f, 0.00f}, {0.18f, 0.25f}, {0.14f, 0.50f}}},
         {{{0.24f, -0.32f},
           {0.08f, -0.49f},
           {-0.13f, -0.46f},
           {-0.25f, -0.27f},
           {-0.17f, -0.08f},
           {0.02f, -0.05f},
           {0.18f, -0.17f},
           {0.24f, -0.34f}},
          {{0.24f, -0.38f}, {0.27f, -0.05f}, {0.21f, 0.28f}, {0.02f, 0.48f}, {-0.20f, 0.42f}}}},
    }};
    return kAlphabet;
}

/// How one example was written.
struct Hand {
    // Affine map from digit units to pixels: shear, then rotation, scale and shift.
    float xx, xy, yx, yy;
    Point shift;
    // Elastic displacement: two waves per axis, slow compared with a stroke, so that lines bend and never tear.
    struct Wave {
        float kx, ky, phase, amplitude;
    };
    std::array<Wave, 2> bendX;
    std::array<Wave, 2> bendY;
    float jitter;    ///< of each control point, digit units
    float radius;    ///< half the width of the pen, pixels
    float taper;     ///< relative change of the radius along a stroke
    float softness;  ///< pixels over which ink fades to paper
};

float between(Random& random, double low, double high) {
    return static_cast<float>(random.uniform(low, high));
}

Hand chooseHand(Random& random) {
    Hand hand{};
    const float angle = static_cast<float>(std::clamp(random.normal(), -2.2, 2.2) * 0.085);
    const float slant = static_cast<float>(std::clamp(random.normal() * 0.16 + 0.10, -0.25, 0.45));
    const float height = between(random, 17.5, 21.0);  // pixels, as in the usual 20 x 20 box
    const float width = height * between(random, 0.80, 1.20);
    const float c = std::cos(angle);
    const float s = std::sin(angle);
    // x' = width (x - slant y), y' = height y, then the rotation.
    hand.xx = c * width;
    hand.xy = -c * width * slant - s * height;
    hand.yx = s * width;
    hand.yy = -s * width * slant + c * height;
    hand.shift = {between(random, -1.2, 1.2), between(random, -1.0, 1.0)};
    for (auto* bend : {&hand.bendX, &hand.bendY}) {
        for (Hand::Wave& wave : *bend) {
            wave.kx = between(random, -4.5, 4.5);
            wave.ky = between(random, -4.5, 4.5);
            wave.phase = between(random, 0.0, 2.0 * std::numbers::pi);
            wave.amplitude = between(random, 0.0, 0.048);
        }
    }
    hand.jitter = between(random, 0.006, 0.026);
    hand.radius = between(random, 0.80, 1.65);
    hand.taper = between(random, -0.22, 0.22);
    hand.softness = between(random, 0.9, 1.3);
    return hand;
}

float displacement(const std::array<Hand::Wave, 2>& waves, Point p) {
    float sum = 0.0f;
    for (const Hand::Wave& wave : waves) {
        sum += wave.amplitude * std::sin(wave.kx * p.x + wave.ky * p.y + wave.phase);
    }
    return sum;
}

Point toPixels(const Hand& hand, Point p) {
    const Point bent{p.x + displacement(hand.bendX, p), p.y + displacement(hand.bendY, p)};
    return {hand.xx * bent.x + hand.xy * bent.y, hand.yx * bent.x + hand.yy * bent.y};
}

/// Catmull-Rom through the control points; the ends repeat themselves.
void flatten(std::span<const Point> control, std::vector<Point>& line) {
    constexpr int kPieces = 5;
    const std::size_t n = control.size();
    line.assign(1, control[0]);
    for (std::size_t i = 0; i + 1 < n; ++i) {
        const Point a = control[i == 0 ? 0 : i - 1];
        const Point b = control[i];
        const Point c = control[i + 1];
        const Point d = control[std::min(i + 2, n - 1)];
        for (int piece = 1; piece <= kPieces; ++piece) {
            const float t = static_cast<float>(piece) / kPieces;
            const auto blend = [t](float p, float q, float r, float s) {
                return 0.5f * (2.0f * q + t * ((r - p) + t * ((2.0f * p - 5.0f * q + 4.0f * r - s) +
                                                              t * (3.0f * (q - r) + s - p))));
            };
            line.push_back({blend(a.x, b.x, c.x, d.x), blend(a.y, b.y, c.y, d.y)});
        }
    }
}

/// Raises every pixel near the segment a-b to the ink the pen leaves there.
void inkSegment(Point a, Point b, float radius, float softness, float* out) {
    const float reach = radius + 0.5f * softness;
    const int x0 = std::max(0, static_cast<int>(std::ceil(std::min(a.x, b.x) - reach)));
    const int x1 = std::min(kDigitSide - 1, static_cast<int>(std::floor(std::max(a.x, b.x) + reach)));
    const int y0 = std::max(0, static_cast<int>(std::ceil(std::min(a.y, b.y) - reach)));
    const int y1 = std::min(kDigitSide - 1, static_cast<int>(std::floor(std::max(a.y, b.y) + reach)));
    const float dx = b.x - a.x;
    const float dy = b.y - a.y;
    const float inverseLength = 1.0f / std::max(dx * dx + dy * dy, 1e-12f);
    for (int y = y0; y <= y1; ++y) {
        for (int x = x0; x <= x1; ++x) {
            const float px = static_cast<float>(x) - a.x;
            const float py = static_cast<float>(y) - a.y;
            const float t = std::clamp((px * dx + py * dy) * inverseLength, 0.0f, 1.0f);
            const float qx = px - t * dx;
            const float qy = py - t * dy;
            const float distance = std::sqrt(qx * qx + qy * qy);
            const float ink = std::clamp((reach - distance) / softness, 0.0f, 1.0f);
            float& pixel = out[y * kDigitSide + x];
            pixel = std::max(pixel, ink);
        }
    }
}

/// Each block of ten examples is a shuffle of the ten digits.
int labelOf(std::uint64_t seed, std::uint64_t index) {
    std::array<int, 10> order{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    Random random(seed, 1, index / 10);
    for (std::size_t i = 9; i > 0; --i) {
        std::swap(order[i], order[random.below(i + 1)]);
    }
    return order[index % 10];
}

}  // namespace

int drawDigit(std::uint64_t seed, std::uint64_t index, float* out) {
    const int label = labelOf(seed, index);
    Random random(seed, 2, index);
    const std::vector<Glyph>& variants = alphabet()[static_cast<std::size_t>(label)];
    const Glyph& glyph = variants[random.below(variants.size())];
    const Hand hand = chooseHand(random);

    // The digit is centred by its box before the shift, so that the slant does not push it off the page.
    std::vector<std::vector<Point>> lines(glyph.size());
    Point low{1e9f, 1e9f};
    Point high{-1e9f, -1e9f};
    std::vector<Point> control;
    Point lastRaw{9.0f, 9.0f};
    Point lastMoved;
    for (std::size_t i = 0; i < glyph.size(); ++i) {
        control.clear();
        for (const Point& raw : glyph[i]) {
            // Strokes that meet in a corner still meet after the jitter.
            const bool corner = control.empty() && raw.x == lastRaw.x && raw.y == lastRaw.y;
            const Point moved{raw.x + hand.jitter * static_cast<float>(random.normal()),
                              raw.y + hand.jitter * static_cast<float>(random.normal())};
            control.push_back(corner ? lastMoved : moved);
            lastRaw = raw;
            lastMoved = control.back();
        }
        flatten(control, lines[i]);
        for (Point& p : lines[i]) {
            p = toPixels(hand, p);
            low = {std::min(low.x, p.x), std::min(low.y, p.y)};
            high = {std::max(high.x, p.x), std::max(high.y, p.y)};
        }
    }
    const float middle = 0.5f * static_cast<float>(kDigitSide - 1);
    const Point move{middle - 0.5f * (low.x + high.x) + hand.shift.x, middle - 0.5f * (low.y + high.y) + hand.shift.y};

    std::fill_n(out, kDigitPixels, 0.0f);
    for (const std::vector<Point>& line : lines) {
        for (std::size_t i = 0; i + 1 < line.size(); ++i) {
            const float along = static_cast<float>(i) / static_cast<float>(line.size()) - 0.5f;
            inkSegment({line[i].x + move.x, line[i].y + move.y}, {line[i + 1].x + move.x, line[i + 1].y + move.y},
                       hand.radius * (1.0f + hand.taper * along), hand.softness, out);
        }
    }
    return label;
}

Examples drawDigits(std::uint64_t seed, int count) {
    Examples examples;
    examples.dim = kDigitPixels;
    examples.values.resize(static_cast<std::size_t>(count) * kDigitPixels);
    examples.labels.resize(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        examples.labels[static_cast<std::size_t>(i)] = drawDigit(
            seed, static_cast<std::uint64_t>(i), examples.values.data() + static_cast<std::size_t>(i) * kDigitPixels);
    }
    return examples;
}

Dataset makeDigitsByPen(const DataSpec& spec) {
    Dataset set;
    set.dim = kDigitPixels;
    set.imageWidth = kDigitSide;
    set.imageHeight = kDigitSide;
    set.discrete = true;
    set.train = drawDigits(mixKey(spec.seed, 1), spec.trainSize);
    set.validation = drawDigits(mixKey(spec.seed, 2), spec.validationSize);
    set.test = drawDigits(mixKey(spec.seed, 3), spec.testSize);
    for (char digit = '0'; digit <= '9'; ++digit) {
        set.labelNames.emplace_back(1, digit);
    }
    return set;
}

std::vector<DataReader> digitReaders() {
    DataReader reader;
    reader.name = "digits";
    reader.title = "Digits by pen";
    reader.read = makeDigitsByPen;
    reader.fields = {"binarisation", "shrink"};
    reader.dim = [](const DataSpec&) { return std::int64_t{kDigitPixels}; };
    return {reader};
}

}  // namespace elbo
