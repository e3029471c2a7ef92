// The best that any encoder could do, on the plane: where the curve lies, what explains it, and what it asks for.
#include <QTest>
#include <QToolButton>
#include <cmath>

#include "tests/widgets/figure_svg.h"
#include "tests/widgets/sample_history.h"
#include "widgets/rate_distortion/plane_keys.h"
#include "widgets/rate_distortion/rate_distortion_plot.h"
#include "widgets/rate_distortion/rate_distortion_view.h"

using namespace elbo;

namespace {

/// D = 90 + beta, R = log(8 / beta): the slope dD/dR is -beta.
DecoderCurvePoint pointAt(double beta) {
    return {beta, {std::log(8.0 / beta), 1e-3}, {90.0 + beta, 2e-3}};
}

/// What quadrature found on `examples` of 1000 test examples for a model of weight beta.
ExactFrame exactOf(int member, double beta, int examples) {
    ExactFrame exact;
    exact.member = member;
    exact.latentDim = 2;
    exact.forms.examples = examples;
    exact.forms.available = 1000;
    DecoderCurve& curve = exact.curve;
    for (double weight = 8.0; weight > 0.2; weight /= 2.0) {
        curve.points.push_back(pointAt(weight));
    }
    curve.best = pointAt(beta);
    curve.rate = 1.5;
    curve.distortion = 97.0;
    curve.inferenceGap = {97.0 + beta * 1.5 - curve.best.distortion.value - beta * curve.best.rate.value, 0.05};
    curve.examples = examples;
    return exact;
}

std::shared_ptr<Frame> frameWith(const std::vector<double>& betas, int examples) {
    const auto frame = sampleHistoryFrame(betas, 1000, 20, 5);
    frame->exactStep = 600;
    for (std::size_t member = 0; member < betas.size(); ++member) {
        frame->exactFrames.push_back(exactOf(static_cast<int>(member), betas[member], examples));
    }
    return frame;
}

RateDistortionDrawing drawn(const Frame& frame, PlaneAxes axes = PlaneAxes::Distortion) {
    return prepareRateDistortion(frame, Split::Test, axes, nullptr, true);
}

bool explains(const RateDistortionDrawing& drawing) {
    const std::vector<Key> keys = planeKeys(drawing, Theme::darkTheme());
    return std::any_of(keys.begin(), keys.end(), [](const Key& key) {
        return key.text == "best for this decoder" && !key.explanation.isEmpty();
    });
}

}  // namespace

class TestDecoderBound : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theCurveIsSmoothBetweenItsPoints() {
        const auto frame = frameWith({1.0}, 1000);
        const std::vector<DecoderBound> bounds = decoderBounds(*frame, Split::Test);
        QCOMPARE(bounds.size(), std::size_t{1});
        const std::vector<CurvePoint>& curve = bounds[0].curve;
        QVERIFY(curve.size() > 30);
        for (std::size_t i = 0; i < curve.size(); ++i) {
            const double beta = 8.0 * std::exp(-curve[i].rate);
            QVERIFY(std::abs(curve[i].distortion - 90.0 - beta) < 1e-3 * beta);
            QVERIFY(std::abs(curve[i].beta / beta - 1.0) < 1e-9);
            QVERIFY(i == 0 || curve[i].rate > curve[i - 1].rate);
        }
        QCOMPARE(bounds[0].step, std::int64_t{600});
    }

    /// 64 examples may be easier than those of the point by nats; what the encoder costs is the same on either.
    void aPartOfTheExamplesKeepsItsDistanceFromThePoint() {
        const auto frame = frameWith({2.0}, 64);
        const DecoderBound bound = decoderBounds(*frame, Split::Test).front();
        double rate = 0.0, distortion = 0.0;  // of the evaluation at the step of the curve
        for (const auto& report : frame->history) {
            if (report->step == 600) {
                rate = report->value("rate_test", 0);
                distortion = report->value("distortion_test", 0);
            }
        }
        QVERIFY(rate > 0.0);
        const double above = distortion + 2.0 * rate - bound.best.distortion - 2.0 * bound.best.rate;
        QVERIFY(std::abs(above - bound.gap) < 1e-9);
        QCOMPARE(bound.best.rate, pointAt(2.0).rate.value);  // up or down only
        for (const CurvePoint& point : bound.curve) {
            QVERIFY(distortion + point.beta * rate > point.distortion + point.beta * point.rate);
        }
        // All of them need no help.
        QCOMPARE(decoderBounds(*frameWith({2.0}, 1000), Split::Test).front().best.distortion, 92.0);
    }

    void itIsOfTestExamples() {
        const auto frame = frameWith({1.0}, 64);
        QVERIFY(decoderBounds(*frame, Split::Train).empty());
        QVERIFY(prepareRateDistortion(*frame, Split::Train, PlaneAxes::Distortion, nullptr, true).bounds.empty());
        QVERIFY(prepareRateDistortion(*frame, Split::Test).bounds.empty());  // not asked for
        QCOMPARE(drawn(*frame).bounds.size(), std::size_t{1});
        const auto averages = sampleHistoryFrame({1.0}, 1000, 20, 0);
        averages->exactFrames = frame->exactFrames;
        QVERIFY(drawn(*averages).bounds.empty());
    }

    void theLegendExplainsItAndHidesNothing() {
        for (const PlaneAxes axes : {PlaneAxes::Distortion, PlaneAxes::Elbo}) {
            const auto drawing = drawn(*frameWith({1.0, 4.0}, 1000), axes);
            QVERIFY(explains(drawing));
            RateDistortionPlot plot;
            plot.setDrawing(drawing);
            plot.setWindow(drawing.rates, drawing.heights);
            plot.toPixmap(420, 360);
            QVERIFY(!plot.legendBox().isEmpty());
            const QRectF box = plot.legendBox() & QRectF(plot.axisRect()->rect());
            for (const QLineF& line : plot.strokes()) {
                const int steps = static_cast<int>(std::ceil(line.length())) + 1;
                for (int i = 0; i <= steps; ++i) {
                    QVERIFY(!box.contains(line.pointAt(static_cast<double>(i) / steps)));
                }
            }
        }
        QVERIFY(!explains(prepareRateDistortion(*frameWith({1.0}, 64), Split::Test)));
    }

    /// Two members whose curves coincide: the same pixels are drawn in the one colour or in the other.
    void theCurveHasTheColourOfItsMember() {
        const auto frame = frameWith({1.0, 4.0}, 1000);
        const auto drawing = drawn(*frame);
        std::vector<QImage> images;
        for (int member = 0; member < 2; ++member) {
            auto one = drawing;
            one.bounds = {drawing.bounds[static_cast<std::size_t>(member)]};
            RateDistortionPlot plot;
            plot.setDrawing(one);
            plot.setWindow({0.0, 3.0}, {89.0, 99.0});
            images.push_back(plot.toPixmap(420, 360).toImage());
        }
        const auto distance = [&](const QColor& a, int member) {
            const QColor b = memberColor(Theme::darkTheme(), drawing.order, member);
            return std::abs(a.red() - b.red()) + std::abs(a.green() - b.green()) + std::abs(a.blue() - b.blue());
        };
        int differ = 0, right = 0;
        for (int y = 0; y < images[0].height(); ++y) {
            for (int x = 0; x < images[0].width(); ++x) {
                const QColor first = images[0].pixelColor(x, y), second = images[1].pixelColor(x, y);
                differ += first != second ? 1 : 0;
                right += first != second && distance(first, 0) < distance(second, 0) &&
                                 distance(second, 1) < distance(first, 1)
                             ? 1
                             : 0;
            }
        }
        QVERIFY2(differ > 100 && right > 9 * differ / 10, qPrintable(QString("%1 of %2").arg(right).arg(differ)));
    }

    void theTipSaysWhatTheEncoderCosts() {
        const auto drawing = drawn(*frameWith({2.0}, 64));
        RateDistortionPlot plot;
        plot.setDrawing(drawing);
        plot.setWindow(drawing.rates, drawing.heights);
        plot.toPixmap(420, 360);
        const auto textAt = [&](double rate, double distortion) {
            return plot.describe({plot.xAxis->coordToPixel(rate), plot.yAxis->coordToPixel(distortion)});
        };
        const RatePoint now = drawing.members[0].trail.back();
        const QString text = textAt(now.rate, now.distortion);
        QVERIFY2(text.contains("price of the encoder") && text.contains("inference gap") && text.contains("64 test"),
                 qPrintable(text));
        const CurvePoint& end = drawing.bounds[0].curve.back();
        plot.setWindow({end.rate - 1.0, end.rate + 1.0}, {end.distortion - 1.0, end.distortion + 1.0});
        plot.toPixmap(420, 360);
        QVERIFY(textAt(end.rate, end.distortion).contains("best for this decoder"));
    }

    void theViewAsksForItWhileItIsWanted() {
        RateDistortionView view;
        const auto asked = [&view](int latentDim) {
            ViewRequest request = ViewRequest::nothing();
            view.ask(request, {DataShape::point(2), latentDim, 1});
            return request.exact;
        };
        QVERIFY(!asked(2));
        view.resize(420, 360);
        view.show();
        view.showFrame(frameWith({1.0}, 64));
        QVERIFY(!view.csv().contains("best for this decoder"));
        auto* best = view.findChild<QToolButton*>("best");
        QTest::mouseClick(best, Qt::LeftButton);
        QVERIFY(view.bounds() && asked(2) && asked(1) && !asked(10));
        QVERIFY(
            view.csv().contains("\n\n# best for this decoder: any encoder lies on or above it, nats over these test "
                                "examples\nstep,member,examples,beta,rate,distortion,rate_error,distortion_error\n"
                                "600,0,64,8,0,98,0.001,0.002\n"));
        QVERIFY(
            view.csv().contains("rate_best_encoder,distortion_best_encoder,inference_gap,inference_gap_error\n"
                                "600,0,64,1,1.5,97,"));
        QVERIFY(sample::svgOf(view, {252, 200}).contains("best for this decoder"));
        QTest::mouseClick(best, Qt::LeftButton);
        QVERIFY(!asked(2) && !sample::svgOf(view, {252, 200}).contains("best for this decoder"));
    }

    void largeCodesAreToldWhy() {
        RateDistortionView view;
        const auto frame = sampleHistoryFrame({1.0}, 1000, 20, 5);
        LatentFrame latent;
        latent.latentDim = 10;
        frame->latents.push_back(latent);
        view.showFrame(frame);
        const auto* best = view.findChild<QToolButton*>("best");
        QVERIFY(!best->isEnabled() && best->toolTip().contains("one or two dimensions"));
    }
};

QTEST_MAIN(TestDecoderBound)
#include "tst_decoder_bound.moc"
