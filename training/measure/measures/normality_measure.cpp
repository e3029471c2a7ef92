// Whether the codes are normally distributed, by the test of Henze and Zirkler.
#include "training/measure/measures/measure_sink.h"
#include "training/measure/points/henze_zirkler.h"

namespace elbo {

Measure normalityMeasure() {
    Measure measure;
    measure.names = {"henze_zirkler", "henze_zirkler_p"};
    measure.stage = "codes";
    measure.whyNot = [](const MeasureSubject& subject, const std::string&) {
        if (!subject.model().prior().standardNormal()) {
            return std::string("codes need not be normal under this prior");
        }
        return std::string(subject.split().codes.size(0) < 2 ? "at least two examples are needed" : "");
    };
    measure.run = [](const MeasureSubject& subject, MeasureSink& sink, const MeasureProgress& progress) {
        const HenzeZirkler test = henzeZirkler(toPoints(subject.split().codes), progress);
        sink.put("henze_zirkler", {test.statistic, 0.0});
        sink.put("henze_zirkler_p", {test.pValue, 0.0});
        sink.countOfSplit("mmd_codes", static_cast<int>(subject.split().codes.size(0)));
    };
    return measure;
}

}  // namespace elbo
