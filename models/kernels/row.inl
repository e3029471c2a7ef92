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
void exponentialInPlace(Real* values, std::size_t count) {
    mapInPlace<Real>(values, count, [](Vector<Real> x) { return exponential<Real>(x); });
}

template <class Real>
void logarithmInPlace(Real* values, std::size_t count) {
    mapInPlace<Real>(values, count, [](Vector<Real> x) { return logarithm<Real>(x); });
}
