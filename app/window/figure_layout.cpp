#include "app/window/figure_layout.h"

#include <fmt/format.h>

#include <QFileInfo>
#include <QRegularExpression>
#include <QStringList>

#include "app/process/usage_error.h"
#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "widgets/kit/numbers.h"

namespace elbo {

namespace {

/// A row or column of equal parts of `area`.
void place(std::vector<FigureItem>& items, const std::vector<View*>& views, const QRectF& area, bool inRow) {
    const double share = 1.0 / static_cast<double>(views.size());
    for (std::size_t i = 0; i < views.size(); ++i) {
        const double offset = share * static_cast<double>(i);
        items.push_back(
            {views[i], inRow
                           ? QRectF(area.x() + offset * area.width(), area.y(), share * area.width(), area.height())
                           : QRectF(area.x(), area.y() + offset * area.height(), area.width(), share * area.height())});
    }
}

/// "β = 1, λ = 1, α = 0", and the other weights that the fleet plays with.
QString knobsText(const Knobs& knobs, const std::vector<const KnobName*>& inPlay) {
    QStringList parts;
    for (const KnobName* knob : inPlay) {
        parts << QString("%1 = %2").arg(QString::fromUtf8(knob->symbol)).arg(knobs.*knob->value);
    }
    return parts.join(", ");
}

}  // namespace

std::vector<FigureItem> arrangeFigure(const std::vector<View*>& views) {
    std::vector<View*> centre, pictures, right;
    for (View* view : views) {
        const Area where = view->placement().area;
        (where == Area::Centre ? centre : where == Area::Pictures ? pictures : right).push_back(view);
    }
    const double left = right.empty() ? 1.0 : centre.empty() && pictures.empty() ? 0.0 : 0.58;
    const double top = pictures.empty() ? 1.0 : centre.empty() ? 0.0 : 0.62;
    std::vector<FigureItem> items;
    place(items, centre, {0.0, 0.0, left, top}, true);
    place(items, pictures, {0.0, top, left, 1.0 - top}, true);
    place(items, right, {left, 0.0, 1.0 - left, 1.0}, false);
    return items;
}

FigureOptions figureOptions(const Experiment& experiment, const Frame& frame, bool severalViews) {
    Experiment inside = experiment;
    inside.knobs = frame.knobs;
    inside.objective = frame.objective;
    FigureOptions options;
    options.experimentToml = QString::fromStdString(writeExperiment(inside));
    QStringList knobs;
    const std::vector<const KnobName*> inPlay = knobsInPlay(frame.knobs);
    for (const Knobs& member : frame.knobs) {
        knobs.append(knobsText(member, inPlay));
    }
    options.title = QString("%1, step %2")
                        .arg(QString::fromStdString(experiment.title.empty() ? experiment.name : experiment.title))
                        .arg(frame.report.step);
    if (severalViews) {
        options.caption = options.title + "; " + knobs.join(" | ");
    }
    return options;
}

void checkFigureFile(const std::string& path) {
    const QFileInfo file(QString::fromStdString(path));
    if (!figureFormats().contains(file.suffix().toLower())) {
        throw InputError(fmt::format("{}: the name must end in .pdf, .svg, .png or .csv", path));
    }
    const QFileInfo folder(file.absolutePath());
    if (!folder.isDir() || !folder.isWritable()) {
        throw InputError(fmt::format("{}: the folder {} {}; choose another one", path, folder.filePath().toStdString(),
                                     folder.isDir() ? "cannot be written to" : "does not exist"));
    }
}

QSizeF parseMillimetres(const QString& text) {
    static const QRegularExpression kForm(R"(^(\d+(?:\.\d+)?)\s*x\s*(\d+(?:\.\d+)?)\s*(?:mm)?$)");
    const QRegularExpressionMatch match = kForm.match(text.trimmed().toLower());
    const QSizeF size(match.captured(1).toDouble(), match.captured(2).toDouble());
    if (!match.hasMatch() || size.width() < 10 || size.height() < 10 || size.width() > 2000 || size.height() > 2000) {
        throw UsageError(
            fmt::format("--size is \"{}\", but must be width and height in millimetres, 10 to 2000, as 85x60mm",
                        text.toStdString()));
    }
    return size;
}

}  // namespace elbo
