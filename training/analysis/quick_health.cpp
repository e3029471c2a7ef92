#include "training/analysis/quick_health.h"

#include <algorithm>
#include <utility>

#include "models/latent_model.h"
#include "training/measure/health.h"
#include "training/measure/prior_shape.h"

namespace elbo {

namespace {

/// The step of a finding is that of the evaluation; the codes and the weights are those of the frame itself.
bool readFromFrame(HealthKind kind) {
    return kind == HealthKind::UnlikePrior || kind == HealthKind::OutsideProposition2;
}

double shapeOf(const Frame& frame, int member, bool standardNormal) {
    const auto latent = std::find_if(frame.latents.begin(), frame.latents.end(),
                                     [member](const LatentFrame& each) { return each.member == member; });
    return latent == frame.latents.end() ? HealthNumbers::kUnknown : shapeOnGrid(*latent, standardNormal);
}

}  // namespace

void judgeQuickly(Frame& frame, const Dataset& dataset, const LatentModel& model) {
    const auto evaluated = std::find_if(frame.history.rbegin(), frame.history.rend(), [](const auto& report) {
        return report->values.contains("elbo_test") || report->values.contains("elbo_train");
    });
    if (evaluated == frame.history.rend() || (*evaluated)->step < kFirstJudgement) {
        return;
    }
    const Report& report = **evaluated;
    for (int member = 0; member < static_cast<int>(frame.knobs.size()); ++member) {
        HealthNumbers numbers = healthNumbers(
            frame.objective, dataset, model, frame.knobs[static_cast<std::size_t>(member)], member,
            [&](const char* name) { return report.value(name, member); }, [] { return HealthNumbers::kUnknown; },
            [&] { return shapeOf(frame, member, model.prior().standardNormal()); });
        numbers.step = report.step;
        for (HealthFinding& finding : healthFindings(numbers)) {
            finding.step = readFromFrame(finding.kind) ? frame.report.step : report.step;
            frame.findings.push_back(std::move(finding));
        }
    }
    frame.healthKnown = true;
    frame.healthStep = report.step;
}

}  // namespace elbo
