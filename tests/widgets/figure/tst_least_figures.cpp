// The least sizes of exact views and health, measured: at that size they say everything, and a little below it they do
// not.
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <iterator>

#include "tests/widgets/figure_files.h"
#include "tests/widgets/sample_frames.h"
#include "tests/widgets/svg_texts.h"
#include "widgets/exact/elbo_forms_view.h"
#include "widgets/exact/posterior_view.h"
#include "widgets/figure/figure_export.h"
#include "widgets/health/health_panel.h"

using namespace elbo;

namespace {

/// Without any space, also those that a line break takes.
QString bare(const QString& text) {
    QString letters;
    std::copy_if(text.begin(), text.end(), std::back_inserter(letters), [](QChar letter) { return !letter.isSpace(); });
    return letters;
}

/// Everything that is written, without spaces.
QString words(const std::vector<sample::SvgText>& texts) {
    QString all;
    for (const auto& text : texts) {
        all += bare(text.text);
    }
    return all;
}

Frame healthFrame(int members, int troubles) {
    Frame frame = sample::planeFrame(members);
    frame.healthKnown = true;
    frame.healthStep = 1200;
    for (int i = 0; i < troubles; ++i) {
        HealthFinding finding = sample::collapse(i % members);
        finding.kind = static_cast<HealthKind>(i % 4);
        frame.findings.push_back(finding);
    }
    return frame;
}

}  // namespace

class TestLeastFigures : public QObject {
    Q_OBJECT

    QTemporaryDir folder_;

    std::vector<sample::SvgText> textsOf(const View& view, const FigureOptions& options, QSizeF* page) {
        exportFigure({{&view}}, folder_.filePath("figure.svg"), options);
        return sample::textsOf(sample::contents(folder_.filePath("figure.svg")), page);
    }

    static FigureOptions leastOptions(const View& view, double width) {
        FigureOptions options;
        options.millimetres = {width, 40.0};
        options.millimetres = leastFigureSize({{&view}}, options);
        return options;
    }

    static void addWidths(const char* column, const QStringList& cases) {
        QTest::addColumn<QString>(column);
        QTest::addColumn<double>("width");
        for (const QString& each : cases) {
            for (const double width : {60.0, 85.0, 180.0}) {
                QTest::addRow("%s, %g mm", qPrintable(each), width) << each << width;
            }
        }
    }

  private Q_SLOTS:
    void healthSaysEverySentence_data() { addWidths("state", {"measuring", "healthy", "trouble", "a fleet"}); }
    void healthSaysEverySentence() {
        QFETCH(const QString, state);
        QFETCH(const double, width);
        HealthPanel panel;
        if (state != "measuring") {
            const int members = state == "a fleet" ? 3 : 1;
            panel.showFrame(sample::share(healthFrame(members, state == "healthy" ? 0 : members == 1 ? 3 : 9)));
        }
        FigureOptions options = leastOptions(panel, width);
        QSizeF page;
        auto texts = textsOf(panel, options, &page);
        QCOMPARE(sample::flawOf(texts, page), QString());
        const QString said = words(texts);
        for (const HealthCheck& check : panel.list().checks) {
            for (const QString& sentence :
                 check.found ? QStringList{check.sentence, check.evidence} : QStringList{check.meaning}) {
                QVERIFY2(said.contains(bare(sentence)), qPrintable(sentence));
            }
        }
        QVERIFY(options.millimetres.width() < width + 1.0);  // it needs no more than was asked for
        // Sentences may be set a little smaller; at a third of the height they are cut or left out.
        options.millimetres.rheight() *= 0.33;
        texts = textsOf(panel, options, &page);
        QVERIFY(!sample::flawOf(texts, page).isEmpty() || words(texts).size() < said.size());
    }

    void healthAsNarrowAsItCanBeIsHardlyHigher() {
        for (const int troubles : {0, 3}) {
            HealthPanel panel;
            panel.showFrame(sample::share(healthFrame(1, troubles)));
            const QSizeF least = panel.leastFigure(10.0);
            QVERIFY(least.height() < 1.4 * panel.leastFigure(1.05 * least.width()).height());
        }
    }

    void formsKeepTheirCaptionsAndFooter_data() { addWidths("members", {"1", "2", "4"}); }
    void formsKeepTheirCaptionsAndFooter() {
        QFETCH(const QString, members);
        QFETCH(const double, width);
        ElboFormsView view;
        view.showFrame(sample::share(sample::exactFrame(2, members.toInt())));
        FigureOptions options = leastOptions(view, width);
        QSizeF page;
        auto texts = textsOf(view, options, &page);
        QCOMPARE(sample::flawOf(texts, page), QString());
        const QString footer = QString::fromUtf8("KL(p(z)\u2016q(z))"),
                      caption = QString::fromUtf8("KL(q(z)\u2016p(z))");
        QCOMPARE(words(texts).count(footer), members.toInt());
        QCOMPARE(words(texts).count(caption), members.toInt());
        QVERIFY(sample::axisNumbers(texts).below >= 2);
        options.millimetres.rheight() *= 0.8;
        texts = textsOf(view, options, &page);
        QVERIFY(words(texts).count(footer) < members.toInt());
    }

    void posteriorsKeepTheirExamples_data() {
        addWidths("kind", {"line", "plane", "line means", "plane means", "fleet"});
    }
    void posteriorsKeepTheirExamples() {
        QFETCH(const QString, kind);
        QFETCH(const double, width);
        const int dims = kind.startsWith("line") ? 1 : 2, members = kind == "fleet" ? 4 : 1;
        PosteriorView view;
        view.showFrame(sample::share(sample::exactFrame(dims, members)));
        view.setContent(kind.endsWith("means") ? PosteriorContent::Means : PosteriorContent::Posteriors);
        const FigureOptions options = leastOptions(view, width);
        QSizeF page;
        const auto texts = textsOf(view, options, &page);
        QCOMPARE(sample::flawOf(texts, page), QString());
        if (kind.endsWith("means")) {
            const auto numbers = sample::axisNumbers(texts);
            QVERIFY(numbers.below >= 2 && numbers.beside >= 2);
            return;
        }
        const QString said = words(texts);
        QCOMPARE(said.count("KL"), 6 * members);  // six examples each
        for (const char* name : {"0KL", "3KL", "5KL"}) {
            QVERIFY2(said.count(name) == members, qPrintable(QString(name) + " in " + said));
        }
    }

    void emptyViewsHaveALeastSizeToo() {
        const ElboFormsView forms;
        const PosteriorView posteriors;
        for (const View* view : {static_cast<const View*>(&forms), static_cast<const View*>(&posteriors)}) {
            const QSizeF least = leastOptions(*view, 85.0).millimetres;
            QVERIFY(least.width() >= 85.0 - 1e-6 && least.width() < 120.0);
            QVERIFY(least.height() > 10.0 && least.height() < 120.0);
        }
    }

    void largerTypeNeedsMoreRoom() {
        ElboFormsView view;
        view.showFrame(sample::share(sample::exactFrame(2, 1)));
        FigureOptions options;
        options.millimetres = {85.0, 40.0};
        const double usual = leastFigureSize({{&view}}, options).height();
        options.fontPoints = 10.0;
        QVERIFY(leastFigureSize({{&view}}, options).height() > 1.3 * usual);
    }
};

QTEST_MAIN(TestLeastFigures)
#include "tst_least_figures.moc"
