// Every weight of the objective is carried by whatever writes weights: metrics.jsonl, summary.json, measure, captions,
// exported tables, and the experiment inside a figure.
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "app/window/figure_layout.h"
#include "models/spec/terms.h"
#include "tests/app/program.h"
#include "training/experiment/experiment_text.h"
#include "widgets/kit/rich_symbol.h"
#include "widgets/rate_distortion/rate_distortion_view.h"

using namespace elbo;

class TestAllWeights : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void filesAndMeasures();
    void captionsAndTables();
    void figuresCarryTheKernelInForce();
};

namespace {

/// Weights of which no two are equal and none stands at its initial value.
Knobs distinct() {
    Knobs knobs;
    double value = 0.25;
    for (const KnobName& knob : kKnobNames) {
        knobs.*knob.value = value;
        value += 0.125;
    }
    return knobs;
}

nlohmann::json lastLine(const QByteArray& text) {
    return nlohmann::json::parse(text.trimmed().split('\n').back().toStdString(), nullptr, false);
}

void compare(const nlohmann::json& found, const char* where) {
    for (const KnobName& knob : kKnobNames) {
        QVERIFY2(found.contains(knob.metric), qPrintable(QString("%1: %2").arg(where, knob.metric)));
        QCOMPARE(found.at(knob.metric).get<double>(), distinct().*knob.value);
    }
}

}  // namespace

void TestAllWeights::filesAndMeasures() {
    QTemporaryDir folder;
    const QString run = folder.filePath("run");
    QStringList arguments{"train", "ring", "--steps", "4", "--json", "--out", run};
    for (const char* setting : {"data.train_size=200", "data.test_size=100", "encoder=[8]", "decoder=[8]",
                                "report_every=2", "objective.critic=[4]"}) {
        arguments << "--set" << setting;
    }
    for (const KnobName& knob : kKnobNames) {
        arguments << "--set" << QString("objective.%1=%2").arg(knob.name).arg(distinct().*knob.value);
    }
    const Outcome trained = elboroom(arguments);
    QVERIFY2(trained.code == 0, trained.err.constData());
    compare(lastLine(trained.out), "summary");
    QFile metrics(run + "/metrics.jsonl");
    QVERIFY(metrics.open(QIODevice::ReadOnly));
    compare(lastLine(metrics.readAll()), "metrics.jsonl");
    const Outcome measured = elboroom({"measure", run, "--only", "rate", "--json"});
    QVERIFY2(measured.code == 0, measured.err.constData());
    compare(lastLine(measured.out), "measure");
    // Every term that was weighed is there too, under a name of its own.
    for (const TermRow& term : kTerms) {
        if (term.weight(distinct(), {}) != 0.0) {
            QVERIFY2(lastLine(trained.out).contains(term.metric), term.metric);
        }
    }
}

void TestAllWeights::captionsAndTables() {
    Experiment experiment;
    Frame frame;
    frame.knobs = {distinct()};
    frame.report.step = 7;
    for (const char* name : {"rate", "distortion"}) {
        frame.report.values[name] = {1.0};
    }
    frame.history = {std::make_shared<const Report>(frame.report)};
    const FigureOptions options = figureOptions(experiment, frame);
    for (const KnobName& knob : kKnobNames) {
        const QString written =
            QString("%1 = %2").arg(plainSymbols(QString::fromUtf8(knob.symbol))).arg(distinct().*knob.value);
        QVERIFY2(options.caption.contains(written), qPrintable(written + " in " + options.caption));
    }
    RateDistortionView view;
    view.showFrame(std::make_shared<const Frame>(frame));
    const QString header = view.csv().section('\n', 1, 1);
    for (const KnobName& knob : kKnobNames) {
        QVERIFY2(header.split(',').contains(knob.metric), qPrintable(header));
    }
    // Weights that nobody touched need no room.
    frame.knobs = {Knobs{}};
    for (std::size_t place = kMainKnobs; place < kKnobCount; ++place) {
        const QString symbol = plainSymbols(QString::fromUtf8(kKnobNames[place].symbol));
        QVERIFY2(!figureOptions(experiment, frame).caption.contains(symbol + " = "), qPrintable(symbol));
    }
}

void TestAllWeights::figuresCarryTheKernelInForce() {
    Experiment experiment;
    Frame frame;
    frame.knobs = experiment.knobs;
    frame.objective = experiment.objective;
    frame.objective.kernel = DivergenceKernel::MultiScale;
    const std::string toml = figureOptions(experiment, frame).experimentToml.toStdString();
    QCOMPARE(parseExperiment(toml, "figure").objective.kernel, DivergenceKernel::MultiScale);
}

QTEST_MAIN(TestAllWeights)
#include "tst_all_weights.moc"
