// One weight of the objective: name, slider with a marked scale, exact entry and reset.
#pragma once

#include <QDoubleSpinBox>
#include <QLabel>
#include <QSlider>
#include <QToolButton>
#include <QWidget>
#include <vector>

#include "widgets/kit/theme.h"
#include "widgets/kit/value_scale.h"

namespace elbo {

/// A spin box that shows a weight as it was meant: "0.5", "1000", never "1000.0000". GUI thread.
class WeightEntry : public QDoubleSpinBox {
    Q_OBJECT
  public:
    explicit WeightEntry(QWidget* parent = nullptr);

    QString textFromValue(double value) const override;
    double valueFromText(const QString& text) const override;
};

/// GUI thread. The value may lie outside the slider's scale: the entry is wider, and exact.
class KnobSlider : public QWidget {
    Q_OBJECT
  public:
    struct Options {
        QString name;         ///< object names become "<name>Slider" and "<name>Entry"
        QString symbol;       ///< as in the formulas; rich text
        QString explanation;  ///< one sentence
        ValueScale scale;
        double lowestEntry = 0.0;
        double highestEntry = 1e6;
        double standard = 1.0;  ///< what reset gives
    };
    /// A value at which something happens.
    struct Tick {
        double value = 0.0;
        QString words;  ///< what happens, one sentence
        bool operator==(const Tick&) const = default;
    };

    explicit KnobSlider(const Options& options, QWidget* parent = nullptr);

    double value() const { return value_; }
    /// Shows `value` without a signal. Ignored while the slider is held, so that an echo cannot pull it away.
    void setValue(double value);
    /// Marks values above the groove; those beyond the scale are left out. The words are the tip of their place.
    void setTicks(const std::vector<Tick>& ticks);
    const std::vector<Tick>& ticks() const { return ticks_; }
    /// Where the tick of that place stands, from the left, in pixels.
    int tickPosition(std::size_t place) const { return markPosition(ticks_[place].value); }
    void setTheme(const Theme& theme);

  Q_SIGNALS:
    /// `settled` is false while the slider is being dragged, true once at its release and for every other change.
    void changed(double value, bool settled);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

  private:
    void take(double value, bool settled);
    void showValue();
    int markPosition(double mark) const;

    Options options_;
    double value_ = 1.0;
    double valueAtPress_ = 1.0;
    std::vector<Tick> ticks_;
    QColor markColour_, tickColour_;
    QLabel* symbol_ = nullptr;
    QSlider* slider_ = nullptr;
    WeightEntry* entry_ = nullptr;
    QToolButton* reset_ = nullptr;
};

}  // namespace elbo
