// Scales, codes and rates with their gradients. Included by level.inl inside an unnamed namespace.

/// What a raw output a means, and how that changes with a.
template <class Real>
struct ScaleValue {
    Vector<Real> stddev;
    Vector<Real> stddevSlope;
    Vector<Real> logVariance;
    Vector<Real> logVarianceSlope;
};

template <class Real>
inline ScaleValue<Real> scaleOf(ScaleKind kind, Vector<Real> a, Real minimumStddev) {
    if (kind == ScaleKind::Sigmoid) {
        const Vector<Real> s = sigmoid<Real>(a);
        const Vector<Real> stddev = s + minimumStddev;
        const Vector<Real> slope = s * (Real(1) - s);
        return {stddev, slope, logarithm<Real>(stddev) * Real(2), slope * Real(2) / stddev};
    }
    const Vector<Real> e = exponential<Real>(a);
    const Vector<Real> variance = e + minimumStddev * minimumStddev;
    const Vector<Real> stddev = squareRoot<Real>(variance);
    return {stddev, e * Real(0.5) / stddev, logarithm<Real>(variance), e / variance};
}

template <class Real>
void posterior(ScaleKind kind, Real minimumStddev, const Real* outputs, const Real* noise, Real* z, Real* zSlope,
               Real* rateSlope, int latent, int blocks, double* rates) {
    sumOverFeatures<Real>(latent, blocks, rates, [=](int block, int feature, int lane) {
        const std::ptrdiff_t at = place<Real>(block, latent, feature, lane);
        const Vector<Real> mean = load(outputs + place<Real>(block, 2 * latent, feature, lane));
        const Vector<Real> raw = load(outputs + place<Real>(block, 2 * latent, latent + feature, lane));
        const Vector<Real> draw = load(noise + at);
        const ScaleValue<Real> s = scaleOf<Real>(kind, raw, minimumStddev);
        store<Real>(z + at, mean + s.stddev * draw);
        store<Real>(zSlope + at, s.stddevSlope * draw);
        store<Real>(rateSlope + at, s.stddev * s.stddevSlope - Real(0.5) * s.logVarianceSlope);
        return (mean * mean + s.stddev * s.stddev - Real(1) - s.logVariance) * Real(0.5);
    });
}

template <class Real>
void posteriorBackward(Real* outputs, const Real* zGradient, const Real* zSlope, const Real* rateSlope, Real rateScale,
                       int latent, int blocks) {
    for (int block = 0; block < blocks; ++block) {
        for (int i = 0; i < latent * kWidth<Real>; i += kLanes<Real>) {
            const std::ptrdiff_t at = place<Real>(block, latent, 0, i);
            Real* means = outputs + place<Real>(block, 2 * latent, 0, i);
            Real* raw = outputs + place<Real>(block, 2 * latent, latent, i);
            const Vector<Real> gradient = load(zGradient + at);
            store<Real>(means, gradient + load(means) * rateScale);
            store<Real>(raw, gradient * load(zSlope + at) + load(rateSlope + at) * rateScale);
        }
    }
}
