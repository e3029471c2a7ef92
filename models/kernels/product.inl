// The three matrix products of a layer. Included by level.inl inside an unnamed namespace.
//
// All three run on one kind of tile: kRows rows by one block row (two vectors), summed in registers over the depth.
// What is broadcast (weights, or activations for the weight gradient) is read where it lies, unless its rows are so far
// apart that they would push each other out of the cache: then a piece is copied first.

/// Rows that share a pass over the blocks.
constexpr int kGroup = 8 * kRows;
/// Longest depth of one pass: kDepth block rows fit the first cache.
constexpr int kDepth = 320;
/// Distance between copied rows beyond their length, so that they do not fall on the same cache lines' places.
constexpr int kPadding = 16;
/// Broadcast matrices beyond this size (bytes) are copied piecewise.
constexpr std::size_t kCopyBeyond = 256 * 1024;

/// The depth of one pass when `total` is cut into equal passes of at most kDepth.
constexpr int passDepth(int total) {
    const int passes = (total + kDepth - 1) / kDepth;
    return passes < 2 ? total : (total + passes - 1) / passes;
}

template <class Real, int R, int C>
struct Tile {
    Vector<Real> sum[R][C];

    void clear() {
        for (int r = 0; r < R; ++r) {
            for (int c = 0; c < C; ++c) {
                sum[r][c] = Vector<Real>{};
            }
        }
    }
    /// Every row starts at its bias or, when that is null, at what is in `out` already.
    void start(const Real* bias, const Real* out) {
        for (int r = 0; r < R; ++r) {
            for (int c = 0; c < C; ++c) {
                sum[r][c] = bias != nullptr ? splat<Real>(bias[r]) : load(out + (r * C + c) * kLanes<Real>);
            }
        }
    }
    /// sum = function(what `other` holds at the same place, sum).
    template <class Function>
    void combine(const Real* other, Function function) {
        for (int r = 0; r < R; ++r) {
            for (int c = 0; c < C; ++c) {
                sum[r][c] = function(load(other + (r * C + c) * kLanes<Real>), sum[r][c]);
            }
        }
    }
    Vector<Real> total() const {
        Vector<Real> all{};
        for (int r = 0; r < R; ++r) {
            for (int c = 0; c < C; ++c) {
                all += sum[r][c];
            }
        }
        return all;
    }
    void write(Real* out, std::ptrdiff_t stride) const {
        for (int r = 0; r < R; ++r) {
            for (int c = 0; c < C; ++c) {
                store<Real>(out + r * stride + c * kLanes<Real>, sum[r][c]);
            }
        }
    }
    /// a(r, k) = a[r + k * step].
    void addColumns(const Real* a, std::ptrdiff_t step, const Real* b, int depth) {
        for (int k = 0; k < depth; ++k) {
            addOuter([a](int r) { return a[r]; }, b);
            a += step;
            b += kWidth<Real>;
        }
    }
    /// a(r, k) = a[r * stride + k].
    void addRows(const Real* a, std::ptrdiff_t stride, const Real* b, int depth) {
        for (int k = 0; k < depth; ++k) {
            addOuter([a, stride, k](int r) { return a[r * stride + k]; }, b);
            b += kWidth<Real>;
        }
    }

  private:
    template <class Left>
    void addOuter(Left left, const Real* b) {
        Vector<Real> right[C];
        for (int c = 0; c < C; ++c) {
            right[c] = load(b + c * kLanes<Real>);
        }
        for (int r = 0; r < R; ++r) {
            const Vector<Real> factor = splat<Real>(left(r));
            for (int c = 0; c < C; ++c) {
                sum[r][c] += factor * right[c];
            }
        }
    }
};

/// Calls function.template operator()<rows>() for the run-time number `rows` in 1..R.
template <int R, class Function>
inline void withRows(int rows, Function function) {
    if constexpr (R > 1) {
        if (rows != R) {
            withRows<R - 1>(rows, function);
            return;
        }
    }
    function.template operator()<R>();
}

/// The tiles of all strips of one group of rows, over all blocks. A strip is kRows rows; the last may have fewer.
/// `left` is the broadcast matrix at the group's first row and the pass's first depth.
template <class Real, int R>
void forwardTile(const Real* left, std::ptrdiff_t step, const Real* right, int depth, const Real* bias, Real* out) {
    Tile<Real, R, 2> tile;
    tile.start(bias, out);
    tile.addColumns(left, step, right, depth);
    tile.write(out, kWidth<Real>);
}

/// `kept` at the tile's place in the last pass when there is an activation to go back through, else null.
template <class Real, int R>
void backwardTile(const Real* left, std::ptrdiff_t stride, const Real* right, int depth, bool first,
                  Activation activation, const Real* kept, Real* out) {
    Tile<Real, R, 2> tile;
    if (first) {
        tile.clear();
    } else {
        tile.start(nullptr, out);
    }
    tile.addRows(left, stride, right, depth);
    if (kept != nullptr) {
        withSlope<Real>(activation, [&](auto slope) { tile.combine(kept, slope); });
    }
    tile.write(out, kWidth<Real>);
}

template <class Real>
void layerForward(const Real* weight, const Real* bias, const Real* in, Real* out, int inputs, int outputs, int blocks,
                  Real* scratch) {
    constexpr int kBlockRow = kWidth<Real>;
    const bool copies = static_cast<std::size_t>(inputs) * outputs * sizeof(Real) > kCopyBeyond;
    const int pass = passDepth(inputs);
    for (int start = 0; start < inputs; start += pass) {
        const int depth = smaller(pass, inputs - start);
        for (int group = 0; group < outputs; group += kGroup) {
            const int rows = smaller(kGroup, outputs - group);
            const Real* left = weight + static_cast<std::ptrdiff_t>(start) * outputs + group;
            if (copies) {
                copyColumns(left, outputs, depth, rows, scratch);
            }
            for (int block = 0; block < blocks; ++block) {
                const Real* right = in + (static_cast<std::ptrdiff_t>(block) * inputs + start) * kBlockRow;
                Real* target = out + (static_cast<std::ptrdiff_t>(block) * outputs + group) * kBlockRow;
                for (int row = 0; row < rows; row += kRows) {
                    const Real* a = copies ? scratch + static_cast<std::ptrdiff_t>(row) * depth : left + row;
                    const std::ptrdiff_t step = copies ? kRows : outputs;
                    const Real* from = start == 0 ? bias + group + row : nullptr;
                    withRows<kRows>(smaller(kRows, rows - row), [&]<int R>() {
                        forwardTile<Real, R>(a, step, right, depth, from, target + row * kBlockRow);
                    });
                }
            }
        }
    }
}

template <class Real>
void layerInputGradient(const Real* weight, const Real* outGradient, Activation activation, const Real* kept,
                        Real* inGradient, int inputs, int outputs, int blocks, Real* scratch) {
    constexpr int kBlockRow = kWidth<Real>;
    const bool copies = static_cast<std::size_t>(inputs) * outputs * sizeof(Real) > kCopyBeyond;
    const int pass = passDepth(outputs);
    for (int start = 0; start < outputs; start += pass) {
        const int depth = smaller(pass, outputs - start);
        const std::ptrdiff_t stride = copies ? depth + kPadding : outputs;
        for (int group = 0; group < inputs; group += kGroup) {
            const int rows = smaller(kGroup, inputs - group);
            const Real* left = weight + static_cast<std::ptrdiff_t>(group) * outputs + start;
            if (copies) {
                copyRows(left, outputs, depth, rows, scratch, stride);
                left = scratch;
            }
            for (int block = 0; block < blocks; ++block) {
                const Real* right = outGradient + (static_cast<std::ptrdiff_t>(block) * outputs + start) * kBlockRow;
                const std::ptrdiff_t place = (static_cast<std::ptrdiff_t>(block) * inputs + group) * kBlockRow;
                const Real* factors = kept != nullptr && start + depth == outputs ? kept + place : nullptr;
                for (int row = 0; row < rows; row += kRows) {
                    withRows<kRows>(smaller(kRows, rows - row), [&]<int R>() {
                        backwardTile<Real, R>(left + row * stride, stride, right, depth, start == 0, activation,
                                              factors == nullptr ? nullptr : factors + row * kBlockRow,
                                              inGradient + place + row * kBlockRow);
                    });
                }
            }
        }
    }
}

/// C vectors of columns of the weight gradient for R rows: the depth runs over examples, block by block on the left and
/// through one transposed panel on the right. Returns the sums of all entries.
template <class Real, int R, int C>
Vector<Real> weightTile(const Real* left, std::ptrdiff_t blockSize, const Real* panel, int examples, Real* out,
                        int columns, std::ptrdiff_t stride) {
    Tile<Real, R, C> tile;
    tile.clear();
    for (int done = 0; done < examples; done += kWidth<Real>) {
        tile.addRows(left, kWidth<Real>, panel, smaller(kWidth<Real>, examples - done));
        left += blockSize;
        panel += kWidth<Real> * kWidth<Real>;
    }
    if (columns == C * kLanes<Real>) {
        tile.write(out, stride);
        return tile.total();
    }
    Real whole[R * C * kLanes<Real>];
    tile.write(whole, C * kLanes<Real>);
    for (int r = 0; r < R; ++r) {
        for (int c = 0; c < columns; ++c) {
            out[r * stride + c] = whole[r * C * kLanes<Real> + c];
        }
    }
    return tile.total();
}

/// Weight gradient of a layer with few inputs or outputs: whole tiles would be mostly empty, so every entry is a scalar
/// product over examples, kLanes of them at a time along the longer side.
template <class Real>
double narrowWeightGradient(const Real* in, const Real* outGradient, Real* weightGradient, Real* biasGradient,
                            int inputs, int outputs, int examples) {
    constexpr int kSide = kLanes<Real>;
    double sum = 0.0;
    Real dots[kSide];
    const auto products = [&](const ProductRows<Real>& rows, int count) {
        if (count == kSide) {
            scalarProducts<Real, true>(rows, count, examples, dots);
        } else {
            scalarProducts<Real, false>(rows, count, examples, dots);
        }
    };
    for (int first = 0; first < outputs; first += kSide) {
        const int count = smaller(kSide, outputs - first);
        products({nullptr, 0, 0, outGradient, outputs, first}, count);
        for (int i = 0; i < count; ++i) {
            biasGradient[first + i] = dots[i];
            sum += static_cast<double>(dots[i]);
        }
    }
    const bool along = outputs >= inputs;
    for (int fixed = 0; fixed < (along ? inputs : outputs); ++fixed) {
        const int length = along ? outputs : inputs;
        for (int first = 0; first < length; first += kSide) {
            const int count = smaller(kSide, length - first);
            if (along) {
                products({in, inputs, fixed, outGradient, outputs, first}, count);
            } else {
                products({outGradient, outputs, fixed, in, inputs, first}, count);
            }
            for (int i = 0; i < count; ++i) {
                weightGradient[along ? fixed * outputs + first + i : (first + i) * outputs + fixed] = dots[i];
                sum += static_cast<double>(dots[i]);
            }
        }
    }
    return sum;
}

template <class Real>
double wideWeightGradient(const Real* in, const Real* outGradient, Real* weightGradient, Real* biasGradient, int inputs,
                          int outputs, int examples, Real* scratch) {
    constexpr int kBlockRow = kWidth<Real>;
    const int blocks = (examples + kBlockRow - 1) / kBlockRow;
    const std::ptrdiff_t panelSize = static_cast<std::ptrdiff_t>(blocks) * kBlockRow * kBlockRow;
    toPanels(outGradient, outputs, blocks, scratch);
    sumPanels(scratch, outputs, examples, panelSize, biasGradient);
    Vector<Real> all{};
    for (int group = 0; group < inputs; group += kGroup) {
        for (int column = 0; column < outputs; column += kBlockRow) {
            const Real* panel = scratch + column / kBlockRow * panelSize;
            const int columns = smaller(kBlockRow, outputs - column);
            for (int row = group; row < smaller(inputs, group + kGroup); row += kRows) {
                const Real* left = in + static_cast<std::ptrdiff_t>(row) * kBlockRow;
                const std::ptrdiff_t blockSize = static_cast<std::ptrdiff_t>(inputs) * kBlockRow;
                Real* out = weightGradient + static_cast<std::ptrdiff_t>(row) * outputs + column;
                withRows<kRows>(smaller(kRows, inputs - row), [&]<int R>() {
                    all += columns > kLanes<Real>
                               ? weightTile<Real, R, 2>(left, blockSize, panel, examples, out, columns, outputs)
                               : weightTile<Real, R, 1>(left, blockSize, panel, examples, out, columns, outputs);
                });
            }
        }
    }
    double sum = 0.0;
    for (int lane = 0; lane < kLanes<Real>; ++lane) {
        sum += static_cast<double>(all[lane]);
    }
    for (int output = 0; output < outputs; ++output) {
        sum += static_cast<double>(biasGradient[output]);
    }
    return sum;
}

template <class Real>
double layerWeightGradient(const Real* in, const Real* outGradient, Real* weightGradient, Real* biasGradient,
                           int inputs, int outputs, int examples, Real* scratch) {
    if (inputs <= 2 || outputs <= kLanes<Real> / 2) {
        return narrowWeightGradient(in, outGradient, weightGradient, biasGradient, inputs, outputs, examples);
    }
    return wideWeightGradient(in, outGradient, weightGradient, biasGradient, inputs, outputs, examples, scratch);
}

template <class Real>
std::size_t productScratch(int outputs, int blocks) {
    constexpr std::size_t kBlockRow = kWidth<Real>;
    const std::size_t copies = static_cast<std::size_t>(kGroup) * (kDepth + kPadding);
    const std::size_t panels = (static_cast<std::size_t>(outputs) + kBlockRow - 1) / kBlockRow;
    const std::size_t transposed = panels * kBlockRow * static_cast<std::size_t>(blocks) * kBlockRow;
    return copies > transposed ? copies : transposed;
}
