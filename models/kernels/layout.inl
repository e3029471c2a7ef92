// Moves between layouts: rows and blocks, copies of weight pieces, transposed panels. Included by level.inl inside an
// unnamed namespace.

/// Rows of a tile: with the two vectors of a block row they fill the registers (32 with AVX-512, else 16).
constexpr int kRows = ELBO_VECTOR_BYTES == 64 ? 8 : 6;

template <int... Lane>
struct LaneList {};
template <int Count, int... Lane>
struct LaneCount : LaneCount<Count - 1, Count - 1, Lane...> {};
template <int... Lane>
struct LaneCount<0, Lane...> {
    using List = LaneList<Lane...>;
};

/// The step of a transposition: of two rows `Half` apart, swaps the lanes that are off the diagonal.
template <class Real, int Half, int... Lane>
inline void swapPair(Vector<Real>& upper, Vector<Real>& lower, LaneList<Lane...>) {
    constexpr int kCount = sizeof...(Lane);
    const Vector<Real> first = upper;
    const Vector<Real> second = lower;
    upper = __builtin_shufflevector(first, second, ((Lane & Half) == 0 ? Lane : kCount + Lane - Half)...);
    lower = __builtin_shufflevector(first, second, ((Lane & Half) == 0 ? Lane + Half : kCount + Lane)...);
}

template <class Real, int Half>
inline void transposeFrom(Vector<Real>* rows) {
    for (int row = 0; row < kLanes<Real>; ++row) {
        if ((row & Half) == 0) {
            swapPair<Real, Half>(rows[row], rows[row + Half], typename LaneCount<kLanes<Real>>::List{});
        }
    }
    if constexpr (Half > 1) {
        transposeFrom<Real, Half / 2>(rows);
    }
}

/// The sums of kLanes vectors, one per lane: a transposition that adds as it goes. Of rows First, First + Step, ...
template <class Real, int First = 0, int Step = 1>
inline Vector<Real> sumsOf(const Vector<Real> (&rows)[kLanes<Real>]) {
    if constexpr (Step == kLanes<Real>) {
        return rows[First];
    } else {
        Vector<Real> upper = sumsOf<Real, First, 2 * Step>(rows);
        Vector<Real> lower = sumsOf<Real, First + Step, 2 * Step>(rows);
        swapPair<Real, Step>(upper, lower, typename LaneCount<kLanes<Real>>::List{});
        return upper + lower;
    }
}

/// to(c, r) = from(r, c) for a square of one vector's side, of which the first `rows` and `columns` of `from` are
/// there; the rest becomes zero.
template <class Real>
void transposeSquare(const Real* from, std::ptrdiff_t fromStride, int rows, int columns, Real* to,
                     std::ptrdiff_t toStride, int toRows) {
    constexpr int kSide = kLanes<Real>;
    if (columns == kSide) {
        Vector<Real> square[kSide];
        for (int row = 0; row < kSide; ++row) {
            square[row] = row < rows ? load(from + row * fromStride) : Vector<Real>{};
        }
        transposeFrom<Real, kSide / 2>(square);
        for (int row = 0; row < kSide; ++row) {
            if (row < toRows) {
                store<Real>(to + row * toStride, square[row]);
            }
        }
        return;
    }
    for (int column = 0; column < toRows; ++column) {
        for (int row = 0; row < kSide; ++row) {
            to[column * toStride + row] = row < rows && column < columns ? from[row * fromStride + column] : Real(0);
        }
    }
}

template <class Real>
void toBlocks(const Real* rows, int examples, int features, Real* blocks) {
    constexpr int kSide = kLanes<Real>;
    for (int example = 0; example < examples; example += kSide) {
        const int block = example / kWidth<Real>;
        Real* target = blocks + static_cast<std::ptrdiff_t>(block) * features * kWidth<Real> + example % kWidth<Real>;
        for (int feature = 0; feature < features; feature += kSide) {
            const int columns = smaller(kSide, features - feature);
            transposeSquare(rows + static_cast<std::ptrdiff_t>(example) * features + feature, features,
                            smaller(kSide, examples - example), columns, target + feature * kWidth<Real>, kWidth<Real>,
                            columns);
        }
    }
}

/// Gradients [blocks][outputs][width] to panels of `width` outputs: [panels][blocks * width][width].
template <class Real>
void toPanels(const Real* gradients, int outputs, int blocks, Real* panels) {
    constexpr int kSide = kLanes<Real>;
    constexpr int kBlockRow = kWidth<Real>;
    for (int output = 0; output < outputs; output += kBlockRow) {
        for (int block = 0; block < blocks; ++block) {
            const Real* source = gradients + (static_cast<std::ptrdiff_t>(block) * outputs + output) * kBlockRow;
            for (int half = 0; half < kBlockRow && output + half < outputs; half += kSide) {
                for (int lane = 0; lane < kBlockRow; lane += kSide) {
                    transposeSquare(source + half * kBlockRow + lane, kBlockRow,
                                    smaller(kSide, outputs - output - half), kSide, panels + lane * kBlockRow + half,
                                    kBlockRow, kSide);
                }
            }
            panels += kBlockRow * kBlockRow;
        }
    }
}

/// Sums over examples of panels, for the bias: sums [outputs].
template <class Real>
void sumPanels(const Real* panels, int outputs, int examples, std::ptrdiff_t panelSize, Real* sums) {
    constexpr int kSide = kLanes<Real>;
    constexpr int kBlockRow = kWidth<Real>;
    for (int output = 0; output < outputs; output += kSide) {
        const Real* panel = panels + output / kBlockRow * panelSize + output % kBlockRow;
        Vector<Real> even{};
        Vector<Real> odd{};
        for (int example = 0; example + 1 < examples; example += 2) {
            even += load(panel + example * kBlockRow);
            odd += load(panel + (example + 1) * kBlockRow);
        }
        if (examples % 2 != 0) {
            even += load(panel + (examples - 1) * kBlockRow);
        }
        const Vector<Real> total = even + odd;
        for (int lane = 0; lane < smaller(kSide, outputs - output); ++lane) {
            sums[output + lane] = total[lane];
        }
    }
}

/// Columns of a piece [depth, rows of the tile] of a matrix, strip by strip: to[strip][depth][kRows].
template <class Real>
void copyColumns(const Real* from, std::ptrdiff_t stride, int depth, int rows, Real* to) {
    for (int k = 0; k < depth; ++k) {
        int row = 0;
        for (; row + kRows <= rows; row += kRows) {
            __builtin_memcpy(to + static_cast<std::ptrdiff_t>(row) * depth + k * kRows, from + row,
                             kRows * sizeof(Real));
        }
        for (int rest = row; rest < rows; ++rest) {
            to[static_cast<std::ptrdiff_t>(row) * depth + k * kRows + rest - row] = from[rest];
        }
        from += stride;
    }
}

/// Rows [rows, depth] of a matrix at a new distance.
template <class Real>
void copyRows(const Real* from, std::ptrdiff_t fromStride, int depth, int rows, Real* to, std::ptrdiff_t toStride) {
    for (int row = 0; row < rows; ++row) {
        __builtin_memcpy(to + row * toStride, from + row * fromStride, static_cast<std::size_t>(depth) * sizeof(Real));
    }
}

/// The scalar products of one row with several, see scalarProducts().
template <class Real>
struct ProductRows {
    const Real* a;  ///< may be null: the sums of b alone
    int aFeatures;
    int row;
    const Real* b;
    int bFeatures;
    int first;

    Vector<Real> factor(int example) const {
        return a == nullptr ? splat<Real>(Real(1))
                            : load(a + place<Real>(example / kWidth<Real>, aFeatures, row, example % kWidth<Real>));
    }
    const Real* others(int example) const {
        return b + place<Real>(example / kWidth<Real>, bFeatures, first, example % kWidth<Real>);
    }
};

/// dots[i] = sum over examples of a's row `row` times b's row first + i, for `count` <= kLanes rows; with Whole count
/// is kLanes. A missing row repeats the last one, so that every path adds in registers.
template <class Real, bool Whole>
void scalarProducts(const ProductRows<Real>& rows, int count, int examples, Real* dots) {
    constexpr int kSide = kLanes<Real>;
    const auto at = [count](int i) { return (Whole ? i : smaller(i, count - 1)) * kWidth<Real>; };
    // The first vector starts the sums, since an array set to zero would be one in memory.
    Vector<Real> sums[kSide];
    const auto product = [&](int example, int i) {
        return firstLanes<Real>(rows.factor(example) * load(rows.others(example) + at(i)), examples - example);
    };
#pragma GCC unroll 16
    for (int i = 0; i < kSide; ++i) {
        sums[i] = product(0, i);
    }
    for (int example = kSide; example < examples; example += kSide) {
#pragma GCC unroll 16
        for (int i = 0; i < kSide; ++i) {
            sums[i] += product(example, i);
        }
    }
    store<Real>(dots, sumsOf<Real>(sums));
}
