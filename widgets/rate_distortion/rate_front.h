// Geometry of a set of models in the rate-distortion plane: which are beaten by none, and which mixtures reach further.
#pragma once

#include <cstdint>
#include <vector>

namespace elbo {

/// A model in the plane, nats per example.
struct RatePoint {
    double rate = 0.0;
    double distortion = 0.0;
    std::int64_t step = 0;
};

/// What the height of the plane means. The axes are skewed into each other: straight lines stay straight.
enum class PlaneAxes {
    Distortion,  ///< D against R: the rate-distortion plane
    Elbo,        ///< -(D + R) against R: lines of equal ELBO are level
};

/// The height of a model over the rate axis, and the distortion at a height: inverse to each other at a fixed rate.
double planeHeight(PlaneAxes axes, double rate, double distortion);
double planeDistortion(PlaneAxes axes, double rate, double height);

/// The Pareto front: those points to which no other has both a rate and a distortion as low, by rising rate. Of equal
/// points one is kept; points that are not finite count for nothing.
std::vector<RatePoint> paretoFront(const std::vector<RatePoint>& points);

/// The lower edge of everything that lies above the front: from one front point to the next along the smaller
/// distortion reached so far, then down.
std::vector<RatePoint> paretoSteps(const std::vector<RatePoint>& front);

/// The falling part of the lower convex hull, by rising rate: what choosing at random between two of the models
/// reaches. Points on a straight piece are left out.
std::vector<RatePoint> lowerHull(const std::vector<RatePoint>& points);

}  // namespace elbo
