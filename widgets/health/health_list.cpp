#include "widgets/health/health_list.h"

#include <QStringList>
#include <algorithm>

#include "widgets/fleet/member_name.h"

namespace elbo {
namespace {

/// "posterior collapse" as it begins a line.
QString capitalised(const char* text) {
    QString result = QString::fromUtf8(text);
    result[0] = result[0].toUpper();
    return result;
}

}  // namespace

HealthList prepareHealth(const Frame* frame, int focus) {
    HealthList list;
    for (const EnumName<HealthKind>& name : namesOf<HealthKind>) {
        HealthCheck check;
        check.kind = name.value;
        check.term = capitalised(name.label);
        check.meaning = capitalised(name.words) + '.';
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
