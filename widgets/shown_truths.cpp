#include "widgets/shown_truths.h"

#include <algorithm>

#include "widgets/member_name.h"
#include "widgets/numbers.h"

namespace elbo {

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

QString truthSource(const Frame* frame, int focus) {
    if (frame == nullptr || frame->truths.empty()) {
        return QStringLiteral("Measuring...");
    }
    const TruthFrame& first = *shownTruths(*frame, focus).front();
    const QString source =
        QString("Step %1, %2 test examples").arg(countText(frame->truthStep), countText(first.forms.examples));
    return frame->truths.size() > kMostTruths ? memberName(frame->knobs, first.member) + ": " + source : source;
}

}  // namespace elbo
