// Transport and panel header: buttons follow the state of the run and ask for the right thing.
#include <QElapsedTimer>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include "tests/widgets/sample_history.h"
#include "widgets/kit/panel_frame.h"
#include "widgets/rate_distortion/rate_distortion_view.h"
#include "widgets/transport/transport_bar.h"

using namespace elbo;

class TestTransportBar : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void buttonsFollowTheState_data() {
        QTest::addColumn<int>("state");
        QTest::addColumn<bool>("play");
        QTest::addColumn<bool>("step");
        QTest::addColumn<bool>("reset");
        QTest::addColumn<QString>("text");
        const auto row = [](const char* name, RunState state, bool play, bool step, bool reset) {
            QTest::newRow(name) << static_cast<int>(state) << play << step << reset << QString(name);
        };
        row("Idle", RunState::Idle, true, true, false);
        row("Running", RunState::Running, true, false, true);
        row("Paused", RunState::Paused, true, true, true);
        row("Finished", RunState::Finished, true, true, true);
        row("Failed", RunState::Failed, false, false, true);
    }
    void buttonsFollowTheState() {
        QFETCH(int, state);
        QFETCH(bool, play);
        QFETCH(bool, step);
        QFETCH(bool, reset);
        QFETCH(QString, text);
        TransportBar bar;
        bar.setState(static_cast<RunState>(state), "because");
        QCOMPARE(bar.findChild<QToolButton*>("play")->isEnabled(), play);
        QCOMPARE(bar.findChild<QToolButton*>("step")->isEnabled(), step);
        QCOMPARE(bar.findChild<QToolButton*>("reset")->isEnabled(), reset);
        QCOMPARE(bar.findChild<QLabel*>("state")->text(), text);
        QCOMPARE(bar.findChild<QLabel*>("state")->toolTip(), "because");
    }

    void buttonsAsk() {
        TransportBar bar;
        bar.show();
        QSignalSpy play(&bar, &TransportBar::playRequested);
        QSignalSpy pause(&bar, &TransportBar::pauseRequested);
        QSignalSpy step(&bar, &TransportBar::stepRequested);
        QSignalSpy reset(&bar, &TransportBar::resetRequested);
        const auto click = [&](const char* name) {
            QTest::mouseClick(bar.findChild<QToolButton*>(name), Qt::LeftButton);
        };
        click("play");
        QCOMPARE(play.size(), 1);
        click("step");
        QCOMPARE(step.size(), 1);
        bar.setState(RunState::Running);
        click("play");
        QCOMPARE(pause.size(), 1);
        QCOMPARE(play.size(), 1);
        click("reset");
        QCOMPARE(reset.size(), 1);
    }

    void numbersComeFromTheFrame() {
        TransportBar bar;
        const auto frame = sampleHistoryFrame({1.0}, 4000, 20, 0);
        frame->totalSteps = 12000;
        bar.showFrame(frame);
        QCOMPARE(bar.state(), RunState::Running);
        QCOMPARE(bar.findChild<QLabel*>("steps")->text(), QString::fromUtf8("step 4\u2009000 / 12\u2009000"));
        QCOMPARE(bar.findChild<QLabel*>("speed")->text(), "523 steps/s");
        QCOMPARE(bar.findChild<QLabel*>("epoch")->text(), "epoch 40.0");
        const int width = bar.sizeHint().width();
        frame->report.step = 7;
        frame->report.epoch = 0.0;
        bar.showFrame(frame);
        QCOMPARE(bar.sizeHint().width(), width);
        bar.showFrame(nullptr);
    }

    void beyondThePlannedEndThereIsNoProgress() {
        TransportBar bar;
        const auto frame = sampleHistoryFrame({1.0}, 4000, 20, 0);
        frame->totalSteps = 3000;
        bar.showFrame(frame);
        QCOMPARE(bar.findChild<QLabel*>("steps")->text(), QString::fromUtf8("step 4\u2009000, 3\u2009000 planned"));
        QVERIFY(bar.findChild<QProgressBar*>()->isHidden());
        frame->totalSteps = 4000;
        bar.showFrame(frame);
        QVERIFY(!bar.findChild<QProgressBar*>()->isHidden());
    }

    void whatWasMovedByHandIsMarked() {
        TransportBar bar;
        bar.resize(900, 40);
        bar.show();
        auto* axis = bar.findChild<TimeAxis*>();
        const auto frame = sampleHistoryFrame({1.0}, 4000, 20, 0);
        frame->totalSteps = 10000;
        bar.showFrame(frame);
        QVERIFY(axis->marks().empty() && axis->toolTip().isEmpty());
        const QSize size = axis->size();
        const QImage without = axis->grab().toImage();

        const auto at = [](std::int64_t step, double beta) { return Move{step, Objective{{}, {Knobs{beta}}}}; };
        frame->moves = std::make_shared<const Moves>(Moves{at(0, 1.0), at(600, 4.0), at(3000, 2.0), at(9000, 8.0)});
        bar.showFrame(frame);
        QCOMPARE(axis->marks(), (std::vector<double>{0.06, 0.3}));  // the last is yet to come
        QCOMPARE(axis->toolTip(), QString::fromUtf8("Moved by hand:\nstep 600: \u03b2 1 \u2192 4\n"
                                                    "step 3\u2009000: \u03b2 4 \u2192 2"));
        QCoreApplication::processEvents();
        QCOMPARE(axis->size(), size);
        const QImage with = axis->grab().toImage();
        QVERIFY(with != without);
        QCOMPARE(with.pixelColor(static_cast<int>(0.3 * (with.width() - 2)) + 1, with.height() / 2),
                 Theme::darkTheme().text);

        frame->report.step = 9000;
        bar.showFrame(frame);
        QCOMPARE(axis->marks().size(), std::size_t(3));
        frame->moves = nullptr;
        bar.showFrame(frame);
        QVERIFY(axis->marks().empty() && axis->toolTip().isEmpty());
        bar.showFrame(frame);
        QCOMPARE(axis->size(), size);
    }

    void manyMovesCostNothingWhileNothingIsMoved() {
        TransportBar bar;
        const auto frame = sampleHistoryFrame({1.0}, 4000, 20, 0);
        frame->totalSteps = 10000;
        Moves moves;
        for (int i = 0; i < static_cast<int>(kMostMoves); ++i) {
            // In turn beta and lambda: each of them is a move of its own.
            const double half = i / 2;
            Move& move = moves.emplace_back();
            move.step = i / 3;
            move.objective.knobs.front() = {1.0 + half, 1.0 + half + i % 2};
        }
        frame->moves = std::make_shared<const Moves>(moves);
        bar.showFrame(frame);
        const QString words = bar.findChild<TimeAxis*>()->toolTip();
        QCOMPARE(words.count('\n'), 6);
        QElapsedTimer clock;
        clock.start();
        for (int i = 0; i < 1000; ++i) {
            ++frame->report.step;
            bar.showFrame(frame);
        }
        QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
        QCOMPARE(bar.findChild<TimeAxis*>()->toolTip(), words);
    }

    void aNarrowHeaderFoldsItsButtons() {
        auto* view = new RateDistortionView;
        QWidget host;
        host.resize(700, 400);
        PanelFrame& frame = *new PanelFrame(view, &host);
        frame.resize(600, 360);
        host.show();
        QTRY_VERIFY(!frame.folded());
        const int least = frame.minimumSizeHint().width();
        frame.resize(least, 360);
        QTRY_VERIFY(frame.folded());
        QVERIFY(!frame.findChild<QToolButton*>("export")->isVisible());
        auto* title = frame.findChild<QLabel*>();
        QVERIFY(title->width() >= title->minimumSizeHint().width());
        // What the buttons did is in the menu.
        QSignalSpy exported(&frame, &PanelFrame::exportRequested);
        QSignalSpy enlarged(&frame, &PanelFrame::maximiseRequested);
        for (QAction* action : frame.findChild<QMenu*>()->actions()) {
            action->trigger();
        }
        QCOMPARE(exported.size(), 1);
        QCOMPARE(enlarged.size(), 1);
        QCOMPARE(frame.minimumSizeHint().width(), least);
        frame.resize(600, 360);
        QTRY_VERIFY(!frame.folded());
    }

    void headersAskForTheirView() {
        auto* view = new RateDistortionView;
        PanelFrame frame(view);
        frame.resize(420, 360);
        frame.show();
        QSignalSpy exported(&frame, &PanelFrame::exportRequested);
        QSignalSpy enlarged(&frame, &PanelFrame::maximiseRequested);
        QTest::mouseClick(frame.findChild<QToolButton*>("export"), Qt::LeftButton);
        QCOMPARE(exported.size(), 1);
        QCOMPARE(exported[0][0].value<View*>(), view);
        QTest::mouseClick(frame.findChild<QToolButton*>("maximise"), Qt::LeftButton);
        QCOMPARE(enlarged.size(), 1);
        frame.setMaximised(true);
        QCOMPARE(frame.findChild<QToolButton*>("maximise")->toolTip(), "Back to all panels");
        QCOMPARE(frame.findChild<QToolButton*>("explain")->toolTip(), view->explanation());
    }
};

QTEST_MAIN(TestTransportBar)
#include "tst_transport_bar.moc"
