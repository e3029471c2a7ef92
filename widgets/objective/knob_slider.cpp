#include "widgets/objective/knob_slider.h"

#include <QHBoxLayout>
#include <QHelpEvent>
#include <QPainter>
#include <QSignalBlocker>
#include <QStyle>
#include <QStyleOptionSlider>
#include <QTextDocumentFragment>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "widgets/kit/icons.h"
#include "widgets/kit/numbers.h"
#include "widgets/kit/tips.h"
#include "widgets/kit/wheel_guard.h"

namespace elbo {
namespace {

/// Around the digits of an entry with type of 10 points: padding, arrows and the text cursor, see the style sheet.
constexpr double kEntryFrame = 38.0;
/// Pixels to either side of a tick that belong to it.
constexpr int kTickReach = 5;
/// Of the height of the slider, above the groove: where a tick stands.
constexpr double kTickHeight = 0.36;

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
    slider_->installEventFilter(this);
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

void KnobSlider::setTicks(const std::vector<Tick>& ticks) {
    std::vector<Tick> within;
    std::copy_if(ticks.begin(), ticks.end(), std::back_inserter(within), [this](const Tick& tick) {
        return tick.value >= options_.scale.low && tick.value <= options_.scale.high;
    });
    if (within != ticks_) {
        ticks_ = std::move(within);
        QStringList words;
        for (const Tick& tick : ticks_) {
            words << tick.words;
        }
        slider_->setAccessibleDescription((QStringList(options_.explanation) + words).join(' '));
        update();
    }
}

bool KnobSlider::eventFilter(QObject* watched, QEvent* event) {
    // The slider has no tip of its own: this one comes before that of the whole row.
    if (watched == slider_ && event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QStringList words;
        for (std::size_t i = 0; i < ticks_.size(); ++i) {
            if (std::abs(slider_->x() + help->pos().x() - tickPosition(i)) <= kTickReach) {
                words << ticks_[i].words;
            }
        }
        if (!words.isEmpty()) {
            QToolTip::showText(help->globalPos(), wrappedTip(words.join('\n')), slider_);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void KnobSlider::setTheme(const Theme& theme) {
    markColour_ = theme.mutedText;
    tickColour_ = theme.text;
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
    // The handle covers the tick that it stands on.
    const QRectF bar = slider_->geometry();
    for (std::size_t i = 0; i < ticks_.size(); ++i) {
        painter.fillRect(QRectF(tickPosition(i) - 1.0, bar.top(), 2.0, kTickHeight * bar.height()), tickColour_);
    }
}

}  // namespace elbo
