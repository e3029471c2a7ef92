// The figures of papers that `elboroom figure NAME` makes from nothing but their name.
#pragma once

#include <string>
#include <vector>

#include "app/cli/figure_command.h"
#include "widgets/kit/view.h"

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

/// Writes the files of the request. `standard`: the size where none is asked for, millimetres; `experiment`: what the
/// figure carries, as TOML. Throws InputError.
void writeStudy(View& view, const QString& caption, const FigureRequest& request, const QSizeF& standard,
                const std::string& experiment);

/// Makes the figure that request.source names and writes it. As figureCommand().
int studyFigureCommand(const FigureRequest& request);

}  // namespace elbo
