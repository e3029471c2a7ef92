// How far exact values of a part of a split may be from those of the whole.
#pragma once

#include <vector>

#include "training/frame/exact_frame.h"
#include "training/measure/quadrature/mixture_quadrature.h"

namespace elbo {

/// Values of every example of the part, nats, [n] each.
struct ExampleValues {
    std::vector<double> distortions, rates, logLikelihoods, posteriorGaps;
};

/// Standard error of a mean over a random part of `count` out of `available` examples that spread as `values` do. NaN
/// for fewer than two values.
double errorOfPart(const std::vector<double>& values, double count, double available);

/// Standard errors of the means over a random part of `available` examples, whose posteriors are `mixture`; all 0 when
/// it is no part. I_q and KL(q(z) || p(z)) are no means: their errors are those of their linear parts, and what the
/// mixture of few posteriors misses, judged by halves and quarters of it. Time O(n^2) for up to a thousand examples.
FormErrors samplingErrors(const ExampleValues& values, const Mixture& mixture, int available);

}  // namespace elbo
