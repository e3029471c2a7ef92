// Ticks on the slider of beta: where a linear model loses a direction of the data.
#include <QApplication>
#include <QHelpEvent>
#include <QTest>
#include <QToolTip>
#include <cmath>

#include "tests/widgets/objective/panel_bench.h"
#include "widgets/kit/tips.h"
#include "widgets/objective/knob_options.h"
#include "widgets/objective/objective_panel.h"

using namespace elbo;

class TestDirectionTicks : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aLinearModelTellsWhereItLosesADirection() {
        sample::Bench bench;
        ObjectivePanel& panel = bench.panel;
        Experiment experiment;
        panel.setExperiment(experiment, 0);
        auto frame = std::make_shared<Frame>();
        frame->knobs = experiment.knobs;
        frame->directionThresholds = {16.0, 4.0, 1e-4};  // the last one is beyond the scale
        panel.showFrame(frame);
        auto* beta = static_cast<KnobSlider*>(panel.findChild<QSlider*>("betaSlider")->parentWidget());
        QCOMPARE(beta->ticks().size(), std::size_t{2});
        QCOMPARE(beta->ticks()[0].value, 16.0);
        QVERIFY(beta->ticks()[0].words.contains("no direction of the data"));
        QVERIFY(beta->ticks()[1].words.contains("1 direction of the data"));
        QVERIFY(static_cast<KnobSlider*>(panel.findChild<QSlider*>("alphaSlider")->parentWidget())->ticks().empty());

        // The handle would stand on it.
        auto* slider = panel.findChild<QSlider*>("betaSlider");
        const int handle = slider->x() + bench.handle(slider, knobOptions(0).scale.position(16.0)).x();
        QVERIFY2(std::abs(beta->tickPosition(0) - handle) <= 2,
                 qPrintable(QString("%1 %2").arg(beta->tickPosition(0)).arg(handle)));
        const QPoint place(beta->tickPosition(0), slider->y() + 2);
        const QImage with = beta->grab().toImage();
        const auto tip = [&](const QPoint& at) {
            QHelpEvent help(QEvent::ToolTip, slider->mapFrom(beta, at), beta->mapToGlobal(at));
            QApplication::sendEvent(slider, &help);
            return QToolTip::text();
        };
        WrappedTips wrapped;  // as in the window
        qApp->installEventFilter(&wrapped);
        QVERIFY(tip(place).contains("no direction of the data"));
        QCOMPARE(tip(place + QPoint(20, 0)), wrappedTip(beta->toolTip()));

        // Another weight moves the places: alpha to where beta - alpha meets them, any other out of what is known.
        panel.setKnobs({{1.0, 0.5, 0.5}}, 0);
        QCOMPARE(beta->ticks()[0].value, 16.5);
        panel.setKnobs({{1.0, 100.0, 0.0}}, 0);
        QVERIFY(beta->ticks().empty());
        QVERIFY(beta->grab().toImage().pixel(place) != with.pixel(place));
    }
};

QTEST_MAIN(TestDirectionTicks)
#include "tst_direction_ticks.moc"
