#include "widgets/exact/shown_truths.h"

#include <algorithm>

#include "widgets/fleet/member_name.h"
#include "widgets/kit/numbers.h"

namespace elbo {

QString whatTruthNeeds() {
    return QStringLiteral(
        "Exact quantities need a code of one or two dimensions: quadrature over more takes too long.");
}

std::vector<const TruthFrame*> shownTruths(const Frame& frame, int focus) {
    std::vector<const TruthFrame*> shown;
    for (const TruthFrame& truth : frame.truths) {
        shown.push_back(&truth);
    }
    if (shown.size() > kMostTruths) {
        const auto focused = std::find_if(shown.begin(), shown.end(),
                                          [focus](const TruthFrame* truth) { return truth->member == focus; });
        shown = {focused == shown.end() ? shown.front() : *focused};
    }
    return shown;
}

bool sameTruths(const Frame* a, const Frame* b) {
    if (a == nullptr || b == nullptr) {
        return a == b;
    }
    const auto same = [](const TruthFrame& x, const TruthFrame& y) {
        return x.member == y.member && x.forms.examples == y.forms.examples &&
               x.forms.distortion == y.forms.distortion && x.forms.rate == y.forms.rate &&
               x.forms.negativeLogLikelihood == y.forms.negativeLogLikelihood &&
               std::equal(x.posteriors.begin(), x.posteriors.end(), y.posteriors.begin(), y.posteriors.end(),
                          [](const PosteriorPair& p, const PosteriorPair& q) {
                              return p.name == q.name && p.gap == q.gap && p.meanX == q.meanX;
                          });
    };
    return a->truthStep == b->truthStep && (a->knobs.size() < 2 || a->knobs == b->knobs) &&
           a->dataEntropy == b->dataEntropy && a->labelNames == b->labelNames &&
           std::equal(a->truths.begin(), a->truths.end(), b->truths.begin(), b->truths.end(), same);
}

QString truthSource(const Frame* frame, int focus) {
    if (frame == nullptr || frame->truths.empty()) {
        return QStringLiteral("Measuring...");
    }
    const std::vector<const TruthFrame*> shown = shownTruths(*frame, focus);
    const TruthFrame& first = *shown.front();
    const QString source =
        QString("Step %1, %2 test examples").arg(countText(frame->truthStep), countText(first.forms.examples));
    const bool chosen = frame->fleetSize > 1 && shown.size() == 1;
    return chosen ? memberName(frame->knobs, first.member) + ": " + source : source;
}

}  // namespace elbo
