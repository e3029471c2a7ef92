// What `elboroom figure` is asked for, and which files that makes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/process/usage_error.h"
#include "widgets/figure/figure_export.h"
#include "widgets/figure/figure_size.h"

namespace elbo {

struct FigureRequest {
    std::string source;  ///< TOML file, built-in name, checkpoint, exported figure or a name of study_figures.h
    std::vector<std::string> assignments;
    std::optional<std::int64_t> steps;  ///< of training before the picture is taken
    std::vector<std::string> outs;      ///< files, with braces that a shell left alone: "fig.{pdf,csv}"
    std::string size;                   ///< "85x60mm", "nature-1"; empty: a size that suits the view
    std::vector<std::string> views;     ///< ids; empty: the whole arrangement
    int dpi = 300;
    int examples = 0;         ///< of each split that the numbers of the picture rest on; 0: all
    std::string font;         ///< family; empty: the usual one
    double fontPoints = 7.0;  ///< of running text
    bool gray = false;
    bool transparent = false;
    bool noCaption = false;
    bool decoderCurve = false;  ///< in the rate-distortion plane, for codes of one or two dimensions
};

/// One file to be written.
struct FigureFile {
    std::string view;  ///< id; empty: all of them
    std::string path;
};

/// "fig.{pdf,csv}" as "fig.pdf" and "fig.csv", several braces in one name as all combinations; other names as they are.
/// Pure.
std::vector<std::string> expandedBraces(const std::string& name);

/// All files of a request, those of one view together; with several views "fig.pdf" becomes "fig-latent.pdf",
/// "fig-curves.pdf". Throws UsageError for an unknown view and InputError for a format or folder that cannot be
/// written.
std::vector<FigureFile> figureFiles(const FigureRequest& request);

/// The size asked for; width 0 where none is. Throws UsageError.
FigureSize requestedSize(const FigureRequest& request);

/// Type, colours and resolution as asked for; the caption is taken out where none is wanted. Needs a QApplication.
/// Throws InputError for a font that is not installed.
void setStyle(FigureOptions& options, const FigureRequest& request);

}  // namespace elbo
