#include "app/cli/figure_request.h"

#include <fmt/format.h>

#include <QFileInfo>
#include <QFontDatabase>
#include <QString>
#include <algorithm>
#include <utility>

#include "app/builtin/builtin_experiments.h"
#include "app/window/figure_layout.h"
#include "app/window/view_table.h"

namespace elbo {

namespace {

std::string withSuffix(const std::string& path, const std::string& view) {
    const std::size_t name = path.find_last_of('/') == std::string::npos ? 0 : path.find_last_of('/') + 1;
    const std::size_t dot = path.find_last_of('.');
    const std::size_t end = dot == std::string::npos || dot <= name ? path.size() : dot;
    return path.substr(0, end) + "-" + view + path.substr(end);
}

}  // namespace

std::vector<std::string> expandedBraces(const std::string& name) {
    const std::size_t open = name.find('{');
    const std::size_t close = open == std::string::npos ? open : name.find('}', open);
    if (close == std::string::npos || name.find(',', open) > close) {
        return {name};
    }
    std::vector<std::string> names;
    std::size_t from = open + 1;
    while (from <= close) {
        const std::size_t to = std::min(name.find(',', from), close);
        const std::string one = name.substr(0, open) + name.substr(from, to - from) + name.substr(close + 1);
        for (std::string& each : expandedBraces(one)) {
            names.push_back(std::move(each));
        }
        from = to + 1;
    }
    return names;
}

std::vector<FigureFile> figureFiles(const FigureRequest& request) {
    const std::vector<std::string> known = viewNames();
    for (const std::string& view : request.views) {
        if (std::find(known.begin(), known.end(), view) == known.end()) {
            throw UsageError(fmt::format("--view is \"{}\", but must be one of {}", view,
                                         fmt::join(nearestFirst(view, known), ", ")));
        }
    }
    std::vector<std::string> paths;
    for (const std::string& out : request.outs) {
        for (const std::string& path : expandedBraces(out)) {
            checkFigureFile(path);
            paths.push_back(path);
        }
    }
    std::vector<FigureFile> files;
    for (const std::string& view : request.views.empty() ? std::vector<std::string>{""} : request.views) {
        for (const std::string& path : paths) {
            files.push_back({view, request.views.size() > 1 ? withSuffix(path, view) : path});
        }
    }
    return files;
}

FigureSize requestedSize(const FigureRequest& request) {
    if (request.size.empty()) {
        return {};
    }
    try {
        return parseFigureSize(request.size);
    } catch (const InputError& error) {
        throw UsageError(error.what());
    }
}

void setStyle(FigureOptions& options, const FigureRequest& request) {
    options.dpi = request.dpi;
    options.fontPoints = request.fontPoints;
    options.gray = request.gray;
    options.transparent = request.transparent;
    if (request.noCaption) {
        options.caption.clear();
    }
    if (request.font.empty()) {
        return;
    }
    options.font = QString::fromStdString(request.font);
    const QStringList installed = QFontDatabase::families();
    if (!installed.contains(options.font, Qt::CaseInsensitive)) {
        std::vector<std::string> names;
        for (const QString& family : installed) {
            names.push_back(family.toStdString());
        }
        names = nearestFirst(request.font, names);
        names.resize(std::min<std::size_t>(names.size(), 6));
        throw InputError(fmt::format("--font is \"{}\", which is not installed; there are {}", request.font,
                                     fmt::join(names, ", ")));
    }
}

}  // namespace elbo
