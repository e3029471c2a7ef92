#include "widgets/rate_distortion/decoder_bound.h"

#include <cmath>
#include <cstdlib>

#include "widgets/kit/csv.h"

namespace elbo {
namespace {

constexpr int kPieces = 8;         ///< between two measured points
constexpr double kNoWidth = 1e-9;  ///< nats: points as close as this are one
constexpr std::size_t kLeastCurve = 2;

/// The evaluation on test examples nearest to a step; null where there is none.
const Report* evaluationNear(const Frame& frame, std::int64_t step) {
    const Report* nearest = nullptr;
    const auto consider = [&](const Report& report) {
        if (report.values.contains("rate_test") && report.values.contains("distortion_test") &&
            (nearest == nullptr || std::abs(report.step - step) < std::abs(nearest->step - step))) {
            nearest = &report;
        }
    };
    for (const auto& report : frame.history) {
        if (report) {
            consider(*report);
        }
    }
    consider(frame.report);
    return nearest;
}

/// How far up the curve has to be moved for the examples of the point.
double shiftOf(const Frame& frame, const ExactFrame& exact) {
    const DecoderCurve& curve = exact.curve;
    const Report* report = evaluationNear(frame, frame.exactStep);
    if (report == nullptr || curve.examples >= exact.forms.available) {
        return 0.0;
    }
    const double beta = std::isfinite(curve.inferenceGap.value) ? curve.best.beta : 1.0;
    const double point =
        report->value("distortion_test", exact.member) + beta * report->value("rate_test", exact.member);
    const double shift = point - (curve.distortion + beta * curve.rate);
    return std::isfinite(shift) ? shift : 0.0;
}

/// The cubic between two points that has the slopes -beta there.
void addPiece(std::vector<CurvePoint>& line, const CurvePoint& a, const CurvePoint& b) {
    const double width = b.rate - a.rate;
    for (int i = 1; i < kPieces && width > kNoWidth; ++i) {
        const double t = static_cast<double>(i) / kPieces, u = 1.0 - t;
        const double distortion = (1.0 + 2.0 * t) * u * u * a.distortion + (1.0 + 2.0 * u) * t * t * b.distortion -
                                  t * u * width * (u * a.beta - t * b.beta);
        line.push_back({a.rate + t * width, distortion, a.beta * std::pow(b.beta / a.beta, t)});
    }
    line.push_back(b);
}

CurvePoint valuesOf(const DecoderCurvePoint& point) {
    return {point.rate.value, point.distortion.value, point.beta};
}

}  // namespace

std::vector<DecoderBound> decoderBounds(const Frame& frame, Split split) {
    std::vector<DecoderBound> bounds;
    for (const ExactFrame& exact : frame.exactFrames) {
        const DecoderCurve& curve = exact.curve;
        if (split != Split::Test || curve.points.size() < kLeastCurve) {
            continue;
        }
        DecoderBound bound;
        bound.member = exact.member;
        bound.best = valuesOf(curve.best);
        bound.gap = curve.inferenceGap.value;
        bound.gapError = curve.inferenceGap.error;
        bound.examples = curve.examples;
        bound.step = frame.exactStep;
        bound.curve.push_back(valuesOf(curve.points.front()));
        for (std::size_t i = 1; i < curve.points.size(); ++i) {
            addPiece(bound.curve, valuesOf(curve.points[i - 1]), valuesOf(curve.points[i]));
        }
        const double shift = shiftOf(frame, exact);
        bound.best.distortion += shift;
        for (CurvePoint& point : bound.curve) {
            point.distortion += shift;
        }
        bounds.push_back(std::move(bound));
    }
    return bounds;
}

QString decoderBoundsCsv(const Frame& frame) {
    QString points, encoders;
    for (const ExactFrame& exact : frame.exactFrames) {
        const DecoderCurve& curve = exact.curve;
        const QString whose = QString("%1,%2,%3,").arg(frame.exactStep).arg(exact.member).arg(curve.examples);
        for (const DecoderCurvePoint& point : curve.points) {
            points += whose +
                      csvNumbers({point.beta, point.rate.value, point.distortion.value, point.rate.error,
                                  point.distortion.error}) +
                      "\n";
        }
        if (std::isfinite(curve.inferenceGap.value)) {
            encoders += whose +
                        csvNumbers({curve.best.beta, curve.rate, curve.distortion, curve.best.rate.value,
                                    curve.best.distortion.value, curve.inferenceGap.value, curve.inferenceGap.error}) +
                        "\n";
        }
    }
    QString text;
    if (!points.isEmpty()) {
        text +=
            "\n# best for this decoder: any encoder lies on or above it, nats over these test examples\n"
            "step,member,examples,beta,rate,distortion,rate_error,distortion_error\n" +
            points;
    }
    if (!encoders.isEmpty()) {
        text +=
            "\n# inference gap: the encoder against the best for its decoder, nats over the same examples\n"
            "step,member,examples,beta,rate,distortion,rate_best_encoder,distortion_best_encoder,inference_gap,"
            "inference_gap_error\n" +
            encoders;
    }
    return text;
}

}  // namespace elbo
