// The figures of papers that `elboroom figure NAME` makes from nothing but their name.
#pragma once

#include <string>
#include <vector>

#include "app/cli/figure_command.h"

namespace elbo {

/// One line of `elboroom list figures`.
struct StudyFigureEntry {
    std::string name;     ///< "rd-fig2"
    std::string meaning;  ///< one sentence
    std::string source;   ///< the figure it redraws
};

/// All of them. Any thread.
const std::vector<StudyFigureEntry>& studyFigures();
bool isStudyFigure(const std::string& name);

/// Makes the figure that request.source names and writes it. As figureCommand().
int studyFigureCommand(const FigureRequest& request);

}  // namespace elbo
