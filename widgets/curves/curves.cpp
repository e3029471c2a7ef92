#include "widgets/curves/curves.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "training/metrics/metric_table.h"

namespace elbo {
namespace {

constexpr double kSettling = 0.12;    ///< of a run: its first steps do not set the scale of the values
constexpr double kLogSettling = 0.6;  ///< the same on a logarithmic axis: share of its length

}  // namespace

const std::vector<CurveQuantity>& curveQuantities() {
    static const std::vector<CurveQuantity> kQuantities = [] {
        std::vector<CurveQuantity> quantities;
        for (const LiveCurve place : {LiveCurve::Overview, LiveCurve::Offered}) {
            for (const MetricRow& row : metricRows()) {
                if (row.curve == place) {
                    quantities.push_back({row.name, QString::fromStdString(sentenceCase(row.briefLabel())),
                                          QString::fromStdString(row.unit), QString::fromStdString(row.meaning)});
                }
            }
        }
        return quantities;
    }();
    return kQuantities;
}

const std::vector<int>& overviewQuantities() {
    static const std::vector<int> kPlaces = [] {
        std::vector<int> places;
        for (const MetricRow& row : metricRows()) {
            if (row.curve == LiveCurve::Overview) {
                places.push_back(static_cast<int>(places.size()));
            }
        }
        return places;
    }();
    return kPlaces;
}

bool CurveTable::update(const Frame& frame) {
    const auto count = curveQuantities().size();
    const std::size_t known = seen_.size();
    const bool grown = frame.fleetSize == fleetSize_ && frame.history.size() >= known &&
                       std::equal(seen_.begin(), seen_.end(), frame.history.begin());
    const bool sameNewest = grown && frame.history.size() == known && known > 0 &&
                            lastStep_ == static_cast<double>(std::max(frame.report.step, seen_.back()->step));
    if (sameNewest) {
        return false;
    }
    if (!grown) {
        clear();
        fleetSize_ = std::max(1, frame.fleetSize);
    }
    quantities_.resize(count);
    for (std::size_t i = seen_.size(); i < frame.history.size(); ++i) {
        if (frame.history[i]) {
            read(*frame.history[i], quantities_);
        }
    }
    seen_ = frame.history;
    newest_.assign(count, Quantity{});
    const bool ahead = seen_.empty() || seen_.back()->step < frame.report.step;
    if (ahead) {
        read(frame.report, newest_);
    }
    lastStep_ = static_cast<double>(ahead ? frame.report.step : seen_.back()->step);
    return true;
}

void CurveTable::clear() {
    *this = CurveTable{};
}

void CurveTable::read(const Report& report, std::vector<Quantity>& into) const {
    const auto& quantities = curveQuantities();
    const auto fill = [&](const std::string& name, Column& column) {
        const auto found = report.values.find(name);
        if (found == report.values.end()) {
            return;
        }
        column.values.resize(static_cast<std::size_t>(fleetSize_));
        column.steps.push_back(static_cast<double>(report.step));
        for (std::size_t member = 0; member < column.values.size(); ++member) {
            column.values[member].push_back(member < found->second.size() ? found->second[member] : std::nan(""));
        }
    };
    for (std::size_t i = 0; i < quantities.size(); ++i) {
        const std::string& metric = quantities[i].metric;
        fill(metric, into[i].average);
        fill(metric + "_train", into[i].train);
        fill(metric + "_test", into[i].test);
    }
}

void CurveTable::append(const Column& column, const Column& newest, Split split, int points, bool logSteps,
                        CurveDrawing& drawing) const {
    for (std::size_t member = 0; member < std::max(column.values.size(), newest.values.size()); ++member) {
        CurveLine line;
        line.member = static_cast<int>(member);
        line.split = split;
        for (const Column* part : {&column, &newest}) {
            if (member >= part->values.size()) {
                continue;
            }
            const auto& values = part->values[member];
            for (std::size_t i = 0; i < values.size(); ++i) {
                if (std::isfinite(values[i]) && (!logSteps || part->steps[i] >= 1.0)) {
                    line.steps.push_back(part->steps[i]);
                    line.values.push_back(values[i]);
                }
            }
        }
        if (line.steps.empty()) {
            continue;
        }
        thinCurve(line.steps, line.values, points, logSteps);
        const double settled = logSteps ? std::pow(lastStep_, kLogSettling) : kSettling * lastStep_;
        for (std::size_t i = 0; i < line.steps.size(); ++i) {
            if (line.steps[i] >= settled || i + 1 == line.steps.size()) {
                drawing.values.low = std::min(drawing.values.low, line.values[i]);
                drawing.values.high = std::max(drawing.values.high, line.values[i]);
            }
        }
        drawing.lines.push_back(std::move(line));
    }
}

CurveDrawing CurveTable::drawing(int quantity, int points, bool logSteps) const {
    CurveDrawing drawing;
    drawing.quantity = quantity;
    drawing.values = {HUGE_VAL, -HUGE_VAL};
    const auto place = static_cast<std::size_t>(quantity);
    if (place >= quantities_.size()) {
        return drawing;
    }
    const Quantity& known = quantities_[place];
    const Quantity& newest = newest_[place];
    // Running averages are there at every report; evaluations on the training set only where they are not.
    const bool averaged = !known.average.steps.empty() || !newest.average.steps.empty();
    append(averaged ? known.average : known.train, averaged ? newest.average : newest.train, Split::Train, points,
           logSteps, drawing);
    append(known.test, newest.test, Split::Test, points, logSteps, drawing);
    return drawing;
}

void thinCurve(std::vector<double>& steps, std::vector<double>& values, int points, bool logSteps) {
    const std::size_t count = steps.size();
    const auto most = static_cast<std::size_t>(std::max(8, points));
    if (count <= most) {
        return;
    }
    const auto along = [&](double step) { return logSteps ? std::log2(std::max(step, 1.0)) : step; };
    const double span = along(steps.back()) - along(steps.front());
    // Four vertices at most per stretch; widths are powers of two, so stretches merge in pairs as the curve grows.
    const double width = std::exp2(std::ceil(std::log2(std::max(span, 1e-9) * 4.0 / static_cast<double>(most))));
    std::vector<double> keptSteps, keptValues;
    std::size_t begin = 0;
    while (begin < count) {
        const double stretch = std::floor(along(steps[begin]) / width);
        std::size_t end = begin + 1;
        std::array<std::size_t, 4> keep{begin, begin, begin, begin};
        while (end < count && std::floor(along(steps[end]) / width) == stretch) {
            keep[1] = values[end] < values[keep[1]] ? end : keep[1];
            keep[2] = values[end] > values[keep[2]] ? end : keep[2];
            ++end;
        }
        keep[3] = end - 1;
        std::sort(keep.begin(), keep.end());
        for (std::size_t i = 0; i < keep.size(); ++i) {
            if (i == 0 || keep[i] != keep[i - 1]) {
                keptSteps.push_back(steps[keep[i]]);
                keptValues.push_back(values[keep[i]]);
            }
        }
        begin = end;
    }
    steps = std::move(keptSteps);
    values = std::move(keptValues);
}

}  // namespace elbo
