// Distortions with their gradients. Included by level.inl inside an unnamed namespace.

template <class Real>
void bernoulli(const Real* x, Real* logits, int features, int blocks, Real scale, double* perExample) {
    sumOverFeatures<Real>(features, blocks, perExample, [=](int block, int feature, int lane) {
        const std::ptrdiff_t at = place<Real>(block, features, feature, lane);
        const Vector<Real> target = load(x + at);
        const Vector<Real> logit = load(logits + at);
        const Softplus<Real> s = softplus<Real>(logit);
        store<Real>(logits + at, (s.slope - target) * scale);
        return s.value - target * logit;
    });
}

template <class Real>
void gaussian(const Real* x, Real* means, int features, int blocks, Real scale, double* perExample) {
    sumOverFeatures<Real>(features, blocks, perExample, [=](int block, int feature, int lane) {
        const std::ptrdiff_t at = place<Real>(block, features, feature, lane);
        const Vector<Real> difference = load(means + at) - load(x + at);
        store<Real>(means + at, difference * scale);
        return difference * difference;
    });
}

template <class Real>
void gaussianNetwork(ScaleKind kind, Real minimumStddev, const Real* x, Real* outputs, int features, int blocks,
                     Real scale, double* perExample) {
    sumOverFeatures<Real>(features, blocks, perExample, [=](int block, int feature, int lane) {
        Real* means = outputs + place<Real>(block, 2 * features, feature, lane);
        Real* raw = outputs + place<Real>(block, 2 * features, features + feature, lane);
        const Vector<Real> difference = load(means) - load(x + place<Real>(block, features, feature, lane));
        const ScaleValue<Real> s = scaleOf<Real>(kind, load(raw), minimumStddev);
        const Vector<Real> precision = exponential<Real>(-s.logVariance);
        const Vector<Real> squared = difference * difference * precision;
        store<Real>(means, difference * precision * scale);
        store<Real>(raw, (Real(1) - squared) * s.logVarianceSlope * (Real(0.5) * scale));
        return (squared + s.logVariance) * Real(0.5);
    });
}
