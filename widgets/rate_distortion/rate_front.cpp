#include "widgets/rate_distortion/rate_front.h"

#include <algorithm>
#include <cmath>

namespace elbo {
namespace {

/// Twice the signed area of a triangle: positive where the path a, b, c turns left.
double turn(const RatePoint& a, const RatePoint& b, const RatePoint& c) {
    return (b.rate - a.rate) * (c.distortion - a.distortion) - (b.distortion - a.distortion) * (c.rate - a.rate);
}

}  // namespace

double planeHeight(PlaneAxes axes, double rate, double distortion) {
    return axes == PlaneAxes::Distortion ? distortion : -(distortion + rate);
}

double planeDistortion(PlaneAxes axes, double rate, double height) {
    return axes == PlaneAxes::Distortion ? height : -height - rate;
}

std::vector<RatePoint> paretoFront(const std::vector<RatePoint>& points) {
    std::vector<RatePoint> sorted;
    std::copy_if(points.begin(), points.end(), std::back_inserter(sorted),
                 [](const RatePoint& p) { return std::isfinite(p.rate) && std::isfinite(p.distortion); });
    std::stable_sort(sorted.begin(), sorted.end(), [](const RatePoint& a, const RatePoint& b) {
        return a.rate != b.rate ? a.rate < b.rate : a.distortion < b.distortion;
    });
    std::vector<RatePoint> front;
    for (const RatePoint& point : sorted) {
        if (front.empty() || point.distortion < front.back().distortion) {
            front.push_back(point);
        }
    }
    return front;
}

std::vector<RatePoint> paretoSteps(const std::vector<RatePoint>& front) {
    std::vector<RatePoint> steps;
    for (const RatePoint& point : front) {
        if (!steps.empty()) {
            steps.push_back({point.rate, steps.back().distortion, point.step});
        }
        steps.push_back(point);
    }
    return steps;
}

std::vector<RatePoint> lowerHull(const std::vector<RatePoint>& points) {
    // The falling part of the hull of all points is the lower hull of their front.
    std::vector<RatePoint> hull;
    for (const RatePoint& point : paretoFront(points)) {
        while (hull.size() > 1 && turn(hull[hull.size() - 2], hull.back(), point) <= 0.0) {
            hull.pop_back();
        }
        hull.push_back(point);
    }
    return hull;
}

}  // namespace elbo
