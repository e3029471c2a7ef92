// The models of a sweep in the rate-distortion plane: every seed as a point, their mean with error bars.
#pragma once

#include <QObject>
#include <QPointF>
#include <QString>
#include <vector>

#include "training/frame/sweep_point.h"
#include "widgets/chart/plotting.h"
#include "widgets/kit/split.h"
#include "widgets/kit/theme.h"
#include "widgets/paint/eased_range.h"
#include "widgets/rate_distortion/rate_front.h"

namespace elbo {

/// Mean and standard deviation (of a sample; 0 for a single value).
struct Spread {
    double mean = 0.0;
    double deviation = 0.0;
};

/// All seeds of one setting of the knobs, nats per example.
struct SweepSetting {
    struct Seed {
        std::uint64_t seed = 0;
        RatePoint point;
        QString folder;
    };
    QString name;        ///< the weights in which it differs from the others: "beta 4"
    double place = 0.5;  ///< among the settings, in [0, 1]: its colour
    std::vector<Seed> seeds;
    Spread rate, distortion, height;  ///< over the seeds; the height is that of the axes shown
};

struct SweepDrawing {
    std::vector<SweepSetting> settings;  ///< only those with a model to show
    PlaneAxes axes = PlaneAxes::Distortion;
    Interval rates, heights;  ///< of all points with their error bars
    QString remark;           ///< "48 models of a sweep, 1 diverged"
};

/// Models that diverged or were not evaluated on `split` are left out. Pure.
SweepDrawing prepareSweep(const Sweep& sweep, Split split, PlaneAxes axes);

/// The smallest interval that holds both.
Interval united(const Interval& a, const Interval& b);

/// The models behind the drawing as CSV.
QString sweepCsv(const SweepDrawing& drawing);

/// Draws on a plot that has the axes of the plane, under its live points. GUI thread; ends with the plot.
class SweepPoints : public QObject {
    Q_OBJECT
  public:
    explicit SweepPoints(QCustomPlot* plot);

    void setTheme(const Theme& theme) { theme_ = theme; }
    void setDrawing(const SweepDrawing& drawing) { drawing_ = drawing; }

    /// Where the models are, in widget coordinates.
    std::vector<QPointF> places() const;
    /// The model under the pointer (widget coordinates) as rich text; empty where there is none.
    QString describe(const QPointF& position) const;
    /// The run folder of the model under the pointer; empty where there is none.
    QString folderAt(const QPointF& position) const;

  private:
    struct Hit {
        const SweepSetting* setting = nullptr;
        const SweepSetting::Seed* seed = nullptr;
    };
    Hit hit(const QPointF& position) const;
    QPointF pixel(const RatePoint& point) const;
    void paint(QCPPainter* painter) const;

    QCustomPlot* plot_;
    Theme theme_ = Theme::darkTheme();
    SweepDrawing drawing_;
};

}  // namespace elbo
