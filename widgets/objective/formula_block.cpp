#include "widgets/objective/formula_block.h"

#include <QTextDocument>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/kit/evaluated_on.h"
#include "widgets/kit/numbers.h"
#include "widgets/objective/critic_lines.h"
#include "widgets/objective/formula_words.h"

namespace elbo {
namespace {

constexpr int kMilliseconds = 150;  ///< numbers that change faster than this cannot be read
constexpr double kSmallScale = 0.9;
constexpr int kIndent = 3;  ///< the slanted J reaches left of its origin

void setText(QLabel* label, const QString& text) {
    if (label->text() != text) {
        label->setText(text);
    }
}

/// Which examples the numbers of the formula are of, and what others say. Of frames that were not analysed: nothing.
QString numbersSource(const Frame& frame, int member) {
    const Report& report = frame.report;
    const bool average = std::isfinite(report.value("distortion", member));
    const QString trained = evaluatedOn(frame, report, "distortion", Split::Train, member);
    const QString tested = evaluatedOn(frame, report, "distortion", Split::Test, member);
    QString source = average             ? QStringLiteral("The numbers are averages over the last training batches.")
                     : trained.isEmpty() ? QString()
                                         : QString("D is that of %1.").arg(trained);
    if (!tested.isEmpty()) {
        source +=
            QString(source.isEmpty() ? "" : " ") +
            QString("On the test split D is %1 (%2).").arg(numberText(report.value("distortion_test", member)), tested);
    }
    return source;
}

/// What a line of the formula breaks off goes on under its first term.
QString hanging(const QString& formula, const Theme& theme) {
    const int indent = QFontMetrics(theme.font()).horizontalAdvance(QString(6, QChar::Nbsp));
    QString text;
    for (const QString& line : formula.split("<br>")) {
        text += QString("<div style=\"margin-left:%1px; text-indent:-%1px\">%2</div>").arg(indent).arg(line);
    }
    return text;
}

}  // namespace

FormulaBlock::FormulaBlock(QWidget* parent) : QWidget(parent) {
    const auto label = [this](const char* name) {
        auto* made = new QLabel(this);
        made->setObjectName(name);
        made->setTextFormat(Qt::RichText);
        made->setTextInteractionFlags(Qt::TextSelectableByMouse);
        made->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        // The panel decides the width, not the number of digits.
        made->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        made->setIndent(kIndent);
        return made;
    };
    formula_ = label("formula");
    formula_->setWordWrap(true);
    caption_ = label("formulaCaption");
    caption_->setProperty("role", "muted");
    caption_->setWordWrap(true);
    information_ = label("informationFormula");
    information_->setWordWrap(true);
    information_->setToolTip(
        QString::fromUtf8("The same objective, sorted by what it asks for: a decoder that inverts the encoder, "
                          "information I_q between examples and codes, codes that cover the prior, and the entropy H "
                          "of the data, which no training changes."));
    mark_ = label("theoryMark");
    mark_->setWordWrap(true);
    critics_ = label("critics");
    critics_->setToolTip(criticTip());
    multipliers_ = new MultiplierBars(this);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    for (QWidget* part :
         {static_cast<QWidget*>(formula_), static_cast<QWidget*>(caption_), static_cast<QWidget*>(information_),
          static_cast<QWidget*>(critics_), static_cast<QWidget*>(multipliers_), static_cast<QWidget*>(mark_)}) {
        layout->addWidget(part);
    }
    timer_.setSingleShot(true);
    timer_.setInterval(kMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &FormulaBlock::show);
    setTheme(theme_);
}

void FormulaBlock::setSubject(const Knobs& knobs, const FormulaSubject& subject, int member) {
    if (subject.spec != subject_.spec || member != member_ ||
        lagrangianLines(knobs, subject) != lagrangianLines(knobs_, subject_)) {
        formulaHeight_ = informationHeight_ = 0;
    }
    knobs_ = knobs;
    subject_ = subject;
    member_ = member;
    multipliers_->setConstraints(subject.constraints);
    show();
}

void FormulaBlock::showFrame(std::shared_ptr<const Frame> frame, const Knobs& knobs) {
    frame_ = std::move(frame);
    knobs_ = knobs;
    if (!timer_.isActive()) {
        timer_.start();
    }
}

void FormulaBlock::setTheme(const Theme& theme) {
    theme_ = theme;
    for (QLabel* label : {caption_, mark_, critics_}) {
        label->setFont(theme.font(kSmallScale));
    }
    multipliers_->setTheme(theme);
    formulaHeight_ = informationHeight_ = 0;
    show();
}

void FormulaBlock::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    formulaHeight_ = informationHeight_ = 0;
    show();
}

void FormulaBlock::show() {
    // A frame of another objective, before or after a change of it, has nothing to say about this one.
    const bool known = frame_ != nullptr && frame_->objective == subject_.spec;
    const FormulaNumbers numbers = known ? formulaNumbers(*frame_, member_) : FormulaNumbers{};
    const bool second = hasInformationForm(knobs_, subject_);
    setText(formula_, hanging(lagrangianFormula(knobs_, numbers, theme_, subject_), theme_));
    const QString source = known ? numbersSource(*frame_, member_) : QString();
    formula_->setToolTip(
        formulaTip(knobs_, subject_, frame_ ? QString::fromStdString(frame_->kernelName) : "gaussian_dim2") +
        (source.isEmpty() ? source : ' ' + source));
    const QString legend = termLegend(knobs_, subject_);
    setText(caption_, second             ? QString::fromUtf8("The same, if \u0394 is the KL divergence:")
                      : legend.isEmpty() ? QString("There is no second form with these terms.")
                                         : legend);
    information_->setVisible(second);
    if (second) {
        setText(information_, hanging(informationFormula(knobs_, numbers, theme_), theme_));
    }
    setText(mark_, proposition2Mark(knobs_, theme_));
    const QStringList failures = proposition2Failures(knobs_);
    mark_->setToolTip(
        failures.isEmpty()
            ? QString()
            : QString::fromUtf8("Proposition 2 of the InfoVAE paper says that the optimum has p(x) = p*(x) and "
                                "q(z|x) = p(z|x) whatever the weights; here ") +
                  failures.join("; ") + ". Training goes on: this is how failures are studied.");
    const Report none;
    showCritics(known ? frame_->report : none);
    multipliers_->showReport(frame_ ? frame_->report : none, member_);

    // Fixed heights: the numbers change all the time, the panel must not. A line of formula is taller than one of text.
    const int line = QFontMetrics(theme_.font()).lineSpacing();
    // Numbers of unusual length break the line between two terms, for which there is room for one more.
    reserve(formula_, (lagrangianLines(knobs_, subject_) + 1) * (line + 2), formulaHeight_);
    reserve(information_, 4 * (line + 3), informationHeight_);
    mark_->setFixedHeight((second ? 3 : 2) * line);
    caption_->setMinimumHeight(0);  // or the height that it needs would be at least the one it has
    caption_->setFixedHeight(caption_->heightForWidth(std::max(1, width())) + 2);
}

void FormulaBlock::showCritics(const Report& report) {
    const QStringList lines = criticLines(report, member_);
    setText(critics_, lines.join("<br>"));
    critics_->setVisible(!lines.isEmpty());
    critics_->setFixedHeight(static_cast<int>(lines.size()) *
                             (QFontMetrics(theme_.font(kSmallScale)).lineSpacing() + 2));
}

void FormulaBlock::reserve(QLabel* label, int usual, int& height) {
    QTextDocument document;
    document.setDocumentMargin(0);
    document.setDefaultFont(theme_.font());
    document.setHtml(label->text());
    document.setTextWidth(std::max(1, width() - label->indent()));
    // Never back: a digit more or less is not to be seen in the height.
    height = std::max({height, usual, static_cast<int>(std::ceil(document.size().height()))});
    label->setFont(theme_.font());
    label->setFixedHeight(height);
}

}  // namespace elbo
