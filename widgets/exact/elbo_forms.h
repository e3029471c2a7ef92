// The three forms of the ELBO as bars, [InfoVAE] Eq. 2-4: pure data, tested without a window.
#pragma once

#include <QString>
#include <array>
#include <optional>
#include <vector>

#include "training/frame/frame.h"
#include "widgets/paint/eased_range.h"

namespace elbo {

/// What a form is made of.
enum class ElboPart { Distortion, Rate, NegativeLogLikelihood, PosteriorGap, InformationQ, MarginalKl };

/// A length on the axis of nats: from where the walk along the form stands to where this part leads.
struct ElboSegment {
    ElboPart part = ElboPart::Distortion;
    double value = 0.0;  ///< nats; may be negative
    double from = 0.0, to = 0.0;
};

/// One form. Its segments walk from 0 to the sum: first the negative ones to the left, then the others to the right.
struct ElboBar {
    std::vector<ElboPart> order;        ///< as the form is written
    std::vector<ElboSegment> segments;  ///< as they are walked; empty when a part is not a finite number
    double total = 0.0;
    bool turns = false;  ///< there are segments in both directions, which would lie upon each other
};

/// The forms of one fleet member.
struct ElboMember {
    int member = 0;
    ElboForms forms;
    double negativeElbo = 0.0;  ///< D + R, nats
    std::array<ElboBar, 3> bars;
};

struct ElboDrawing {
    std::vector<ElboMember> members;
    std::vector<Knobs> knobs;
    std::optional<double> dataEntropy;
    Interval all;   ///< every bar from its root; holds 0
    Interval ends;  ///< where the bars differ: from a little before the end of the shortest first segment
};

/// Pure; any thread. The members of shownExact().
ElboDrawing prepareElboForms(const Frame& frame, int focus = -1);

double valueOf(const ElboForms& forms, ElboPart part);
/// How far it may be off because the forms rest on a part of the split, nats.
double samplingErrorOf(const ElboForms& forms, ElboPart part);
/// "D", "KL(q(z)\u2016p(z))"; an underscore lowers the letter after it.
QString symbolOf(ElboPart part);
/// One sentence without jargon.
QString explanationOf(ElboPart part);

}  // namespace elbo
