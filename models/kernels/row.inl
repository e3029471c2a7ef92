// Passes over whole rows of parameters. Included by level.inl inside an unnamed namespace.

template <class Real>
void adam(Real* parameters, const Real* gradients, Real* first, Real* second, std::size_t count,
          const AdamConstants<Real>& constants) {
    const AdamConstants<Real> c = constants;
    forEachVector<Real>(count, [=](std::size_t i, int part) {
        const Vector<Real> g = loadPart(gradients + i, part);
        const Vector<Real> m = loadPart(first + i, part) * c.beta1 + g * c.keep1;
        const Vector<Real> v = loadPart(second + i, part) * c.beta2 + g * g * c.keep2;
        storePart<Real>(first + i, m, part);
        storePart<Real>(second + i, v, part);
        const Vector<Real> step = m * c.stepSize / (squareRoot<Real>(v) * c.inverseRoot + c.epsilon);
        storePart<Real>(parameters + i, loadPart(parameters + i, part) - step, part);
    });
}

template <class Real>
double sum(const Real* values, std::size_t count) {
    constexpr std::size_t kStep = 4 * kLanes<Real>;
    Vector<Real> partial[4] = {};
    std::size_t i = 0;
    for (; i + kStep <= count; i += kStep) {
        for (int k = 0; k < 4; ++k) {
            partial[k] += load(values + i + static_cast<std::size_t>(k) * kLanes<Real>);
        }
    }
    for (; i < count; i += kLanes<Real>) {
        const std::size_t rest = count - i;
        partial[0] += loadPart(values + i, rest < kLanes<Real> ? static_cast<int>(rest) : kLanes<Real>);
    }
    const Vector<Real> all = (partial[0] + partial[1]) + (partial[2] + partial[3]);
    double total = 0.0;
    for (int lane = 0; lane < kLanes<Real>; ++lane) {
        total += static_cast<double>(all[lane]);
    }
    return total;
}

template <class Real>
void exponentialInPlace(Real* values, std::size_t count) {
    mapInPlace<Real>(values, count, [](Vector<Real> x) { return exponential<Real>(x); });
}

template <class Real>
void logarithmInPlace(Real* values, std::size_t count) {
    mapInPlace<Real>(values, count, [](Vector<Real> x) { return logarithm<Real>(x); });
}
