#include "widgets/fleet/comparison_bar.h"

#include <QHBoxLayout>
#include <QVBoxLayout>
#include <cmath>

#include "widgets/fleet/fleet_order.h"
#include "widgets/fleet/member_name.h"
#include "widgets/kit/evaluated_on.h"
#include "widgets/kit/numbers.h"

namespace elbo {
namespace {

constexpr int kReadableMilliseconds = 150;  // numbers that change faster than this cannot be read
constexpr int kQuantities = 4;

QString signedText(double value) {
    return value > 0.0 ? QStringLiteral("+") + numberText(value) : numberText(value);
}

}  // namespace

ComparisonBar::ComparisonBar(QWidget* parent)
    : QWidget(parent),
      mode_(new QLabel(tr("Comparing two members"), this)),
      hint_(new QLabel(this)),
      leave_(new QPushButton(this)),
      table_(new QGridLayout) {
    setObjectName("comparisonBar");
    mode_->setObjectName("comparisonMode");
    hint_->setProperty("role", "muted");
    hint_->setText(tr("Click another member in a chart to exchange one of them."));
    hint_->setWordWrap(true);
    leave_->setObjectName("leaveComparison");
    leave_->setText(tr("All members"));
    leave_->setToolTip(tr("Back to the small pictures of all members (Escape)"));
    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    auto* head = new QHBoxLayout;
    head->setSpacing(12);
    head->addWidget(mode_);
    head->addWidget(leave_);
    head->addStretch(1);
    words->addLayout(head);
    words->addWidget(hint_);
    words->addStretch(1);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(24);
    row->addLayout(words, 1);
    row->addLayout(table_, 0);
    table_->setHorizontalSpacing(18);
    table_->setVerticalSpacing(0);
    for (int line = 0; line < 4; ++line) {
        std::vector<QLabel*> cells;
        for (int column = 0; column <= kQuantities; ++column) {
            cells.push_back(addCell(line, column, column == 0 ? Qt::AlignLeft : Qt::AlignRight));
        }
        cells_.push_back(cells);
    }
    connect(leave_, &QPushButton::clicked, this, &ComparisonBar::leaveRequested);
    setTheme(theme_);
}

QLabel* ComparisonBar::addCell(int row, int column, Qt::Alignment alignment) {
    auto* cell = new QLabel(this);
    cell->setAlignment(alignment | Qt::AlignVCenter);
    cell->setTextFormat(column == 0 ? Qt::RichText : Qt::PlainText);
    table_->addWidget(cell, row, column);
    return cell;
}

void ComparisonBar::setComparison(const Comparison& pair) {
    pair_ = pair;
    refresh();
}

void ComparisonBar::showFrame(std::shared_ptr<const Frame> frame) {
    const bool moving = frame && frame->state == RunState::Running;
    frame_ = std::move(frame);
    if (!moving || !sinceRefresh_.isValid() || sinceRefresh_.elapsed() >= kReadableMilliseconds) {
        refresh();
    }
}

void ComparisonBar::setTheme(const Theme& theme) {
    theme_ = theme;
    QFont bold = theme.font();
    bold.setBold(true);
    mode_->setFont(bold);
    hint_->setFont(theme.font(0.9));
    leave_->setFont(theme.font(0.9));
    // Room for the widest numbers: the table must not change with them.
    const int width = QFontMetrics(theme.font(0.9)).horizontalAdvance(QStringLiteral("distortion D "));
    for (const auto& line : cells_) {
        for (std::size_t column = 0; column < line.size(); ++column) {
            line[column]->setFont(theme.font(0.9));
            line[column]->setMinimumWidth(column == 0 ? width * 3 / 2 : width);
        }
    }
    refresh();
}

void ComparisonBar::refresh() {
    if (!frame_ || !pair_.active()) {
        return;
    }
    sinceRefresh_.start();
    const ComparedNumbers numbers = compareMembers(*frame_, pair_);
    const FleetOrder order = orderFleet(frame_->knobs);
    const std::vector<QString> names = panelTitles(frame_->knobs, {pair_.a, pair_.b}, false);
    const auto named = [&](int member, const QString& name) {
        return QStringLiteral("<span style=\"color:%1\">■</span> %2")
            .arg(memberColor(theme_, order, member).name(), name.toHtmlEscaped());
    };
    cells_[0][0]->setText(numbers.onTest ? tr("test examples, step %1").arg(countText(numbers.step))
                                         : tr("running averages"));
    cells_[0][0]->setToolTip(evaluatedOn(*frame_, frame_->report, "elbo", Split::Test, pair_.a));
    cells_[1][0]->setText(named(pair_.a, names[0]));
    cells_[2][0]->setText(named(pair_.b, names[1]));
    cells_[3][0]->setText(tr("B − A"));
    for (std::size_t i = 0; i < numbers.quantities.size(); ++i) {
        const ComparedQuantity& quantity = numbers.quantities[i];
        cells_[0][i + 1]->setText(quantity.name);
        cells_[1][i + 1]->setText(numberText(quantity.a));
        cells_[2][i + 1]->setText(numberText(quantity.b));
        cells_[3][i + 1]->setText(signedText(quantity.difference()));
        for (const auto& line : cells_) {
            line[i + 1]->setToolTip(quantity.explanation);
        }
    }
}

}  // namespace elbo
