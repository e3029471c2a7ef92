// From a run's history to what the training curves draw: pure data, tested without a window.
#pragma once

#include <QString>
#include <memory>
#include <string>
#include <vector>

#include "training/frame/frame.h"
#include "widgets/kit/split.h"
#include "widgets/paint/eased_range.h"

namespace elbo {

/// Something that is followed through training.
struct CurveQuantity {
    std::string metric;   ///< "distortion": running average; distortion_train and distortion_test: evaluations
    QString title;        ///< "Distortion D"
    QString unit;         ///< "nats", "share"; empty for a pure number
    QString explanation;  ///< one sentence
};
/// The rows of the table of metrics that are curves, those of the overview first.
const std::vector<CurveQuantity>& curveQuantities();
/// Those of the overview, as places in curveQuantities().
const std::vector<int>& overviewQuantities();

/// One curve: a quantity of one member on one split, by rising step.
struct CurveLine {
    int member = 0;
    Split split = Split::Train;
    std::vector<double> steps;
    std::vector<double> values;
};

struct CurveDrawing {
    int quantity = 0;
    std::vector<CurveLine> lines;  ///< training first, so that test lies on top; members in order
    Interval values;               ///< worth showing; low > high when there is nothing
};

/// Keeps a run's history as columns, reading only reports it has not seen. Histories only grow at their end or are
/// thinned, so a frame costs next to nothing until then.
class CurveTable {
  public:
    /// False when the frame brings nothing new.
    bool update(const Frame& frame);
    void clear();

    double lastStep() const { return lastStep_; }
    int fleetSize() const { return fleetSize_; }
    /// At most about `points` vertices a line. On a logarithmic axis (`logSteps`) step 0 is left out.
    CurveDrawing drawing(int quantity, int points, bool logSteps) const;

  private:
    struct Column {
        std::vector<double> steps;
        std::vector<std::vector<double>> values;  ///< [M][reports]
    };
    struct Quantity {
        Column average;  ///< running averages
        Column train;
        Column test;
    };

    void read(const Report& report, std::vector<Quantity>& into) const;
    void append(const Column& column, const Column& newest, Split split, int points, bool logSteps,
                CurveDrawing& drawing) const;

    ReportHistory seen_;
    int fleetSize_ = 0;
    double lastStep_ = 0.0;
    std::vector<Quantity> quantities_;
    std::vector<Quantity> newest_;  ///< of the frame's own report, which the history may not hold yet
};

/// Thins a curve to about `points` vertices and keeps every peak: first, smallest, largest and last of each stretch of
/// steps. Stretches start at fixed steps, so that vertices stay where they are while the curve grows.
void thinCurve(std::vector<double>& steps, std::vector<double>& values, int points, bool logSteps);

}  // namespace elbo
