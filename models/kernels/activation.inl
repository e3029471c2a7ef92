// Activations and their derivatives. Included by level.inl inside an unnamed namespace.

constexpr double kLeakySlope = 0.1;

/// Applies `function` to whole vectors; the rest goes through a padded vector, so that an element's value does not
/// depend on its place.
template <class Real, class Function>
inline void forEachVector(std::size_t count, Function function) {
    constexpr std::size_t kStep = kLanes<Real>;
    std::size_t i = 0;
    for (; i + kStep <= count; i += kStep) {
        function(i, static_cast<int>(kStep));
    }
    if (i < count) {
        function(i, static_cast<int>(count - i));
    }
}

template <class Real>
inline Vector<Real> loadPart(const Real* from, int count) {
    if (count == kLanes<Real>) {
        return load(from);
    }
    Vector<Real> value{};
    __builtin_memcpy(&value, from, static_cast<std::size_t>(count) * sizeof(Real));
    return value;
}

template <class Real>
inline void storePart(Real* to, Vector<Real> value, int count) {
    if (count == kLanes<Real>) {
        store<Real>(to, value);
        return;
    }
    __builtin_memcpy(to, &value, static_cast<std::size_t>(count) * sizeof(Real));
}

/// values = function(values), in place.
template <class Real, class Function>
inline void mapInPlace(Real* values, std::size_t count, Function function) {
    forEachVector<Real>(count, [&](std::size_t i, int part) {
        storePart<Real>(values + i, function(loadPart(values + i, part)), part);
    });
}

/// values = value and slopes = slope of function(values), in place.
template <class Real, class Function>
inline void mapWithSlope(Real* values, Real* slopes, std::size_t count, Function function) {
    forEachVector<Real>(count, [&](std::size_t i, int part) {
        const Softplus<Real> result = function(loadPart(values + i, part));
        storePart<Real>(values + i, result.value, part);
        storePart<Real>(slopes + i, result.slope, part);
    });
}

template <class Real>
void activate(Activation activation, Real* values, Real* slopes, std::size_t count) {
    const Vector<Real> zero{};
    const Vector<Real> one = splat<Real>(Real(1));
    switch (activation) {
        case Activation::Identity:
            return;
        case Activation::Relu:
            mapInPlace<Real>(values, count, [=](Vector<Real> x) { return x < zero ? zero : x; });
            return;
        case Activation::LeakyRelu:
            mapInPlace<Real>(values, count, [=](Vector<Real> x) { return x > zero ? x : x * Real(kLeakySlope); });
            return;
        case Activation::Tanh:
            mapInPlace<Real>(values, count, [](Vector<Real> x) { return hyperbolicTangent<Real>(x); });
            return;
        case Activation::Sigmoid:
            mapInPlace<Real>(values, count, [](Vector<Real> x) { return sigmoid<Real>(x); });
            return;
        case Activation::Softplus:
            mapWithSlope<Real>(values, slopes, count, [](Vector<Real> x) { return softplus<Real>(x); });
            return;
        case Activation::Gelu:
            mapWithSlope<Real>(values, slopes, count, [](Vector<Real> x) {
                const Normal<Real> n = normal<Real>(x);
                return Softplus<Real>{x * n.below, n.below + x * n.density};
            });
            return;
        case Activation::Elu:
            mapWithSlope<Real>(values, slopes, count, [=](Vector<Real> x) {
                const Vector<Real> e = expm1Negative<Real>(x > zero ? zero : x);
                return Softplus<Real>{x > zero ? x : e, x > zero ? one : e + one};
            });
            return;
    }
}

/// gradients *= slope(kept), in place.
template <class Real, class Function>
inline void scaleBySlope(const Real* kept, Real* gradients, std::size_t count, Function slope) {
    forEachVector<Real>(count, [&](std::size_t i, int part) {
        const Vector<Real> gradient = loadPart(gradients + i, part);
        storePart<Real>(gradients + i, slope(loadPart(kept + i, part), gradient), part);
    });
}

template <class Real>
void activateBackward(Activation activation, const Real* kept, Real* gradients, std::size_t count) {
    const Vector<Real> zero{};
    switch (activation) {
        case Activation::Identity:
            return;
        case Activation::Relu:
            scaleBySlope<Real>(kept, gradients, count,
                               [=](Vector<Real> y, Vector<Real> g) { return y <= zero ? zero : g; });
            return;
        case Activation::LeakyRelu:
            scaleBySlope<Real>(kept, gradients, count,
                               [=](Vector<Real> y, Vector<Real> g) { return y > zero ? g : g * Real(kLeakySlope); });
            return;
        case Activation::Tanh:
            scaleBySlope<Real>(kept, gradients, count,
                               [](Vector<Real> y, Vector<Real> g) { return g * (Real(1) - y * y); });
            return;
        case Activation::Sigmoid:
            scaleBySlope<Real>(kept, gradients, count,
                               [](Vector<Real> y, Vector<Real> g) { return g * (y * (Real(1) - y)); });
            return;
        case Activation::Softplus:
        case Activation::Gelu:
        case Activation::Elu:
            scaleBySlope<Real>(kept, gradients, count, [](Vector<Real> slope, Vector<Real> g) { return g * slope; });
            return;
    }
}
