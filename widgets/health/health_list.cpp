#include "widgets/health/health_list.h"

#include <QStringList>
#include <algorithm>
#include <iterator>

#include "widgets/fleet/member_name.h"

namespace elbo {
namespace {

struct Known {
    HealthKind kind;
    const char* term;
    const char* meaning;
};

constexpr Known kKnown[] = {
    {HealthKind::PosteriorCollapse, "Posterior collapse", "Codes that say nothing about the example."},
    {HealthKind::InformationPreference, "Information preference", "A decoder strong enough to leave the code unused."},
    {HealthKind::OverDispersed, "Over-dispersed codes", "Codes spread wider than the prior that samples come from."},
    {HealthKind::UnderDispersed, "Under-dispersed codes", "Codes crowded into a part of the prior."},
    {HealthKind::Overfitting, "Overfitting", "Examples seen in training fare better than new ones."},
    {HealthKind::AmortisationGap, "Amortisation gap", "An encoder that misses the true posterior."},
    {HealthKind::KernelSaturated, "Saturated divergence kernel", "A divergence that no longer pulls on the codes."},
    {HealthKind::OutsideProposition2, "Outside Proposition 2",
     "Weights whose best value need not belong to the true distribution."},
};

}  // namespace

HealthList prepareHealth(const Frame* frame, int focus) {
    HealthList list;
    for (const Known& known : kKnown) {
        HealthCheck check;
        check.kind = known.kind;
        check.term = QString(known.term);
        check.meaning = QString(known.meaning);
        list.checks.push_back(check);
    }
    if (frame == nullptr || !frame->healthKnown) {
        list.headline = QStringLiteral("Measuring...");
        return list;
    }
    std::vector<HealthFinding> findings = frame->findings;
    std::stable_sort(findings.begin(), findings.end(), [focus](const HealthFinding& a, const HealthFinding& b) {
        return a.member != b.member && (a.member == focus || (b.member != focus && a.member < b.member));
    });
    int found = 0;
    for (HealthCheck& check : list.checks) {
        if (check.kind == HealthKind::AmortisationGap && frame->exactFrames.empty()) {
            check.measured = false;
            check.meaning += " Measured for codes of one or two dimensions.";
        }
        QStringList evidence;
        for (const HealthFinding& finding : findings) {
            if (finding.kind != check.kind) {
                continue;
            }
            if (!check.found) {
                check.found = true;
                ++found;
                check.sentence = QString::fromStdString(finding.sentence);
            }
            check.members.push_back(finding.member);
            const QString number = QString::fromStdString(finding.evidence);
            evidence << (frame->fleetSize > 1 ? memberName(frame->knobs, finding.member) + ": " + number : number);
        }
        check.evidence = evidence.join("; ");
    }
    list.state = found > 0 ? HealthState::Trouble : HealthState::Healthy;
    list.headline = found == 0   ? QStringLiteral("No trouble found")
                    : found == 1 ? QStringLiteral("1 trouble found")
                                 : QString("%1 troubles found").arg(found);
    return list;
}

}  // namespace elbo
