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
            mapInPlace<Real>(values, count, [](Vector<Real> x) { return atLeast(x, Real(0)); });
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

/// Calls use(slope), slope(kept, g) being g times the derivative, `kept` what activate() left behind.
template <class Real, class Use>
inline void withSlope(Activation activation, Use use) {
    using V = Vector<Real>;
    switch (activation) {
        case Activation::Identity:
            return;
        case Activation::Relu:
            return use([](V y, V g) { return y <= V{} ? V{} : g; });
        case Activation::LeakyRelu:
            return use([](V y, V g) { return y > V{} ? g : g * Real(kLeakySlope); });
        case Activation::Tanh:
            return use([](V y, V g) { return g * (Real(1) - y * y); });
        case Activation::Sigmoid:
            return use([](V y, V g) { return g * (y * (Real(1) - y)); });
        case Activation::Softplus:
        case Activation::Gelu:
        case Activation::Elu:
            return use([](V slope, V g) { return g * slope; });
    }
}
