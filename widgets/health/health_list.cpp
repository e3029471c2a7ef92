#include "widgets/health/health_list.h"

#include <QStringList>
#include <algorithm>
#include <set>

#include "widgets/fleet/member_name.h"
#include "widgets/kit/numbers.h"

namespace elbo {
namespace {

/// "posterior collapse" as it begins a line.
QString capitalised(const char* text) {
    QString result = QString::fromUtf8(text);
    result[0] = result[0].toUpper();
    return result;
}

/// What could not be looked at yet, and why; empty where the kind of trouble was looked for.
QString whatIsLacking(const Frame& frame, HealthKind kind) {
    if (kind == HealthKind::AmortisationGap && frame.exactFrames.empty()) {
        return QStringLiteral("Measured for codes of one or two dimensions.");
    }
    if (kind == HealthKind::KernelSaturated && !frame.healthMeasured) {
        return QStringLiteral("Not measured yet.");
    }
    if (kind == HealthKind::UnlikePrior && frame.latents.empty() && !frame.healthMeasured) {
        return QStringLiteral("Looked for while the latent space is on show.");
    }
    return {};
}

QString scopeOf(const Frame& frame) {
    QStringList parts;
    if (frame.healthStep >= 0) {
        parts << QString("as of step %1").arg(countText(frame.healthStep));
    }
    if (frame.fleetSize > 1) {
        parts << QString("for all %1 members").arg(frame.fleetSize);
    }
    QString scope = parts.join(", ");
    if (!scope.isEmpty()) {
        scope[0] = scope[0].toUpper();
    }
    return scope;
}

}  // namespace

HealthList prepareHealth(const Frame* frame, int focus) {
    HealthList list;
    for (const EnumName<HealthKind>& name : namesOf<HealthKind>) {
        HealthCheck check;
        check.kind = name.value;
        check.term = capitalised(name.label);
        check.none = QString("No sign of %1").arg(QString::fromUtf8(name.label));
        check.meaning = QString("That would be: %1.").arg(QString::fromUtf8(name.words));
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
        if (const QString lacking = whatIsLacking(*frame, check.kind); !lacking.isEmpty()) {
            check.measured = false;
            check.meaning += ' ' + lacking;
        }
        QStringList evidence;
        std::set<std::int64_t> steps;
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
            steps.insert(finding.step);
        }
        check.evidence = evidence.join("; ");
        if (steps.size() == 1 && *steps.begin() >= 0) {
            check.evidence += QString(" (step %1)").arg(countText(*steps.begin()));
        }
    }
    list.scope = scopeOf(*frame);
    list.state = found > 0 ? HealthState::Trouble : HealthState::Healthy;
    list.headline = found == 0   ? QStringLiteral("No trouble found")
                    : found == 1 ? QStringLiteral("1 trouble found")
                                 : QString("%1 troubles found").arg(found);
    return list;
}

}  // namespace elbo
