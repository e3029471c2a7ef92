// The charts that the view of curves shows at first.
#pragma once

#include <vector>

#include "training/frame/frame.h"
#include "widgets/curves/curves.h"

namespace elbo {

/// At most 1000 points a line, without running means.
inline std::vector<CurveDrawing> overview(const Frame& frame) {
    CurveTable table;
    table.update(frame);
    std::vector<CurveDrawing> drawings;
    for (const int quantity : overviewQuantities()) {
        drawings.push_back(table.drawing(quantity, 1000, false));
    }
    return drawings;
}

}  // namespace elbo
