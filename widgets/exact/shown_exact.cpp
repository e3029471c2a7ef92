#include "widgets/exact/shown_exact.h"

#include <algorithm>

#include "widgets/fleet/member_name.h"
#include "widgets/kit/evaluated_on.h"
#include "widgets/kit/numbers.h"

namespace elbo {

QString whatExactNeeds() {
    return QStringLiteral(
        "Exact quantities need a code of one or two dimensions: quadrature over more takes too long.");
}

std::vector<const ExactFrame*> shownExact(const Frame& frame, int focus) {
    std::vector<const ExactFrame*> shown;
    for (const ExactFrame& exact : frame.exactFrames) {
        shown.push_back(&exact);
    }
    if (shown.size() > kMostExact) {
        const auto focused = std::find_if(shown.begin(), shown.end(),
                                          [focus](const ExactFrame* exact) { return exact->member == focus; });
        shown = {focused == shown.end() ? shown.front() : *focused};
    }
    return shown;
}

bool sameExact(const Frame* a, const Frame* b) {
    if (a == nullptr || b == nullptr) {
        return a == b;
    }
    const auto same = [](const ExactFrame& x, const ExactFrame& y) {
        return x.member == y.member && x.forms.examples == y.forms.examples &&
               x.forms.distortion == y.forms.distortion && x.forms.rate == y.forms.rate &&
               x.forms.negativeLogLikelihood == y.forms.negativeLogLikelihood &&
               std::equal(x.posteriors.begin(), x.posteriors.end(), y.posteriors.begin(), y.posteriors.end(),
                          [](const PosteriorPair& p, const PosteriorPair& q) {
                              return p.name == q.name && p.gap == q.gap && p.meanX == q.meanX;
                          });
    };
    return a->exactStep == b->exactStep && (a->knobs.size() < 2 || a->knobs == b->knobs) &&
           a->dataEntropy == b->dataEntropy && a->labelNames == b->labelNames &&
           std::equal(a->exactFrames.begin(), a->exactFrames.end(), b->exactFrames.begin(), b->exactFrames.end(), same);
}

QString exactSource(const Frame* frame, int focus) {
    if (frame == nullptr || frame->exactFrames.empty()) {
        return QStringLiteral("Measuring...");
    }
    const std::vector<const ExactFrame*> shown = shownExact(*frame, focus);
    const ExactFrame& first = *shown.front();
    const QString source =
        QString("Step %1, %2")
            .arg(countText(frame->exactStep), examplesText(first.forms.examples, first.forms.available, Split::Test));
    const bool chosen = frame->fleetSize > 1 && shown.size() == 1;
    return chosen ? memberName(frame->knobs, first.member) + ": " + source : source;
}

}  // namespace elbo
