#include "training/measure/measures/measures.h"

#include <algorithm>

#include "training/metrics/metric_table.h"

namespace elbo {

Measure evaluationMeasure();
Measure rateByDimensionMeasure();
Measure mmdMeasure();
Measure normalityMeasure();
Measure informationMeasure();
Measure likelihoodMeasure();
Measure annealedMeasure();
Measure quadratureMeasure();
Measure generativeBoundsMeasure();
Measure smoothKnnMeasure();
Measure svmMeasure();
Measure classesMeasure();
Measure reconstructionMeasure();

const std::vector<Measure>& modelMeasures() {
    static const std::vector<Measure> kMeasures{
        evaluationMeasure(),       rateByDimensionMeasure(), mmdMeasure(),      normalityMeasure(),
        informationMeasure(),      likelihoodMeasure(),      annealedMeasure(), quadratureMeasure(),
        generativeBoundsMeasure(), smoothKnnMeasure(),       svmMeasure(),      classesMeasure(),
        reconstructionMeasure(),
    };
    return kMeasures;
}

std::vector<std::string> measurableNames() {
    std::vector<std::string> names;
    for (const Measure& measure : modelMeasures()) {
        for (const std::string& name : measure.names) {
            // Of two measures that can give a number, the later one gives it its place.
            names.erase(std::remove(names.begin(), names.end(), name), names.end());
            names.push_back(name);
        }
    }
    return names;
}

}  // namespace elbo
