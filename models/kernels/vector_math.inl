// exp, log and their relatives on vectors. Included by level.inl inside an unnamed namespace.
//
// Largest relative errors in units of the precision's epsilon, tested in tst_elementwise for every level: exp, log and
// e^x - 1: 1; tanh, sigmoid and softplus: 2; x Phi(x) for |x| <= 6: 12. exp flushes results below 2e-38 and 4e-308 to
// zero. NaN stays NaN, infinities go to their limits. The polynomials are least-squares fits brought near the minimax
// error by reweighting.

template <class Real>
struct MathConstants;

template <>
struct MathConstants<float> {
    static constexpr int kMantissaBits = 23;
    static constexpr std::int32_t kOneBits = 127 << 23;
    static constexpr float kRounder = 12582912.0F;  // 1.5 * 2^23: adding it rounds to an integer in the low bits
    static constexpr float kLog2E = 1.44269504F;
    static constexpr float kLn2High = 0.693145751953125F;  // few digits, so that n * kLn2High is exact
    static constexpr float kLn2Low = 1.42860677e-6F;
    static constexpr float kExpLowest = -87.6F;
    static constexpr float kExpHighest = 89.0F;
    static constexpr float kExpm1Lowest = -40.0F;
    // (e^r - 1 - r) / r^2 on |r| <= log(2) / 2: 1.3e-8 relative in e^r - 1
    static constexpr float kExp[] = {0.49999998085F, 0.16666543253F, 0.041667192419F, 0.0083665822F, 0.001388370546F};
    // (atanh(w) / w - 1) / w^2 in powers of w^2 up to (sqrt(2) - 1)^2 / (sqrt(2) + 1)^2: 8e-10
    static constexpr float kLog[] = {0.333333934048F, 0.199884895911F, 0.149436046347F};
    // the same up to 1/9: 1e-10
    static constexpr float kLog1p[] = {0.333333377413F, 0.199994446463F, 0.143082926819F, 0.10715371955F,
                                       0.121449459855F};
    // tanh(x) / x as a quotient in powers of x^2 up to 8.5^2, where tanh is 1 to the last digit: 1.2e-8
    static constexpr float kTanhHighest = 8.5F;
    static constexpr float kTanhAbove[] = {0.999999988256F, 0.134132308981F, 0.00353400777255F, 2.12507313531e-5F,
                                           1.42687978626e-8F};
    static constexpr float kTanhBelow[] = {1.0F, 0.467465536557F, 0.0260226788018F, 0.000334883361783F,
                                           8.14494663349e-7F};
    // Phi(-a) e^(a^2 / 2) in powers of 1 / (1 + a / 4) - 1/2: 2e-8 relative for a <= 14
    static constexpr float kTail[] = {0.094410641893F,   0.340795479305F, 0.497516824878F,  0.573654308169F,
                                      0.493843866273F,   0.271925442386F, 0.0322398210745F, -0.0841878532852F,
                                      -0.0434440391779F, 0.0339781130014F};
};

template <>
struct MathConstants<double> {
    static constexpr int kMantissaBits = 52;
    static constexpr std::int64_t kOneBits = std::int64_t{1023} << 52;
    static constexpr double kRounder = 6755399441055744.0;  // 1.5 * 2^52
    static constexpr double kLog2E = 1.4426950408889634;
    static constexpr double kLn2High = 6.93147180369123816490e-01;
    static constexpr double kLn2Low = 1.90821492927058770002e-10;
    static constexpr double kExpLowest = -708.7;
    static constexpr double kExpHighest = 710.0;
    static constexpr double kExpm1Lowest = -80.0;
    // 2.6e-19 relative in e^r - 1
    static constexpr double kExp[] = {0.50000000000000000079,     0.16666666666666676692,   0.041666666666666514548,
                                      0.0083333333333215186666,   0.0013888888888960872059, 0.00019841269886463168505,
                                      0.000024801587174607835493, 2.7557243817953486349e-6, 2.7557400994671972514e-7,
                                      2.5109190518235284524e-8,   2.0875890281065758924e-9};
    // 1.3e-18
    static constexpr double kLog[] = {0.33333333333333694224, 0.19999999999690269319,  0.14285714375413409606,
                                      0.11111098814789636322, 0.090918085296656940555, 0.076563069991399731305,
                                      0.07405569002439204558};
    // 1e-21
    static constexpr double kLog1p[] = {0.33333333333333333147,  0.20000000000000113125,  0.14285714285690348631,
                                        0.11111111113650579544,  0.090909089331971097263, 0.076923139166799520137,
                                        0.066665033231109015048, 0.058852648807919724255, 0.052278439391898094243,
                                        0.050471148927681731903, 0.028988268701359317114, 0.080279328129221306547};
    // 3e-17 relative for a <= 38
    static constexpr double kTail[] = {
        0.094410641301968936459,   0.34079544309691076323,   0.49751702135705309789,   0.57365925870193171544,
        0.49383686570131996022,    0.27174705542295906411,   0.032483972778238603125,  -0.081768172742849174886,
        -0.047919171778454495691,  0.023324096642394144626,  0.029335870499571532228,  -0.0094852404688815980525,
        -0.017626760252854805437,  0.006791904817489274748,  0.010831290681057651872,  -0.0067255712854213105908,
        -0.0061239427617279976415, 0.0067652612545707293161, 0.0022548937473556947365, -0.0055997280665916323997,
        0.00062779130962015197926, 0.0027157103150300262635, -0.0012876640243694435791};
};

template <class Real, int Count>
inline Vector<Real> polynomial(const Real (&coefficients)[Count], Vector<Real> x) {
    Vector<Real> value = splat<Real>(coefficients[Count - 1]);
    for (int i = Count - 2; i >= 0; --i) {
        value = value * x + coefficients[i];
    }
    return value;
}

/// x = n log(2) + r: `power` holds n in its low bits, and e^r - 1.
template <class Real>
struct Reduced {
    Bits<Real> power;
    Vector<Real> expm1;
};

template <class Real>
inline Reduced<Real> reduce(Vector<Real> x) {
    using Constants = MathConstants<Real>;
    const Vector<Real> shifted = x * Constants::kLog2E + Constants::kRounder;
    const Vector<Real> n = shifted - Constants::kRounder;
    const Vector<Real> r = (x - n * Constants::kLn2High) - n * Constants::kLn2Low;
    return {bitsOf<Real>(shifted), r + r * r * polynomial(Constants::kExp, r)};
}

template <class Real>
inline Vector<Real> exponential(Vector<Real> x) {
    using Constants = MathConstants<Real>;
    const Reduced<Real> reduced = reduce<Real>(atMost(atLeast(x, Constants::kExpLowest), Constants::kExpHighest));
    // 2^(n-1) and a doubling: 2^128 has no float.
    const Integer<Real> half = Constants::kOneBits - (Integer<Real>{1} << Constants::kMantissaBits);
    const Vector<Real> scale = fromBits<Real>((reduced.power << Constants::kMantissaBits) + half);
    const Vector<Real> product = reduced.expm1 * scale + scale;
    return product + product;
}

/// e^x - 1 for x <= 0, without the cancellation.
template <class Real>
inline Vector<Real> expm1Negative(Vector<Real> x) {
    using Constants = MathConstants<Real>;
    const Reduced<Real> reduced = reduce<Real>(atLeast(x, Constants::kExpm1Lowest));
    const Vector<Real> scale = fromBits<Real>((reduced.power << Constants::kMantissaBits) + Constants::kOneBits);
    return reduced.expm1 * scale + (scale - Real(1));
}

/// log(1 + u) for 0 <= u <= 1, without the cancellation.
template <class Real>
inline Vector<Real> log1pUnit(Vector<Real> u) {
    const Vector<Real> w = u / (u + Real(2));
    const Vector<Real> square = w * w;
    const Vector<Real> twice = w + w;
    return twice + twice * square * polynomial(MathConstants<Real>::kLog1p, square);
}

template <class Real>
inline Vector<Real> logarithm(Vector<Real> x) {
    using Constants = MathConstants<Real>;
    constexpr int kBits = Constants::kMantissaBits;
    constexpr Integer<Real> kMask = (Integer<Real>{1} << kBits) - 1;
    const Bits<Real> rootHalf = bitsOf<Real>(splat<Real>(Real(0.70710678118654752)));
    // Mantissa in [sqrt(1/2), sqrt(2)); the exponent is counted from 1 up so that the shift needs no sign.
    const Bits<Real> shifted = bitsOf<Real>(x) - rootHalf + Constants::kOneBits;
    const Bits<Real> exponent = (shifted >> kBits) - (Constants::kOneBits >> kBits);
    const Vector<Real> n =
        fromBits<Real>(exponent + bitsOf<Real>(splat<Real>(Constants::kRounder))) - Constants::kRounder;
    const Vector<Real> f = fromBits<Real>((shifted & kMask) + rootHalf) - Real(1);
    const Vector<Real> w = f / (f + Real(2));
    const Vector<Real> square = w * w;
    // log(1 + f) = f - w f + 2 w^3 P(w^2): f itself is exact.
    const Vector<Real> rest = (w + w) * square * polynomial(Constants::kLog, square) + n * Constants::kLn2Low;
    const Vector<Real> usual = n * Constants::kLn2High + (f - (w * f - rest));
    const Vector<Real> infinity = splat<Real>(Real(__builtin_inf()));
    const Vector<Real> nan = splat<Real>(Real(__builtin_nan("")));
    const Vector<Real> zero{};
    Vector<Real> result = x == zero ? -infinity : usual;
    result = x < zero ? nan : result;
    return ((x == infinity) | (x != x)) ? x : result;
}

template <class Real>
inline Vector<Real> hyperbolicTangent(Vector<Real> x) {
    using Constants = MathConstants<Real>;
    if constexpr (sizeof(Real) == sizeof(float)) {
        // A quotient of polynomials costs less than an exponential when few digits are wanted.
        const Vector<Real> bounded = atMost(atLeast(x, -Constants::kTanhHighest), Constants::kTanhHighest);
        const Vector<Real> square = bounded * bounded;
        return bounded * polynomial(Constants::kTanhAbove, square) / polynomial(Constants::kTanhBelow, square);
    } else {
        const Vector<Real> e = expm1Negative<Real>(absolute<Real>(x) * Real(-2));
        const Vector<Real> value = -e / (e + Real(2));
        const Bits<Real> sign = bitsOf<Real>(splat<Real>(Real(-0.0)));
        return fromBits<Real>(bitsOf<Real>(value) | (bitsOf<Real>(x) & sign));
    }
}

template <class Real>
inline Vector<Real> sigmoid(Vector<Real> x) {
    return Real(1) / (exponential<Real>(-x) + Real(1));
}

/// log(1 + e^x) and its derivative. Beyond 20 it is x, as LibTorch has it: in double the difference would show.
template <class Real>
struct Softplus {
    Vector<Real> value;
    Vector<Real> slope;
};

template <class Real>
inline Softplus<Real> softplus(Vector<Real> x) {
    const Vector<Real> e = exponential<Real>(-absolute<Real>(x));
    const Vector<Real> one = splat<Real>(Real(1));
    const Vector<Real> zero{};
    const Vector<Real> inverse = one / (e + one);
    const auto linear = x > splat<Real>(Real(20));
    const Vector<Real> value = (x < zero ? zero : x) + log1pUnit<Real>(e);
    return {linear ? x : value, linear ? one : (x < zero ? e : one) * inverse};
}

/// Distribution function and density of N(0, 1).
template <class Real>
struct Normal {
    Vector<Real> below;
    Vector<Real> density;
};

template <class Real>
inline Normal<Real> normal(Vector<Real> x) {
    const Vector<Real> size = absolute<Real>(x);
    const Vector<Real> bell = exponential<Real>(size * size * Real(-0.5));
    const Vector<Real> t = Real(1) / (size * Real(0.25) + Real(1)) - Real(0.5);
    const Vector<Real> tail = polynomial(MathConstants<Real>::kTail, t) * bell;
    const Vector<Real> zero{};
    return {x < zero ? tail : Real(1) - tail, bell * Real(0.39894228040143267794)};
}
