// Frames with a past, for tests of charts: a fleet whose training looks like training.
#pragma once

#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "training/frame/frame.h"

namespace elbo {

/// Values of one member at one step of a run that settles on D = 80 + 8 log2(1 + beta), R = 20 / (1 + beta).
inline void sampleValues(double beta, std::int64_t step, double& rate, double& distortion) {
    const double age = 1.0 - std::exp(-static_cast<double>(step) / 600.0);
    const double start = std::exp(-static_cast<double>(step) / 120.0);
    rate = age * 20.0 / (1.0 + beta);
    distortion = 80.0 + 8.0 * std::log2(1.0 + beta) + 20.0 / (1.0 + beta) * (1.0 - age) + 440.0 * start;
}

/// A fleet with `betas`, reports every `every` steps up to `steps`, evaluations on both splits in every
/// `evaluateEvery`-th report (0: never).
inline std::shared_ptr<Frame> sampleHistoryFrame(const std::vector<double>& betas, std::int64_t steps,
                                                 std::int64_t every, int evaluateEvery = 5) {
    auto frame = std::make_shared<Frame>();
    frame->fleetSize = static_cast<int>(betas.size());
    frame->state = RunState::Running;
    frame->totalSteps = steps;
    frame->discreteData = true;
    for (const double beta : betas) {
        frame->knobs.push_back({beta, 1.0, 0.0});
    }
    int index = 0;
    for (std::int64_t step = 0; step <= steps; step += every, ++index) {
        auto report = std::make_shared<Report>();
        report->step = step;
        report->epoch = static_cast<double>(step) / 100.0;
        report->stepsPerSecond = 523.0;
        const bool evaluated = evaluateEvery > 0 && index % evaluateEvery == 0;
        for (std::size_t member = 0; member < betas.size(); ++member) {
            double rate = 0.0, distortion = 0.0;
            sampleValues(betas[member], step, rate, distortion);
            const double noise = 0.4 * std::sin(0.37 * static_cast<double>(step) + static_cast<double>(member));
            const auto put = [&](const std::string& name, double value) { report->values[name].push_back(value); };
            put("distortion", distortion + noise);
            put("rate", rate + 0.1 * noise);
            put("elbo", -(distortion + rate + noise));
            put("marginal_divergence", 0.02 + 0.3 * std::exp(-static_cast<double>(step) / 300.0));
            if (evaluated) {
                for (const char* split : {"_train", "_test"}) {
                    const double gap = std::string(split) == "_test" ? 1.5 : 0.0;
                    put(std::string("distortion") + split, distortion + gap);
                    put(std::string("rate") + split, rate);
                    put(std::string("elbo") + split, -(distortion + gap + rate));
                    put(std::string("marginal_divergence") + split, 0.02);
                    put(std::string("log_det_cov") + split, -0.5 + 0.01 * rate);
                    put(std::string("active_units") + split, rate > 2.0 ? 1.0 : 0.5);
                }
            }
        }
        frame->report = *report;
        frame->history.push_back(std::move(report));
    }
    return frame;
}

/// Moves of beta by hand, from 1 on: to each value after so many steps.
inline std::shared_ptr<const Moves> sampleMoves(const std::vector<std::pair<std::int64_t, double>>& betas) {
    Moves moves(1);  // what a run begins with
    for (const auto& [step, beta] : betas) {
        Move move = moves.back();
        move.step = step;
        move.objective.knobs[0].beta = beta;
        moves.push_back(move);
    }
    return std::make_shared<const Moves>(moves);
}

/// The linear-Gaussian optimum for eigenvalues 4, 2, 1 and variance 0.5, over beta from 0.1 to 8 (MATH: section 5).
inline std::vector<CurvePoint> sampleOptimum() {
    std::vector<CurvePoint> curve;
    constexpr double kVariance = 0.5;
    for (double logBeta = std::log(0.1); logBeta <= std::log(8.0) + 1e-9; logBeta += 0.1) {
        CurvePoint point;
        point.beta = std::exp(logBeta);
        for (const double s : {4.0, 2.0, 1.0}) {
            const double floor = point.beta * kVariance;
            point.rate += s > floor ? 0.5 * std::log(s / floor) : 0.0;
            point.distortion += 0.5 * std::log(2.0 * M_PI * kVariance) + std::min(floor, s) / (2.0 * kVariance);
        }
        curve.push_back(point);
    }
    return curve;
}

}  // namespace elbo
