// An entry of a chart's legend: a mark, a word, and the sentence that explains them.
#pragma once

#include <QColor>
#include <QPen>
#include <QString>
#include <vector>

#include "widgets/chart/plotting.h"
#include "widgets/fleet/fleet_order.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// What an entry says. Plain value.
struct Key {
    enum class Mark { Stroke, Dot, Diamond, Ramp, Tick };  ///< a tick stands across a line
    Mark mark = Mark::Stroke;
    QPen pen;                  ///< of the stroke; its colour fills the dot
    std::vector<QColor> ramp;  ///< colours from left to right
    QString text;
    QString explanation;  ///< one sentence; empty where the word says it all
    int member = -1;      ///< the fleet member it stands for
    bool operator==(const Key&) const = default;
};

/// The key of a fleet coloured along a weight: "β 0.1 to 10". GUI thread, like all below.
Key rampKey(const Theme& theme, const FleetOrder& order);

/// A legend entry that is tied to no graph.
class KeyItem : public QCPAbstractLegendItem {
    Q_OBJECT
  public:
    KeyItem(QCPLegend* legend, Key key, const Theme& theme);
    const Key& key() const { return key_; }

  protected:
    void draw(QCPPainter* painter) override;
    QSize minimumOuterSizeHint() const override;
    /// Entries stand close together at the left instead of spreading over the width.
    QSize maximumOuterSizeHint() const override;

  private:
    QSize icon() const;

    Key key_;
};

/// An empty legend below everything else in `plot`, with a row to itself.
QCPLegend* addLegendBelow(QCustomPlot& plot);
/// Fills a legend inside a plot: one entry below the other.
void listInColumn(QCPLegend& legend, const std::vector<Key>& keys, const Theme& theme);
/// Fills a legend below a plot of this width, with as many entries in a row as fit. What would be higher than
/// `mostHeight` is left out.
void listInRows(QCPLegend& legend, const std::vector<Key>& keys, const Theme& theme, int width, int mostHeight);
/// The height of all entries in such rows.
int heightInRows(const std::vector<Key>& keys, const Theme& theme, int width);

/// The entry of `legend` at a position in widget coordinates; null where there is none.
const Key* keyAt(const QCPLegend& legend, const QPointF& position);

}  // namespace elbo
