// Vectors of the level being compiled. Included by level.inl inside an unnamed namespace: nothing here may have
// linkage, since the linker would be free to give another level's caller the code compiled for this one.

typedef float FloatVector __attribute__((vector_size(ELBO_VECTOR_BYTES)));
typedef double DoubleVector __attribute__((vector_size(ELBO_VECTOR_BYTES)));
typedef std::int32_t FloatBits __attribute__((vector_size(ELBO_VECTOR_BYTES)));
typedef std::int64_t DoubleBits __attribute__((vector_size(ELBO_VECTOR_BYTES)));

template <class Real>
struct VectorTypes;
template <>
struct VectorTypes<float> {
    using Vector = FloatVector;
    using Bits = FloatBits;
    using Integer = std::int32_t;
};
template <>
struct VectorTypes<double> {
    using Vector = DoubleVector;
    using Bits = DoubleBits;
    using Integer = std::int64_t;
};

template <class Real>
using Vector = typename VectorTypes<Real>::Vector;
template <class Real>
using Bits = typename VectorTypes<Real>::Bits;
template <class Real>
using Integer = typename VectorTypes<Real>::Integer;

/// Values in a vector, and examples in a block (see kernel_table.h).
template <class Real>
constexpr int kLanes = ELBO_VECTOR_BYTES / static_cast<int>(sizeof(Real));
template <class Real>
constexpr int kWidth = 2 * kLanes<Real>;

// memcpy, not a pointer cast: parameters start anywhere, and the compiler makes one unaligned move of it.
template <class Real>
inline Vector<Real> load(const Real* from) {
    Vector<Real> value;
    __builtin_memcpy(&value, from, sizeof(value));
    return value;
}

template <class Real>
inline void store(Real* to, Vector<Real> value) {
    __builtin_memcpy(to, &value, sizeof(value));
}

/// x in every lane; x - 0 is x for every x, and the compiler knows.
template <class Real>
inline Vector<Real> splat(Real x) {
    return x - Vector<Real>{};
}

template <class Real>
inline Bits<Real> bitsOf(Vector<Real> x) {
    return reinterpret_cast<Bits<Real>>(x);
}

template <class Real>
inline Vector<Real> fromBits(Bits<Real> x) {
    return reinterpret_cast<Vector<Real>>(x);
}

template <class Real>
inline Vector<Real> absolute(Vector<Real> x) {
    return fromBits<Real>(bitsOf<Real>(x) & ~bitsOf<Real>(splat<Real>(Real(-0.0))));
}

/// max(x, limit) and min(x, limit) that let NaN through: the machine's instructions return their second operand then.
template <class Real>
inline Vector<Real> atLeast(Vector<Real> x, Real limit) {
    const Vector<Real> bound = splat<Real>(limit);
#if ELBO_VECTOR_BYTES == 64 && defined(__AVX512F__)
    if constexpr (sizeof(Real) == sizeof(float)) {
        return reinterpret_cast<Vector<Real>>(_mm512_maskz_max_ps(0xffff, bound, x));
    } else {
        return reinterpret_cast<Vector<Real>>(_mm512_maskz_max_pd(0xff, bound, x));
    }
#elif ELBO_VECTOR_BYTES == 32 && defined(__AVX__)
    if constexpr (sizeof(Real) == sizeof(float)) {
        return reinterpret_cast<Vector<Real>>(_mm256_max_ps(bound, x));
    } else {
        return reinterpret_cast<Vector<Real>>(_mm256_max_pd(bound, x));
    }
#else
    return x < bound ? bound : x;
#endif
}

template <class Real>
inline Vector<Real> atMost(Vector<Real> x, Real limit) {
    const Vector<Real> bound = splat<Real>(limit);
#if ELBO_VECTOR_BYTES == 64 && defined(__AVX512F__)
    if constexpr (sizeof(Real) == sizeof(float)) {
        return reinterpret_cast<Vector<Real>>(_mm512_maskz_min_ps(0xffff, bound, x));
    } else {
        return reinterpret_cast<Vector<Real>>(_mm512_maskz_min_pd(0xff, bound, x));
    }
#elif ELBO_VECTOR_BYTES == 32 && defined(__AVX__)
    if constexpr (sizeof(Real) == sizeof(float)) {
        return reinterpret_cast<Vector<Real>>(_mm256_min_ps(bound, x));
    } else {
        return reinterpret_cast<Vector<Real>>(_mm256_min_pd(bound, x));
    }
#else
    return x > bound ? bound : x;
#endif
}

/// The language has no vector form; the loop over lanes becomes one instruction.
template <class Real>
inline Vector<Real> squareRoot(Vector<Real> x) {
    Vector<Real> result;
    for (int lane = 0; lane < kLanes<Real>; ++lane) {
        if constexpr (sizeof(Real) == sizeof(float)) {
            result[lane] = __builtin_sqrtf(x[lane]);
        } else {
            result[lane] = __builtin_sqrt(x[lane]);
        }
    }
    return result;
}

/// x in the first `count` lanes, zero in the others, whatever is there.
template <class Real>
inline Vector<Real> firstLanes(Vector<Real> x, int count) {
    Bits<Real> lane;
    for (int i = 0; i < kLanes<Real>; ++i) {
        lane[i] = i;
    }
    return lane < static_cast<Integer<Real>>(count) ? x : Vector<Real>{};
}

/// Adds the lanes of `x` to `sums` [lanes], in double: long sums are gathered here so that float32 terms keep their
/// digits.
template <class Real>
inline void addLanes(double* sums, Vector<Real> x) {
    for (int lane = 0; lane < kLanes<Real>; ++lane) {
        sums[lane] += static_cast<double>(x[lane]);
    }
}

constexpr int smaller(int a, int b) {
    return a < b ? a : b;
}
