#include "widgets/objective/knob_slider.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyle>
#include <QStyleOptionSlider>
#include <QTextDocumentFragment>
#include <cmath>

#include "widgets/kit/icons.h"
#include "widgets/kit/numbers.h"
#include "widgets/kit/wheel_guard.h"

namespace elbo {
namespace {

/// Around the digits of an entry with type of 10 points: padding, arrows and the text cursor, see the style sheet.
constexpr double kEntryFrame = 38.0;

QString markText(double mark) {
    // Short enough to stand side by side under a slider of 130 pixels.
    if (mark >= 1000.0) {
        return QString::number(mark / 1000.0) + "k";
    }
    const QString text = weightText(mark);
    return mark > 0.0 && mark < 1.0 ? text.mid(1) : text;
}

}  // namespace

WeightEntry::WeightEntry(QWidget* parent) : QDoubleSpinBox(parent) {
    setDecimals(6);
    setLocale(QLocale::c());  // files, formulas and the command line write a decimal point too
    setKeyboardTracking(false);
    setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
}

QString WeightEntry::textFromValue(double value) const {
    QString text = locale().toString(value, 'f', decimals());
    while (text.contains('.') && (text.endsWith('0') || text.endsWith('.'))) {
        const bool point = text.endsWith('.');
        text.chop(1);
        if (point) {
            break;
        }
    }
    return text == "-0" ? QString("0") : text;
}

double WeightEntry::valueFromText(const QString& text) const {
    return locale().toDouble(text);
}

KnobSlider::KnobSlider(const Options& options, QWidget* parent)
    : QWidget(parent), options_(options), value_(options.standard), valueAtPress_(options.standard) {
    symbol_ = new QLabel("<i>" + options.symbol + "</i>", this);
    const QString plainSymbol = QTextDocumentFragment::fromHtml(options.symbol).toPlainText();
    slider_ = new QSlider(Qt::Horizontal, this);
    entry_ = new WeightEntry(this);
    reset_ = new QToolButton(this);

    slider_->setObjectName(options.name + "Slider");
    slider_->setAccessibleName(plainSymbol);
    slider_->setAccessibleDescription(options.explanation);
    slider_->setRange(0, options.scale.positions());
    slider_->setSingleStep(1);
    slider_->setPageStep(std::max(1, options.scale.positions() / 16));
    entry_->setObjectName(options.name + "Entry");
    entry_->setAccessibleName(plainSymbol + ", exact value");
    entry_->setRange(options.lowestEntry, options.highestEntry);
    entry_->setAlignment(Qt::AlignRight);
    reset_->setObjectName(options.name + "Reset");
    reset_->setAutoRaise(true);
    reset_->setToolTip(QString("Back to %1").arg(weightText(options.standard)));
    reset_->setAccessibleName(QString("Reset %1 to %2").arg(plainSymbol, weightText(options.standard)));
    setToolTip(options.explanation);
    guardWheel(slider_);
    guardWheel(entry_);

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    row->addWidget(symbol_);
    row->addWidget(slider_, 1);
    row->addWidget(entry_);
    row->addWidget(reset_);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);

    connect(slider_, &QSlider::sliderPressed, this, [this] { valueAtPress_ = value_; });
    connect(slider_, &QSlider::valueChanged, this,
            [this](int position) { take(options_.scale.value(position), !slider_->isSliderDown()); });
    connect(slider_, &QSlider::sliderReleased, this, [this] {
        if (value_ != valueAtPress_) {
            Q_EMIT changed(value_, true);
        }
    });
    connect(entry_, &QDoubleSpinBox::valueChanged, this, [this](double value) { take(value, true); });
    connect(reset_, &QToolButton::clicked, this, [this] { take(options_.standard, true); });
    showValue();
}

void KnobSlider::setValue(double value) {
    if (!slider_->isSliderDown() && value != value_) {
        value_ = value;
        showValue();
    }
}

void KnobSlider::setTheme(const Theme& theme) {
    markColour_ = theme.mutedText;
    QFont large = theme.font(1.2);
    large.setWeight(QFont::Medium);
    symbol_->setFont(large);
    symbol_->setFixedWidth(QFontMetrics(large).horizontalAdvance("MM") * 3 / 4);
    entry_->setFont(theme.font());
    // Room for six digits and the arrows, whatever is shown: nothing moves when the number changes.
    entry_->setFixedWidth(QFontMetrics(theme.font()).horizontalAdvance("000000") +
                          static_cast<int>(std::lround(kEntryFrame * theme.fontPoints / 10.0)));
    reset_->setIcon(themedIcon("reset", theme));
    const int icon = QFontMetrics(theme.font()).height();
    reset_->setIconSize(QSize(icon, icon));
    setFont(theme.font(0.75));
    layout()->setContentsMargins(0, 0, 0, QFontMetrics(font()).height());  // room for the marks under the slider
    update();
}

void KnobSlider::take(double value, bool settled) {
    if (value == value_) {
        return;
    }
    value_ = value;
    showValue();
    Q_EMIT changed(value_, settled);
}

void KnobSlider::showValue() {
    const QSignalBlocker quietSlider(slider_);
    const QSignalBlocker quietEntry(entry_);
    if (!slider_->isSliderDown()) {
        slider_->setValue(options_.scale.position(value_));
    }
    if (entry_->value() != value_) {
        entry_->setValue(value_);
    }
    reset_->setEnabled(value_ != options_.standard);
}

int KnobSlider::markPosition(double mark) const {
    QStyleOptionSlider option;
    option.initFrom(slider_);
    option.orientation = Qt::Horizontal;
    option.minimum = slider_->minimum();
    option.maximum = slider_->maximum();
    const int handle =
        slider_->style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, slider_).width();
    const int position = options_.scale.position(mark);
    const int along =
        QStyle::sliderPositionFromValue(slider_->minimum(), slider_->maximum(), position, slider_->width() - handle);
    return slider_->x() + handle / 2 + along;
}

void KnobSlider::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setPen(markColour_);
    const int top = slider_->geometry().bottom() + 1;
    int free = 0;  // a mark that would touch its left neighbour is left out
    for (const double mark : options_.scale.marks()) {
        const QString text = markText(mark);
        const int width = painter.fontMetrics().horizontalAdvance(text) + 2;
        const int left = std::min(markPosition(mark) - width / 2, slider_->geometry().right() - width + 2);
        if (left >= free) {
            painter.drawText(QRect(left, top, width, height() - top), Qt::AlignHCenter | Qt::AlignTop, text);
            free = left + width + 2;
        }
    }
}

}  // namespace elbo
