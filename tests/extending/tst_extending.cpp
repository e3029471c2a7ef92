// The worked examples of docs/EXTENDING.md: the page holds them word for word, and they do what it says.

#include <QFile>
#include <QImage>
#include <QtTest>

#include "laplace_prior.cpp"
#include "models/tensor/torch.h"
#include "step_view.h"
#include "tests/models/differences.h"
#include "triangle_set.cpp"

using namespace elbo;

class TestExtending : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void thePageHoldsTheCode_data();
    void thePageHoldsTheCode();
    void thePageNamesRealFiles();
    void thePriorIsADistribution();
    void theDataAreThoseOfATriangle();
    void theViewShowsAndExports();
};

namespace {

QString contents(const QString& path) {
    QFile file(QString(ELBOROOM_SOURCE_DIR) + "/" + path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

}  // namespace

void TestExtending::thePageHoldsTheCode_data() {
    QTest::addColumn<QString>("file");
    for (const char* file : {"laplace_prior.h", "laplace_prior.cpp", "triangle_set.cpp", "step_view.h"}) {
        QTest::newRow(file) << QString(file);
    }
}

void TestExtending::thePageHoldsTheCode() {
    QFETCH(QString, file);
    const QString code = contents("tests/extending/" + file);
    QVERIFY(code.size() > 100);
    QVERIFY2(contents("docs/EXTENDING.md").contains("```cpp\n" + code + "```\n"), qPrintable(file));
}

void TestExtending::thePageNamesRealFiles() {
    const QRegularExpression path("`((?:models|training|widgets|app|resources)/[a-z_/]+\\.(?:h|cpp|toml))`");
    int found = 0;
    for (auto match = path.globalMatch(contents("docs/EXTENDING.md")); match.hasNext(); ++found) {
        const QString name = match.next().captured(1);
        QVERIFY2(QFile::exists(QString(ELBOROOM_SOURCE_DIR) + "/" + name), qPrintable(name));
    }
    QVERIFY(found > 10);
}

void TestExtending::thePriorIsADistribution() {
    ModelSpec spec;
    spec.latentDim = 2;
    const auto layout = std::make_shared<ParameterLayout>();
    const LaplacePrior prior(spec, *layout);
    const FleetParameters parameters(layout, torch::zeros({1, 0}, torch::kFloat64));
    const double reach = prior.reach(parameters).abs().max().item<double>();
    const auto [nodes, cell] = evenGrid(reach, 2401, 2);
    const torch::Tensor p = prior.logDensity(parameters, nodes)[0].exp() * cell;
    // A kink at the axes: the trapezoidal sum is good to the square of the step.
    QVERIFY(std::abs(p.sum().item<double>() - 1.0) < 1e-4);
    QVERIFY(std::abs((p * nodes.select(1, 0).square()).sum().item<double>() - 1.0) < 1e-4);
    torch::manual_seed(1);
    const torch::Tensor draws = prior.draw(parameters, torch::randn({200000, 2}, torch::kFloat64));
    QVERIFY((draws.mean(0).abs().max() < 0.02).item<bool>());
    QVERIFY(((draws.var(0) - 1.0).abs().max() < 0.03).item<bool>());
    const torch::Tensor z = torch::tensor({{{0.5, -2.0}}}, torch::kFloat64);
    QVERIFY(torch::allclose(prior.score(parameters, z), -std::sqrt(2.0) * z.sign(), 1e-12));
}

void TestExtending::theDataAreThoseOfATriangle() {
    const DataReader reader = triangleReaders().front();
    QVERIFY(reader.builtIn() && reader.heeds("train_size") && !reader.heeds("noise"));
    DataSpec spec;
    spec.trainSize = 500;
    spec.testSize = 100;
    const Dataset set = reader.read(spec);
    QCOMPARE(set.train.size(), 500);
    QCOMPARE(set.test.size(), 100);
    QVERIFY(set.train.values != set.test.values);
    QCOMPARE(reader.read(spec).train.values, set.train.values);
    for (int i = 0; i < set.train.size(); ++i) {
        const float* point = set.train.row(i);
        QVERIFY(point[0] >= 0.0F && point[1] >= 0.0F && point[0] + point[1] <= 1.0F);
    }
}

void TestExtending::theViewShowsAndExports() {
    StepView view;
    Frame frame;
    frame.report.step = 1234;
    view.setTheme(Theme::lightTheme());
    view.showFrame(std::make_shared<const Frame>(frame));
    QCOMPARE(view.csv(), QString("step\n1234\n"));
    QVERIFY(view.suits({}));
    QImage image(200, 100, QImage::Format_ARGB32);
    image.fill(Qt::white);
    QCPPainter painter(&image);
    view.renderFigure(painter, QRectF(0, 0, 200, 100), Theme::lightTheme());
    painter.end();
    QImage blank(200, 100, QImage::Format_ARGB32);
    blank.fill(Qt::white);
    QVERIFY(image != blank);
}

QTEST_MAIN(TestExtending)
#include "tst_extending.moc"
