// `elboroom figure`: trains without a screen and writes a picture, of an experiment or of a paper.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace elbo {

struct FigureRequest {
    std::string source;  ///< TOML file, built-in name, checkpoint, exported figure or a name of study_figures.h
    std::vector<std::string> assignments;
    std::optional<std::int64_t> steps;  ///< of training before the picture is taken
    std::string out;                    ///< .pdf, .svg, .png or .csv
    std::string size;                   ///< "85x60mm"; empty: a size that suits the view
    std::string view;                   ///< id of one view; empty: the whole arrangement
    int dpi = 300;
    int examples = 0;  ///< of each split that the numbers of the picture rest on; 0: all
};

/// Needs a QApplication (any platform, also offscreen). Returns the exit code; throws InputError for bad input.
int figureCommand(const FigureRequest& options);

}  // namespace elbo
