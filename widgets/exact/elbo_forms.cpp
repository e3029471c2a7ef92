#include "widgets/exact/elbo_forms.h"

#include <algorithm>
#include <cmath>

#include "widgets/exact/shown_exact.h"

namespace elbo {
namespace {

using Part = ElboPart;

constexpr double kRootShare = 0.35;  // of the differing ends: so much of the first segments stays in sight

const std::array<std::vector<Part>, 3> kForms{{{Part::Distortion, Part::Rate},
                                               {Part::NegativeLogLikelihood, Part::PosteriorGap},
                                               {Part::Distortion, Part::InformationQ, Part::MarginalKl}}};

ElboBar barOf(const ElboForms& forms, const std::vector<Part>& order) {
    ElboBar bar;
    bar.order = order;
    for (const Part part : order) {
        bar.total += valueOf(forms, part);
    }
    if (!std::isfinite(bar.total)) {
        return bar;
    }
    double place = 0.0;
    const auto walk = [&](bool left) {
        for (const Part part : order) {
            const double value = valueOf(forms, part);
            if ((value < 0.0) == left) {
                bar.segments.push_back({part, value, place, place + value});
                place += value;
            }
        }
    };
    walk(true);
    bar.turns = !bar.segments.empty() && bar.segments.size() < order.size();
    walk(false);
    return bar;
}

Interval endsOf(const std::vector<ElboMember>& members, const Interval& all) {
    double low = all.high, high = all.low;
    for (const ElboMember& member : members) {
        for (const ElboBar& bar : member.bars) {
            for (const ElboSegment& segment : bar.segments) {
                low = std::min(low, segment.to);
                high = std::max(high, segment.to);
            }
        }
    }
    low -= kRootShare * (high - low);
    return low > all.low && low < high ? Interval{low, high} : all;
}

}  // namespace

double valueOf(const ElboForms& forms, ElboPart part) {
    switch (part) {
        case Part::Distortion:
            return forms.distortion;
        case Part::Rate:
            return forms.rate;
        case Part::NegativeLogLikelihood:
            return forms.negativeLogLikelihood;
        case Part::PosteriorGap:
            return forms.posteriorGap;
        case Part::InformationQ:
            return forms.informationQ;
        case Part::MarginalKl:
            break;
    }
    return forms.marginalKl;
}

double samplingErrorOf(const ElboForms& forms, ElboPart part) {
    switch (part) {
        case Part::Distortion:
            return forms.sampling.distortion;
        case Part::Rate:
            return forms.sampling.rate;
        case Part::NegativeLogLikelihood:
            return forms.sampling.negativeLogLikelihood;
        case Part::PosteriorGap:
            return forms.sampling.posteriorGap;
        case Part::InformationQ:
            return forms.sampling.informationQ;
        case Part::MarginalKl:
            break;
    }
    return forms.sampling.marginalKl;
}

QString symbolOf(ElboPart part) {
    switch (part) {
        case Part::Distortion:
            return QStringLiteral("D");
        case Part::Rate:
            return QStringLiteral("R");
        case Part::NegativeLogLikelihood:
            return QString::fromUtf8("\u2212log\u2009p(x)");
        case Part::PosteriorGap:
            return QString::fromUtf8("KL(q(z|x)\u2016p(z|x))");
        case Part::InformationQ:
            return QStringLiteral("I_q");
        case Part::MarginalKl:
            break;
    }
    return QString::fromUtf8("KL(q(z)\u2016p(z))");
}

QString explanationOf(ElboPart part) {
    switch (part) {
        case Part::Distortion:
            return QStringLiteral("Distortion D: what it costs to describe an example once its code is known.");
        case Part::Rate:
            return QStringLiteral("Rate R: what it costs to send the code, measured against the prior.");
        case Part::NegativeLogLikelihood:
            return QStringLiteral(
                "How surprised the model is by an example when every code is taken into account, as it should be.");
        case Part::PosteriorGap:
            return QStringLiteral(
                "The price of an encoder that does not give the true posterior; 0 when it gives just that.");
        case Part::InformationQ:
            return QStringLiteral("Mutual information I_q: how much the code of an example tells about which it is.");
        case Part::MarginalKl:
            break;
    }
    return QStringLiteral("How far the codes of all examples together are from the prior that samples are drawn from.");
}

ElboDrawing prepareElboForms(const Frame& frame, int focus) {
    ElboDrawing drawing;
    drawing.knobs = frame.knobs;
    drawing.dataEntropy = frame.dataEntropy;
    drawing.all = {0.0, 0.0};
    for (const ExactFrame* exact : shownExact(frame, focus)) {
        ElboMember member;
        member.member = exact->member;
        member.forms = exact->forms;
        member.negativeElbo = exact->forms.distortion + exact->forms.rate;
        for (std::size_t i = 0; i < kForms.size(); ++i) {
            member.bars[i] = barOf(exact->forms, kForms[i]);
            for (const ElboSegment& segment : member.bars[i].segments) {
                drawing.all.low = std::min(drawing.all.low, segment.to);
                drawing.all.high = std::max(drawing.all.high, segment.to);
            }
        }
        drawing.members.push_back(std::move(member));
    }
    drawing.ends = endsOf(drawing.members, drawing.all);
    return drawing;
}

}  // namespace elbo
