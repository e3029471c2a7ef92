// Kernel sums of the maximum mean discrepancy with their gradients. Included by level.inl inside an unnamed namespace.

/// k(r2) and -k'(r2).
template <class Real>
struct KernelValue {
    Vector<Real> value;
    Vector<Real> fall;
};

template <class Real>
inline KernelValue<Real> kernelOf(DivergenceKernel kernel, Vector<Real> r2, Real dim) {
    switch (kernel) {
        case DivergenceKernel::GaussianDim2: {
            const Real rate = Real(1) / (dim * dim);
            const Vector<Real> value = exponential<Real>(r2 * -rate);
            return {value, value * rate};
        }
        case DivergenceKernel::GaussianDim: {
            const Real rate = Real(1) / dim;
            const Vector<Real> value = exponential<Real>(r2 * -rate);
            return {value, value * rate};
        }
        case DivergenceKernel::InverseMultiquadratic: {
            const Real c = Real(2) * dim;
            const Vector<Real> value = c / (r2 + c);
            return {value, value * value * (Real(1) / c)};
        }
        case DivergenceKernel::MultiScale:
            break;
    }
    // Bandwidths d/4, d/2, d, 2d, 4d: two exponentials, the others are their squares.
    const Real rate = Real(0.25) / dim;
    const Vector<Real> k4 = exponential<Real>(r2 * -rate);
    const Vector<Real> k2 = k4 * k4;
    const Vector<Real> k1 = exponential<Real>(r2 * (Real(-4) * rate));
    const Vector<Real> half = k1 * k1;
    const Vector<Real> quarter = half * half;
    const Vector<Real> fall = (k4 + k2 * Real(2)) + (k1 * Real(4) + half * Real(8)) + quarter * Real(16);
    return {((k4 + k2) + (k1 + half) + quarter) * Real(0.2), fall * (Real(0.2) * rate)};
}

/// Value j of a feature in [blocks][features][width].
template <class Real>
inline Real element(const Real* blocks, int features, int feature, int example) {
    return blocks[place<Real>(example / kWidth<Real>, features, feature, example % kWidth<Real>)];
}

/// Kernel values of the examples in one vector of `a` (lanes, at `own` of their block) with all of b; the falls go to
/// `falls` [examples][lanes] unless that is null. Returns the sum over the first `lanes` lanes.
template <class Real>
double kernelRow(DivergenceKernel kernel, const Real* own, const Real* b, int latent, int examples, int lanes,
                 Real* falls) {
    double sums[kLanes<Real>] = {};
    for (int start = 0; start < examples; start += kRowsPerSum) {
        Vector<Real> total{};
        for (int j = start; j < smaller(examples, start + kRowsPerSum); ++j) {
            Vector<Real> r2{};
            for (int d = 0; d < latent; ++d) {
                const Vector<Real> difference = load(own + d * kWidth<Real>) - element(b, latent, d, j);
                r2 += difference * difference;
            }
            const KernelValue<Real> k = kernelOf<Real>(kernel, r2, static_cast<Real>(latent));
            total += k.value;
            if (falls != nullptr) {
                store<Real>(falls + j * kLanes<Real>, k.fall);
            }
        }
        addLanes<Real>(sums, total);
    }
    double sum = 0.0;
    for (int lane = 0; lane < lanes; ++lane) {
        sum += sums[lane];
    }
    return sum;
}

template <class Real>
double kernelSum(DivergenceKernel kernel, const Real* a, const Real* b, int latent, int examples, Real* gradient,
                 Real gradientScale, Real* scratch) {
    double sum = 0.0;
    for (int first = 0; first < examples; first += kLanes<Real>) {
        const std::ptrdiff_t at = place<Real>(first / kWidth<Real>, latent, 0, first % kWidth<Real>);
        sum += kernelRow(kernel, a + at, b, latent, examples, smaller(kLanes<Real>, examples - first),
                         gradient != nullptr ? scratch : nullptr);
        for (int d = 0; gradient != nullptr && d < latent; ++d) {
            const Vector<Real> own = load(a + at + d * kWidth<Real>);
            Vector<Real> even{};
            Vector<Real> odd{};
            for (int j = 0; j + 1 < examples; j += 2) {
                even += load(scratch + j * kLanes<Real>) * (own - element(b, latent, d, j));
                odd += load(scratch + (j + 1) * kLanes<Real>) * (own - element(b, latent, d, j + 1));
            }
            if (examples % 2 != 0) {
                even += load(scratch + (examples - 1) * kLanes<Real>) * (own - element(b, latent, d, examples - 1));
            }
            Real* target = gradient + at + d * kWidth<Real>;
            store<Real>(target, load(target) + (even + odd) * gradientScale);
        }
    }
    return sum;
}
