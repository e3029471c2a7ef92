#include "widgets/transport/time_axis.h"

#include <QPainter>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "training/experiment/move_words.h"
#include "widgets/kit/numbers.h"
#include "widgets/kit/plain_text.h"
#include "widgets/kit/rich_symbol.h"

namespace elbo {
namespace {

constexpr int kParts = 1000;             ///< of the way
constexpr std::size_t kLastMoves = 300;  ///< that are looked at for words
constexpr std::size_t kMostLines = 6;
constexpr double kMarkWidth = 2.0;  ///< pixels

QString placeText(const MoveStretch& stretch) {
    return stretch.first == stretch.last
               ? QString("step %1").arg(countText(stretch.first))
               : QString("steps %1 to %2").arg(countText(stretch.first), countText(stretch.last));
}

}  // namespace

TimeAxis::TimeAxis(QWidget* parent) : QProgressBar(parent), colour_(Theme::darkTheme().text) {
    setRange(0, kParts);
    setTextVisible(false);
    setAccessibleName("Progress of training");
}

void TimeAxis::showStep(std::int64_t step, std::int64_t total, const std::shared_ptr<const Moves>& moves) {
    const double share = static_cast<double>(step) / static_cast<double>(total);
    setValue(static_cast<int>(kParts * std::clamp(share, 0.0, 1.0)));
    std::size_t made = 0;
    if (moves != nullptr) {
        const auto end = std::upper_bound(moves->begin(), moves->end(), step,
                                          [](std::int64_t at, const Move& move) { return at < move.step; });
        made = static_cast<std::size_t>(end - moves->begin());
    }
    if (moves != moves_ || made != made_ || total != total_) {
        moves_ = moves;
        made_ = made;
        total_ = total;
        mark(made);
    }
}

void TimeAxis::mark(std::size_t made) {
    std::vector<double> marks;
    // The first of them is what the run began with.
    for (std::size_t i = 1; i < made; ++i) {
        const double part = std::round(kParts * static_cast<double>((*moves_)[i].step) / static_cast<double>(total_));
        if (const double share = std::clamp(part / kParts, 0.0, 1.0); marks.empty() || marks.back() != share) {
            marks.push_back(share);
        }
    }
    setToolTip(plainTip(wordsOf(made)));
    if (marks != marks_) {
        marks_ = std::move(marks);
        update();
    }
}

QString TimeAxis::wordsOf(std::size_t made) const {
    if (made < 2) {
        return {};
    }
    // Thousands of moves need not be read again whenever one follows.
    const std::size_t first = made > kLastMoves ? made - kLastMoves : 0;
    const Moves last(moves_->begin() + static_cast<std::ptrdiff_t>(first),
                     moves_->begin() + static_cast<std::ptrdiff_t>(made));
    const std::vector<MoveStretch> stretches = stretchesOf(last, last.back().step, nearMoves(total_));
    QStringList lines;
    for (std::size_t i = stretches.size() - std::min(kMostLines, stretches.size()); i < stretches.size(); ++i) {
        lines << placeText(stretches[i]) + ": " + plainSymbols(QString::fromStdString(stretches[i].words));
    }
    if (lines.isEmpty()) {
        return {};
    }
    const bool more = first > 0 || stretches.size() > kMostLines;
    return (more ? "Moved by hand, the last of it:\n" : "Moved by hand:\n") + lines.join('\n');
}

void TimeAxis::setTheme(const Theme& theme) {
    colour_ = theme.text;
    update();
}

void TimeAxis::paintEvent(QPaintEvent* event) {
    QProgressBar::paintEvent(event);
    QPainter painter(this);
    for (const double share : marks_) {
        // Whole pixels, and inside at both ends.
        const double x = std::round(share * (width() - kMarkWidth));
        painter.fillRect(QRectF(x, 0.0, kMarkWidth, height()), colour_);
    }
}

}  // namespace elbo
