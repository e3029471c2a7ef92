// What was moved by hand, as a value, as text and in words.
#include <QtTest>
#include <random>
#include <string>

#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "training/experiment/move_words.h"
#include "training/experiment/moves.h"

using namespace elbo;

namespace {

Objective weighing(double beta, double lambda = 1.0) {
    Experiment experiment;
    experiment.knobs.front().beta = beta;
    experiment.knobs.front().lambda = lambda;
    return experiment.whole();
}

Experiment movedExperiment() {
    Experiment e;
    e.knobs = {Knobs{4.0, 10.0, 0.0}};
    e.objective.divergence = DivergenceKind::Adversarial;
    Objective first = weighing(1.0);
    Objective second = first;
    second.knobs[0].beta = 4.0;
    Objective third = second;
    third.spec.divergence = DivergenceKind::Adversarial;
    third.spec.critic = {16, 8};
    Objective last = e.whole();
    e.history.moves = {{0, first}, {600, second}, {812, third}, {812, last}};
    return e;
}

std::string refusal(const std::string& moves) {
    try {
        parseExperiment("[history]\nmoves = " + moves + "\n[objective]\nbeta = 4.0\n", "lab.toml");
    } catch (const InputError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

class TestMoves : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aFileReadsBackAsItWas() {
        const Experiment e = movedExperiment();
        const std::string text = writeExperiment(e);
        QVERIFY2(text.find("\"600: beta = 4.0\"") != std::string::npos, text.c_str());
        QCOMPARE(parseExperiment(text, "lab.toml"), e);
    }

    void fleetsReadBackWhateverVaries() {
        std::mt19937 random(7);
        const std::vector<double> values{0.0, 0.1, 1.0, 1.0 / 3.0, 4.0};
        const auto draw = [&] { return values[random() % values.size()]; };
        for (int trial = 0; trial < 200; ++trial) {
            Experiment e;
            const std::size_t members = 1 + random() % 3;
            const auto fleet = [&] {
                std::vector<Knobs> knobs(members);
                for (const KnobName& knob : kKnobNames) {
                    const double all = draw();
                    const bool alike = random() % 2 == 0;
                    for (Knobs& member : knobs) {
                        member.*knob.value = alike ? all : draw();
                    }
                }
                return knobs;
            };
            e.knobs = fleet();
            std::int64_t step = 0;
            for (int move = 0; move < 4; ++move) {
                e.history.moves.push_back({step, {e.objective, fleet()}});
                step += static_cast<std::int64_t>(random() % 100);
            }
            e.history.moves.push_back({step, e.whole()});
            QCOMPARE(parseExperiment(writeExperiment(e), "lab.toml"), e);
        }
    }

    void aFleetThatWasMadeAlikeReadsBack() {
        Experiment e;
        e.knobs.resize(2);
        e.knobs[1].lambda = 5.0;
        Objective alike = e.whole();
        alike.knobs[1].lambda = e.knobs[0].lambda;
        e.history.moves = {{0, e.whole()}, {300, alike}, {900, e.whole()}};
        QCOMPARE(parseExperiment(writeExperiment(e), "lab.toml"), e);
    }

    void whatNoRunCanHaveDoneIsRefusedWithItsPlace_data() {
        QTest::addColumn<QString>("moves");
        QTest::addColumn<QString>("says");
        QTest::newRow("no step") << "[\"beta = 4\"]"
                                 << "a step and what it set";
        QTest::newRow("not at 0") << "[\"5: beta = 1\"]"
                                  << "at step 0";
        QTest::newRow("backwards") << "[\"0: beta = 1\", \"9: beta = 2\", \"8: beta = 4\"]"
                                   << "at place 3";
        QTest::newRow("unknown weight") << "[\"0: beat = 1\"]"
                                        << "did you mean";
        QTest::newRow("out of range") << "[\"0: critic_steps = 0\"]"
                                      << "critic_steps";
        QTest::newRow("another fleet") << "[\"0: beta = [1, 2]\", \"7: beta = 4\"]"
                                       << "at place 2, but every move has the same members";
        QTest::newRow("not of the objective") << "[\"0: ../run.steps = 4\"]"
                                              << "history.moves";
        QTest::newRow("not a list") << "7"
                                    << "must be a list";
    }

    void whatNoRunCanHaveDoneIsRefusedWithItsPlace() {
        QFETCH(QString, moves);
        QFETCH(QString, says);
        const std::string found = refusal(moves.toStdString());
        QVERIFY2(found.find("lab.toml: line 2") == 0, found.c_str());
        QVERIFY2(found.find(says.toStdString()) != std::string::npos, found.c_str());
    }

    void otherMembersThanThoseOfTheFileAreRefused() {
        const std::string found = refusal("[\"0: beta = [1, 2]\", \"7: beta = [1, 3]\"]");
        QVERIFY2(found.find("same members") != std::string::npos, found.c_str());
    }

    void whatWasMovedBackReadsBack() {
        Experiment e;
        const Objective begun = e.whole();
        recordMove(e.history.moves, 600, begun, weighing(4.0), true);
        recordMove(e.history.moves, 900, weighing(4.0), begun, true);
        QCOMPARE(e.whole(), begun);
        QCOMPARE(parseExperiment(writeExperiment(e), "lab.toml"), e);
    }

    void settingTheObjectiveDropsTheWayToTheOldOne() {
        Experiment e = movedExperiment();
        assignField(e, "data.train_size=700");
        QVERIFY(!e.history.moves.empty());
        assignField(e, "beta=4");  // which it is already
        QVERIFY(!e.history.moves.empty());
        assignField(e, "beta=2");
        QVERIFY(e.history.moves.empty());
    }

    void oneStepHoldsOneSettingOfTheWeights() {
        Moves moves;
        const Objective a = weighing(1.0), b = weighing(2.0), c = weighing(3.0);
        recordMove(moves, 5, a, b, true);
        recordMove(moves, 5, b, c, true);
        QCOMPARE(moves, (Moves{{0, a}, {5, c}}));
        recordMove(moves, 5, c, b, false);
        QCOMPARE(moves.size(), std::size_t{3});
    }

    void aHistoryStaysBoundedAndKeepsWhatIsInForce() {
        Moves moves;
        Objective now = weighing(1.0);
        for (std::int64_t step = 1; step <= 12'000; ++step) {
            Objective next = now;
            next.knobs[0].beta = 0.1 + 1e-4 * static_cast<double>(step) / 3.0;
            recordMove(moves, step, now, next, true);
            now = next;
        }
        QVERIFY(moves.size() <= kMostMoves);
        QVERIFY(withinBounds(moves));
        QCOMPARE(moves.back().objective, now);
        Experiment e;
        e.knobs = now.knobs;
        e.history.moves = moves;
        const std::string text = writeExperiment(e);
        QVERIFY2(text.size() < (1U << 20U), std::to_string(text.size()).c_str());
        QCOMPARE(parseExperiment(text, "lab.toml").history.moves.size(), moves.size());
    }

    void aDragIsOneStretchInWords() {
        Moves moves{{0, weighing(1.0)}};
        for (int i = 1; i <= 5; ++i) {
            moves.push_back({100 + 2 * i, weighing(1.0 + 0.6 * i)});
        }
        moves.push_back({500, weighing(4.0, 10.0)});
        const auto stretches = stretchesOf(moves, 1000, 20);
        QCOMPARE(stretches.size(), std::size_t{2});
        QCOMPARE(stretches[0].first, std::int64_t{102});
        QCOMPARE(stretches[0].last, std::int64_t{110});
        QCOMPARE(QString::fromStdString(stretches[0].words), QString::fromUtf8("β 1 → 4"));
        QCOMPARE(stretchesOf(moves, 300, 20).size(), std::size_t{1});  // the later one is still to come
        QCOMPARE(stretchesOf(moves, 1000, 1).size(), std::size_t{6});
        QCOMPARE(QString::fromStdString(movesInWords(moves, 1000, 20, 1)),
                 QString::fromUtf8("β 1 → 4 (steps 102 to 110), and 1 more"));
        QVERIFY(movesInWords({}, 1000, 20, 3).empty());
    }
};

QTEST_APPLESS_MAIN(TestMoves)
#include "tst_moves.moc"
