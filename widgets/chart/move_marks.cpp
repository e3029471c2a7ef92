#include "widgets/chart/move_marks.h"

#include <QStringList>
#include <algorithm>

#include "widgets/kit/csv.h"
#include "widgets/kit/numbers.h"

namespace elbo {
namespace {

constexpr std::size_t kMostLines = 4;  ///< a tooltip is no list

}  // namespace

bool MoveMarks::update(const Frame& frame) {
    std::size_t made = 0;
    if (frame.moves) {
        const auto end = std::upper_bound(frame.moves->begin(), frame.moves->end(), frame.report.step,
                                          [](std::int64_t step, const Move& move) { return step < move.step; });
        made = static_cast<std::size_t>(end - frame.moves->begin());
    }
    const std::int64_t near = nearMoves(frame.totalSteps);
    if (frame.moves == moves_ && made == made_ && near == near_) {
        return false;
    }
    moves_ = frame.moves;
    made_ = made;
    near_ = near;
    stretches_ = std::make_shared<const std::vector<MoveStretch>>(moves_ ? stretchesOf(*moves_, frame.report.step, near)
                                                                         : std::vector<MoveStretch>{});
    return true;
}

std::vector<MoveGroup> groupMoves(const std::vector<double>& places, double apart) {
    std::vector<MoveGroup> groups;
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (!groups.empty() && places[i] - groups.back().place < apart) {
            ++groups.back().count;
        } else {
            groups.push_back({places[i], i, 1});
        }
    }
    return groups;
}

QString moveText(const MoveStretch& stretch) {
    const QString words = QString::fromStdString(stretch.words);
    return stretch.first == stretch.last
               ? QString("step %1: %2").arg(countText(stretch.first), words)
               : QString("steps %1 to %2: %3").arg(countText(stretch.first), countText(stretch.last), words);
}

QString moveLines(const std::vector<MoveStretch>& stretches, std::size_t first, std::size_t count) {
    QStringList lines;
    const std::size_t end = std::min(first + count, stretches.size());
    for (std::size_t i = first; i < end && i < first + kMostLines; ++i) {
        lines << moveText(stretches[i]).toHtmlEscaped();
    }
    if (end > first + kMostLines) {
        lines << QString("and %1 more").arg(end - first - kMostLines);
    }
    return lines.join("<br>");
}

QString movesCsv(const std::vector<MoveStretch>& stretches) {
    if (stretches.empty()) {
        return {};
    }
    QString text = "\n# moves: made by hand while the run went on\nfirst_step,last_step,change\n";
    for (const MoveStretch& stretch : stretches) {
        text += QString("%1,%2,").arg(stretch.first).arg(stretch.last) +
                csvText(QString::fromStdString(stretch.words)) + '\n';
    }
    return text;
}

}  // namespace elbo
