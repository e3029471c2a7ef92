// Sizes on paper: as a user writes them, and as the places ask for them that print figures.
#pragma once

#include <string>
#include <vector>

namespace elbo {

/// A width that a journal or a conference prints, and what else it asks of a figure. Plain value.
struct PrintedWidth {
    std::string name;       ///< "nature-1"
    std::string meaning;    ///< "one column of Nature"
    double width = 0.0;     ///< mm
    double highest = 0.0;   ///< mm; 0: no rule
    double smallest = 0.0;  ///< points of the smallest text; 0: no rule
    double largest = 0.0;   ///< points of running text; 0: no rule
};

/// All of them, journals first.
const std::vector<PrintedWidth>& printedWidths();

/// A size asked for. Millimetres.
struct FigureSize {
    double width = 0.0;
    double height = 0.0;                  ///< 0: what suits the figure
    const PrintedWidth* place = nullptr;  ///< of printedWidths(), when named
};

/// "85x60", "85x60mm", "85mm x 60mm", "8.5x6cm", "3.35x2.4in", "85mm", "nature-1", "nature-1x60mm". Throws InputError.
FigureSize parseFigureSize(const std::string& text);

/// Throws InputError when the place's rules forbid this height (mm) or this size of type (points).
void checkRules(const FigureSize& size, double height, double fontPoints);

}  // namespace elbo
