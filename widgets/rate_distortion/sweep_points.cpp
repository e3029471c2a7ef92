#include "widgets/rate_distortion/sweep_points.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/chart/plot_style.h"
#include "widgets/fleet/member_name.h"
#include "widgets/kit/csv.h"
#include "widgets/kit/numbers.h"

namespace elbo {
namespace {

Spread spreadOf(const std::vector<double>& values) {
    Spread spread;
    const auto count = static_cast<double>(values.size());
    for (const double value : values) {
        spread.mean += value / count;
    }
    double squares = 0.0;
    for (const double value : values) {
        squares += (value - spread.mean) * (value - spread.mean);
    }
    spread.deviation = values.size() > 1 ? std::sqrt(squares / (count - 1.0)) : 0.0;
    return spread;
}

void widen(Interval& interval, bool& empty, double low, double high) {
    interval = empty ? Interval{low, high} : Interval{std::min(interval.low, low), std::max(interval.high, high)};
    empty = false;
}

QString withDeviation(const Spread& spread) {
    return numberText(spread.mean) + QString::fromUtf8(" \u00b1 ") + numberText(spread.deviation);
}

/// The models that differ in their seeds only.
struct Setting {
    Knobs knobs;
    std::vector<std::string> values;  ///< of the swept fields
    QString name;
    double place = 0.5;  ///< among all, in [0, 1]
};

/// In the order of the plan. Equal settings have equal knobs: their models stand together.
std::vector<Setting> settingsOf(const Sweep& sweep) {
    const std::vector<Knobs>& knobs = sweep.experiment.knobs;
    const auto variants = combinations(sweep.over);
    const std::size_t count = variants.size() * knobs.size();
    const bool weightsDiffer = std::any_of(knobs.begin(), knobs.end(), [&](const Knobs& k) { return k != knobs[0]; });
    std::vector<Setting> settings;
    for (std::size_t place = 0; place < count; ++place) {
        const std::size_t member = place % knobs.size();
        const auto own = knobs.begin() + static_cast<std::ptrdiff_t>(member);
        if (std::find(knobs.begin(), own, *own) != own) {
            continue;
        }
        Setting setting{*own, variants[place / knobs.size()], {}, 0.5};
        QStringList parts;
        for (std::size_t i = 0; i < setting.values.size(); ++i) {
            parts << QString::fromStdString(shortName(sweep.over, i)).replace('_', ' ') + QChar(0x00a0) +
                         QString::fromStdString(shortValue(setting.values[i]));
        }
        if (weightsDiffer || parts.isEmpty()) {
            parts << memberName(knobs, static_cast<int>(member));
        }
        setting.name = parts.join(", ");
        if (count > 1) {
            setting.place = static_cast<double>(place) / static_cast<double>(count - 1);
        }
        settings.push_back(std::move(setting));
    }
    return settings;
}

}  // namespace

SweepDrawing prepareSweep(const Sweep& sweep, Split split, PlaneAxes axes) {
    SweepDrawing drawing;
    drawing.axes = axes;
    drawing.rates = drawing.heights = Interval{0.0, 0.0};
    bool empty = true, emptyHeights = true;
    std::size_t shown = 0, diverged = 0;
    for (const Setting& own : settingsOf(sweep)) {
        SweepSetting setting;
        std::vector<double> rates, distortions, heights;
        for (const SweepPoint& point : sweep.points) {
            if (point.knobs != own.knobs || point.values != own.values) {
                continue;
            }
            diverged += point.failure.empty() ? 0 : 1;
            const double rate = split == Split::Test ? point.rateTest : point.rateTrain;
            const double distortion = split == Split::Test ? point.distortionTest : point.distortionTrain;
            if (!point.failure.empty() || !std::isfinite(rate) || !std::isfinite(distortion)) {
                continue;
            }
            RatePoint place;
            place.rate = rate;
            place.distortion = distortion;
            setting.seeds.push_back({point.seed, place, QString::fromStdString(point.folder)});
            rates.push_back(rate);
            distortions.push_back(distortion);
            heights.push_back(planeHeight(axes, rate, distortion));
            widen(drawing.rates, empty, rate, rate);
            widen(drawing.heights, emptyHeights, heights.back(), heights.back());
        }
        if (setting.seeds.empty()) {
            continue;
        }
        shown += setting.seeds.size();
        setting.name = own.name;
        setting.place = own.place;
        setting.rate = spreadOf(rates);
        setting.distortion = spreadOf(distortions);
        setting.height = spreadOf(heights);
        widen(drawing.rates, empty, setting.rate.mean - setting.rate.deviation,
              setting.rate.mean + setting.rate.deviation);
        widen(drawing.heights, emptyHeights, setting.height.mean - setting.height.deviation,
              setting.height.mean + setting.height.deviation);
        drawing.settings.push_back(std::move(setting));
    }
    drawing.remark = shown == 1 ? QString("1 model of a sweep") : QString("%1 models of a sweep").arg(shown);
    if (diverged > 0) {
        drawing.remark += QString(", %1 diverged").arg(diverged);
    }
    if (sweep.points.size() < sweep.planned) {
        drawing.remark += QString(", %1 to come").arg(sweep.planned - sweep.points.size());
    }
    return drawing;
}

Interval united(const Interval& a, const Interval& b) {
    return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

QString sweepCsv(const SweepDrawing& drawing) {
    QString text = "\n# models of the sweep\nsetting,seed,rate,distortion,folder\n";
    for (const SweepSetting& setting : drawing.settings) {
        for (const SweepSetting::Seed& seed : setting.seeds) {
            text += csvText(setting.name) + QString(",%1,").arg(seed.seed) +
                    csvNumbers({seed.point.rate, seed.point.distortion}) + ',' + csvText(seed.folder) + '\n';
        }
    }
    return text;
}

SweepPoints::SweepPoints(QCustomPlot* plot) : QObject(plot), plot_(plot) {
    new PaintedItem(plot, "main", [this](QCPPainter* painter) { paint(painter); });
}

QPointF SweepPoints::pixel(const RatePoint& point) const {
    return {plot_->xAxis->coordToPixel(point.rate),
            plot_->yAxis->coordToPixel(planeHeight(drawing_.axes, point.rate, point.distortion))};
}

void SweepPoints::paint(QCPPainter* painter) const {
    const double radius = theme_.paper ? 1.6 : 3.5;
    const double width = theme_.paper ? 0.6 : 1.4;
    painter->setAntialiasing(true);
    for (const SweepSetting& setting : drawing_.settings) {
        const QColor colour = theme_.sweep(setting.place);
        // Rings, so that the filled live points stay what they are.
        painter->setPen(QPen(colour, width));
        painter->setBrush(Qt::NoBrush);
        for (const SweepSetting::Seed& seed : setting.seeds) {
            painter->drawEllipse(pixel(seed.point), radius, radius);
        }
        if (setting.seeds.size() < 2) {
            continue;
        }
        const auto x = [&](double rate) { return plot_->xAxis->coordToPixel(rate); };
        const auto y = [&](double height) { return plot_->yAxis->coordToPixel(height); };
        const Spread& r = setting.rate;
        const Spread& h = setting.height;
        painter->setPen(QPen(theme_.text, width));
        painter->drawLine(QLineF(x(r.mean - r.deviation), y(h.mean), x(r.mean + r.deviation), y(h.mean)));
        painter->drawLine(QLineF(x(r.mean), y(h.mean - h.deviation), x(r.mean), y(h.mean + h.deviation)));
    }
}

std::vector<QPointF> SweepPoints::places() const {
    std::vector<QPointF> places;
    for (const SweepSetting& setting : drawing_.settings) {
        for (const SweepSetting::Seed& seed : setting.seeds) {
            places.push_back(pixel(seed.point));
        }
    }
    return places;
}

SweepPoints::Hit SweepPoints::hit(const QPointF& position) const {
    Hit best;
    double nearest = 12.0 * theme_.fontPoints / 10.0;
    for (const SweepSetting& setting : drawing_.settings) {
        for (const SweepSetting::Seed& seed : setting.seeds) {
            const QPointF away = pixel(seed.point) - position;
            if (const double distance = std::hypot(away.x(), away.y()); distance < nearest) {
                nearest = distance;
                best = {&setting, &seed};
            }
        }
    }
    return best;
}

QString SweepPoints::describe(const QPointF& position) const {
    const Hit found = hit(position);
    if (found.seed == nullptr) {
        return {};
    }
    const bool several = found.setting->seeds.size() > 1;
    const RatePoint& point = found.seed->point;
    QString text =
        QString("<b>%1, seed %2</b><br>rate R = %3 nats<br>distortion D = %4 nats<br>ELBO = %5 nats")
            .arg(found.setting->name.toHtmlEscaped())
            .arg(found.seed->seed)
            .arg(numberText(point.rate), numberText(point.distortion), numberText(-(point.rate + point.distortion)));
    if (several) {
        text += QString("<br>over %1 seeds: R = %2, D = %3")
                    .arg(found.setting->seeds.size())
                    .arg(withDeviation(found.setting->rate), withDeviation(found.setting->distortion));
    }
    return text + "<br>click to open this model";
}

QString SweepPoints::folderAt(const QPointF& position) const {
    const Hit found = hit(position);
    return found.seed == nullptr ? QString() : found.seed->folder;
}

}  // namespace elbo
