// Strict reading of point files, and the measures of plain point sets.

#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <fstream>
#include <stop_token>

#include "models/tensor/torch.h"
#include "tests/oracles.h"
#include "training/experiment/experiment.h"
#include "training/experiment/input_error.h"
#include "training/measure/points/henze_zirkler.h"
#include "training/measure/points/point_measures.h"
#include "training/measure/points/svm_error.h"

using namespace elbo;

namespace {

Points pointsOf(const std::vector<std::vector<double>>& rows) {
    Points points(static_cast<Eigen::Index>(rows.size()), static_cast<Eigen::Index>(rows[0].size()));
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t j = 0; j < rows[i].size(); ++j) {
            points(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = rows[i][j];
        }
    }
    return points;
}

bool close(double found, double expected, double tolerance) {
    if (std::abs(found - expected) <= tolerance) {
        return true;
    }
    qWarning("found %.12g, expected %.12g", found, expected);
    return false;
}

Points normalPoints(int n, int dim, int seed) {
    torch::manual_seed(static_cast<std::uint64_t>(seed));
    const torch::Tensor values = torch::randn({n, dim}, torch::kFloat64);
    return Eigen::Map<const Points>(values.data_ptr<double>(), n, dim);
}

const Points kA = pointsOf({{0, 0}, {1, 0}, {0, 1}});
const Points kB = pointsOf({{2, 2}, {3, 2}, {2, 3}, {3, 3}});

}  // namespace

class TestPoints : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void reads_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("commas") << QByteArray("1,2\n3,-4e0\n");
        QTest::newRow("no last newline") << QByteArray("1,2\n3,-4");
        QTest::newRow("header") << QByteArray("x, y\n1, 2\n3, -4\n");
        QTest::newRow("quoted header") << QByteArray("\"z 1\",\"z 2\"\n1,2\n3,-4\n");
        QTest::newRow("semicolons") << QByteArray("1;2\n3;-4\n");
        QTest::newRow("tabs") << QByteArray("1\t2\n3\t-4\n");
        QTest::newRow("spaces") << QByteArray("  1   2\n 3 -4 \n");
        QTest::newRow("CRLF") << QByteArray("a,b\r\n1,2\r\n3,-4\r\n");
        QTest::newRow("byte order mark") << QByteArray(
            "\xef\xbb\xbf"
            "1,2\n3,-4\n");
        QTest::newRow("plus signs") << QByteArray("+1,+2\n+3.0,-4\n\n\n");
    }

    void reads() {
        QFETCH(const QByteArray, text);
        const Points points = read(text);
        QVERIFY(points == pointsOf({{1, 2}, {3, -4}}));
    }

    void refuses_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("place");
        QTest::newRow("empty") << QByteArray() << QByteArray("holds no point");
        QTest::newRow("header only") << QByteArray("x,y\n") << QByteArray("holds no point");
        QTest::newRow("ragged") << QByteArray("1,2\n3\n") << QByteArray("line 2: expected 2 values");
        QTest::newRow("longer") << QByteArray("x,y\n1,2\n3,4,5\n") << QByteArray("line 3: expected 2 values");
        QTest::newRow("word") << QByteArray("1,2\n3,four\n") << QByteArray("line 2, column 2");
        QTest::newRow("word in the first line") << QByteArray("1,two\n3,4\n") << QByteArray("line 1, column 2");
        QTest::newRow("typing error in the first line") << QByteArray("1x,2y\n3,4\n") << QByteArray("line 1, column 1");
        QTest::newRow("missing") << QByteArray("1,2\n3,\n") << QByteArray("line 2, column 2");
        QTest::newRow("not a number") << QByteArray("nan,nan\n1,2\n") << QByteArray("line 1, column 1");
        QTest::newRow("infinite") << QByteArray("1,2\n3,inf\n") << QByteArray("line 2, column 2");
        QTest::newRow("too large") << QByteArray("1,2\n3,1e999\n") << QByteArray("line 2, column 2");
        QTest::newRow("hexadecimal") << QByteArray("1,2\n3,0x10\n") << QByteArray("line 2, column 2");
        QTest::newRow("decimal comma") << QByteArray("1,5;2,5\n") << QByteArray("line 1, column 2");
        QTest::newRow("hole") << QByteArray("1,2\n\n3,4\n") << QByteArray("line 2 is empty");
        QTest::newRow("binary") << QByteArray("\x01\x02\x03\n\x04", 5) << QByteArray("line 2, column 1");
    }

    void refuses() {
        QFETCH(const QByteArray, text);
        QFETCH(const QByteArray, place);
        try {
            read(text);
            QFAIL("no error");
        } catch (const InputError& error) {
            QVERIFY2(QByteArray(error.what()).contains(place), error.what());
            QVERIFY2(QByteArray(error.what()).contains("points.csv: "), error.what());
        }
    }

    void absentFilesAndFoldersAreErrors() {
        QVERIFY_EXCEPTION_THROWN(readPoints("/nonexistent/points.csv"), InputError);
        QVERIFY_EXCEPTION_THROWN(readPoints("/tmp"), InputError);
    }

    void henzeZirklerAgreesWithTheOracles_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"normal2", "normal5", "uniform2"}) {
            QTest::newRow(name) << QString("henze_zirkler_%1.json").arg(name);
        }
    }

    void henzeZirklerAgreesWithTheOracles() {
        QFETCH(const QString, name);
        const auto json = oracle(name.toStdString());
        if (!json) {
            QSKIP("the reference files are not here");
        }
        const Points points = pointsOf(json->at("points").get<std::vector<std::vector<double>>>());
        const auto expected = json->at("statistic").get<double>();
        QVERIFY(close(henzeZirkler(points).statistic, expected, 1e-9));
        // Affine maps change nothing.
        const Points moved = (points * 1e3).rowwise() + Eigen::RowVectorXd::Constant(points.cols(), 7.0);
        QVERIFY(close(henzeZirkler(moved).statistic, expected, 1e-9));
    }

    void henzeZirklerOfGeometricSets() {
        const HenzeZirkler square = henzeZirkler(pointsOf({{1, 1}, {1, -1}, {-1, 1}, {-1, -1}}));
        QVERIFY(close(square.statistic, 0.1504318306, 1e-9));
        QVERIFY(close(square.pValue, 0.8169730935, 1e-9));
        std::vector<std::vector<double>> grid, circle;
        for (int i = -2; i <= 2; ++i) {
            for (int j = -2; j <= 2; ++j) {
                grid.push_back({static_cast<double>(i), static_cast<double>(j)});
            }
        }
        for (int i = 0; i < 12; ++i) {
            circle.push_back({std::cos(i * M_PI / 6.0), std::sin(i * M_PI / 6.0)});
        }
        QVERIFY(close(henzeZirkler(pointsOf(grid)).statistic, 0.3303335216, 1e-9));
        QVERIFY(close(henzeZirkler(pointsOf(grid)).pValue, 0.6953024702, 1e-9));
        QVERIFY(close(henzeZirkler(pointsOf(circle)).statistic, 0.5414837180, 1e-9));
        QVERIFY(close(henzeZirkler(pointsOf(circle)).pValue, 0.1187687222, 1e-9));
    }

    void singularCovarianceGivesFourN() {
        const HenzeZirkler line = henzeZirkler(pointsOf({{0, 0}, {1, 2}, {2, 4}, {3, 6}, {5, 10}}));
        QCOMPARE(line.statistic, 20.0);
        QVERIFY(line.pValue < 1e-6);
        QCOMPARE(henzeZirkler(pointsOf({{1, 1}, {1, 2}, {1, 5}})).statistic, 12.0);
    }

    /// Under the null the p-value is close to uniform, so few of 200 samples fall below 5 %.
    void pValuesAreHonest() {
        int below = 0;
        for (int seed = 0; seed < 200; ++seed) {
            below += henzeZirkler(normalPoints(100, 2, seed)).pValue < 0.05 ? 1 : 0;
        }
        QVERIFY2(below >= 2 && below <= 22, qPrintable(QString::number(below)));
    }

    void smoothKnnFixtures_data() {
        QTest::addColumn<int>("k");
        QTest::addColumn<QList<double>>("alphas");
        QTest::addColumn<double>("crossing");
        QTest::addColumn<double>("variance");
        QTest::addColumn<double>("value");
        QTest::newRow("1, 0.5") << 1 << QList<double>{0.5} << 2.3677528914 << 0.1984979744 << 3.66351;
        QTest::newRow("1, 1") << 1 << QList<double>{1.0} << 1.2202294949 << 0.5904073867 << 3.61767;
        QTest::newRow("1, 4") << 1 << QList<double>{4.0} << 0.0212892595 << 1.5759285169 << 3.16937;
        QTest::newRow("2, 0.5") << 2 << QList<double>{0.5} << 5.3510395848 << 0.5147198017 << 3.69221;
        QTest::newRow("2, 1") << 2 << QList<double>{1.0} << 3.2062970924 << 1.6832100457 << 3.69488;
        QTest::newRow("1, three") << 1 << QList<double>{0.5, 1.0, 4.0} << 1.2030905486 << -1.0 << 3.44809;
    }

    void smoothKnnFixtures() {
        QFETCH(const int, k);
        QFETCH(const QList<double>, alphas);
        QFETCH(const double, crossing);
        QFETCH(const double, variance);
        QFETCH(const double, value);
        const SmoothKnn found = smoothKnn(kA, kB, {k, {alphas.begin(), alphas.end()}});
        QVERIFY(close(found.crossing, crossing, 1e-9));
        QVERIFY(close(found.expectation, 4.0 * k, 1e-9));
        QVERIFY(variance < 0.0 || close(found.variance, variance, 1e-9));
        QVERIFY(close(found.value, value, 1e-5));
    }

    /// Over all splits of the pool the t-value has mean 0 and standard deviation 1.
    void smoothKnnOverAllSplits() {
        const Points pool = normalPoints(8, 2, 4);
        double sum = 0.0, squares = 0.0;
        int splits = 0;
        for (unsigned mask = 0; mask < 256; ++mask) {
            if (__builtin_popcount(mask) != 3) {
                continue;
            }
            Points a(3, 2), b(5, 2);
            Eigen::Index inA = 0, inB = 0;
            for (Eigen::Index i = 0; i < 8; ++i) {
                if ((mask >> i & 1U) != 0) {
                    a.row(inA++) = pool.row(i);
                } else {
                    b.row(inB++) = pool.row(i);
                }
            }
            const SmoothKnn found = smoothKnn(a, b, {2, {0.7}});
            const double t = (found.expectation - found.crossing) / std::sqrt(found.variance);
            sum += t;
            squares += t * t;
            ++splits;
        }
        QVERIFY(close(sum / splits, 0.0, 1e-10));
        QVERIFY(close(squares / splits, 1.0, 1e-10));
    }

    void smoothKnnRefusesTooFewPoints() {
        QVERIFY_EXCEPTION_THROWN(smoothKnn(kA, kB, {6, {1.0}}), InputError);
        QVERIFY_EXCEPTION_THROWN(smoothKnn(kA, kB.topRows(0), {}), InputError);
        QVERIFY_EXCEPTION_THROWN(smoothKnn(kA, normalPoints(4, 3, 1), {}), InputError);
        // Far apart and large k stay finite.
        QVERIFY(std::isfinite(smoothKnn(kA * 1e6, kB * 1e6, {4, {1.0}}).value));
    }

    void whatIsNoFileIsRefused() {
        QVERIFY_EXCEPTION_THROWN(readPoints("/dev/zero"), InputError);
        QVERIFY_EXCEPTION_THROWN(readPoints(folder_.path().toStdString()), InputError);
    }

    void longMeasuresStopWhenTheyAreAsked() {
        std::stop_source stop;
        stop.request_stop();
        const MeasureProgress stopped{{}, stop.get_token()};
        const Points points = normalPoints(20, 2, 1);
        const std::vector<int> labels{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
        QVERIFY_EXCEPTION_THROWN(henzeZirkler(points, stopped), MeasureStopped);
        QVERIFY_EXCEPTION_THROWN(smoothKnn(points, points, {}, stopped), MeasureStopped);
        QVERIFY_EXCEPTION_THROWN(svmError(points, labels, points, labels, stopped), MeasureStopped);
    }

    void mmdNamesItsKernels() {
        REQUIRE_ORACLE(json, "mmd.json");
        const auto values = kernelMmds(pointsOf(json["x"].get<std::vector<std::vector<double>>>()),
                                       pointsOf(json["y"].get<std::vector<std::vector<double>>>()));
        QCOMPARE(values.size(), std::size_t{3});
        QCOMPARE(values[0].kernel, std::string("gaussian_dim"));
        QVERIFY(close(values[0].biased, json["gaussian"]["biased"].get<double>(), 1e-9));
        QVERIFY(close(values[0].unbiased, json["gaussian"]["unbiased"].get<double>(), 1e-9));
        QCOMPARE(values[1].kernel, std::string("gaussian_dim2"));
        QCOMPARE(values[2].kernel, std::string("imq"));
        QVERIFY(close(values[2].unbiased, json["imq"]["unbiased"].get<double>(), 1e-9));
    }

    void logDetIsPerDimension() {
        const Points corners = pointsOf({{3, 1}, {3, -1}, {-3, 1}, {-3, -1}});
        QVERIFY(close(logDetCovariance(corners), 0.5 * std::log(12.0 * 4.0 / 3.0), 1e-12));
        QVERIFY(std::isinf(logDetCovariance(pointsOf({{0, 0}, {1, 1}, {2, 2}}))));
    }

  private:
    Points read(const QByteArray& text) {
        const std::string path = folder_.filePath("points.csv").toStdString();
        std::ofstream(path, std::ios::binary).write(text.constData(), text.size());
        return readPoints(path);
    }

    QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(TestPoints)
#include "tst_points.moc"
