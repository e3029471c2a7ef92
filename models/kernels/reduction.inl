// Sums over the features of every example. Included by level.inl inside an unnamed namespace.

/// Rows whose sum is kept in the precision of the run before it is added in double.
constexpr int kRowsPerSum = 16;

/// Adds term(row, half) over all rows of every block: perExample [blocks * width]; `half` is the offset of a vector in
/// the arrays that hold `stride` rows per block.
template <class Real, class Function>
inline void sumOverFeatures(int features, int blocks, double* perExample, Function term) {
    constexpr int kSide = kLanes<Real>;
    for (int i = 0; i < blocks * kWidth<Real>; ++i) {
        perExample[i] = 0.0;
    }
    for (int block = 0; block < blocks; ++block) {
        for (int start = 0; start < features; start += kRowsPerSum) {
            Vector<Real> left{};
            Vector<Real> right{};
            for (int feature = start; feature < smaller(features, start + kRowsPerSum); ++feature) {
                left += term(block, feature, 0);
                right += term(block, feature, kSide);
            }
            addLanes<Real>(perExample + block * kWidth<Real>, left);
            addLanes<Real>(perExample + block * kWidth<Real> + kSide, right);
        }
    }
}

/// Place of a vector in [blocks][features][width].
template <class Real>
inline std::ptrdiff_t place(int block, int features, int feature, int lane) {
    return (static_cast<std::ptrdiff_t>(block) * features + feature) * kWidth<Real> + lane;
}
