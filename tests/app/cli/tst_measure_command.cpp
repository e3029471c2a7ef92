// `elboroom measure` as a shell sees it: point files, checkpoints, what is refused and how.
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QtTest>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/app/program.h"
#include "tests/oracles.h"

namespace {

nlohmann::json lastLine(const QByteArray& output) {
    return nlohmann::json::parse(output.trimmed().split('\n').back().toStdString(), nullptr, false);
}

std::set<std::string> keysOf(const nlohmann::json& json) {
    std::set<std::string> keys;
    for (const auto& [key, value] : json.items()) {
        keys.insert(key);
    }
    return keys;
}

}  // namespace

class TestMeasureCommand : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        QVERIFY(folder_.isValid());
        qputenv("XDG_CACHE_HOME", folder_.filePath("cache").toUtf8());
        const Outcome outcome = elboroom({"train", "digits", "--steps", "30", "--out", folder_.filePath("run"), "--set",
                                          "data.train_size=300", "--set", "data.test_size=150", "--set", "encoder=[32]",
                                          "--set", "decoder=[32]", "--set", "beta=[1, 4]"});
        QVERIFY2(outcome.code == 0, outcome.err);
    }

    void pointsHaveExactlyTheirKeys() {
        const QString a = write("a.csv", "0,0\n1,0\n0,1\n"), b = write("b.csv", "x,y\n2,2\n3,2\n2,3\n3,3\n");
        const Outcome alone = elboroom({"measure", "--points", b, "--json"});
        QVERIFY2(alone.code == 0, alone.err);
        QCOMPARE(keysOf(lastLine(alone.out)),
                 (std::set<std::string>{"henze_zirkler", "henze_zirkler_p", "log_det_cov"}));
        QVERIFY(std::abs(lastLine(alone.out).at("henze_zirkler").get<double>() - 0.1504318306) < 1e-9);
        const Outcome both = elboroom({"measure", "--points", a, "--against", b, "--json"});
        QVERIFY2(both.code == 0, both.err);
        const auto json = lastLine(both.out);
        QCOMPARE(keysOf(json),
                 (std::set<std::string>{"henze_zirkler", "henze_zirkler_p", "log_det_cov", "mmd", "smooth_knn"}));
        QCOMPARE(keysOf(json.at("mmd")), (std::set<std::string>{"gaussian_dim", "gaussian_dim2", "imq"}));
        QCOMPARE(keysOf(json.at("mmd").at("imq")), (std::set<std::string>{"biased", "unbiased"}));
        QVERIFY(std::abs(json.at("smooth_knn").get<double>() - 3.61767) < 1e-5);
        const Outcome other =
            elboroom({"measure", "--points", a, "--against", b, "--knn-k", "2", "--knn-alpha", "0.5", "--json"});
        QVERIFY(std::abs(lastLine(other.out).at("smooth_knn").get<double>() - 3.69221) < 1e-5);
        const Outcome averaged =
            elboroom({"measure", "--points", a, "--against", b, "--knn-alpha", "0.5,1,4", "--json"});
        QVERIFY(std::abs(lastLine(averaged.out).at("smooth_knn").get<double>() - 3.44809) < 1e-5);
        const Outcome table = elboroom({"measure", "--points", a, "--against", b});
        QCOMPARE(table.code, 0);
        QVERIFY(table.out.contains("mmd gaussian_dim2") && table.out.contains("smooth_knn"));
    }

    /// Points on a line have no volume: null, not a number that JSON does not know.
    void singularPointsAreNull() {
        const Outcome outcome = elboroom({"measure", "--points", write("line.csv", "0,0\n1,1\n2,2\n"), "--json"});
        QVERIFY2(outcome.code == 0, outcome.err);
        QVERIFY(lastLine(outcome.out).at("log_det_cov").is_null());
        QCOMPARE(lastLine(outcome.out).at("henze_zirkler").get<double>(), 12.0);
    }

    void theOraclesThroughTheCommandLine() {
        REQUIRE_ORACLE(oracle, "mmd.json");
        const auto csv = [&](const char* name) {
            QByteArray text;
            for (const auto& row : oracle[name]) {
                QByteArrayList cells;
                for (const auto& cell : row) {
                    cells.append(QByteArray::fromStdString(cell.dump()));
                }
                text += cells.join(',') + '\n';
            }
            return write(QString("%1.csv").arg(name), text);
        };
        const Outcome outcome = elboroom({"measure", "--points", csv("x"), "--against", csv("y"), "--json"});
        QVERIFY2(outcome.code == 0, outcome.err);
        const auto found = lastLine(outcome.out).at("mmd");
        for (const char* estimator : {"biased", "unbiased"}) {
            QVERIFY(std::abs(found["gaussian_dim"][estimator].get<double>() -
                             oracle["gaussian"][estimator].get<double>()) < 1e-9);
            QVERIFY(std::abs(found["imq"][estimator].get<double>() - oracle["imq"][estimator].get<double>()) < 1e-9);
        }
    }

    void usageErrorsAreTwo() {
        const QString a = write("a.csv", "0,0\n1,0\n0,1\n");
        QCOMPARE(elboroom({"measure"}).code, 2);
        QCOMPARE(elboroom({"measure", "--against", a}).code, 2);
        QCOMPARE(elboroom({"measure", folder_.filePath("run"), "--points", a}).code, 2);
        QCOMPARE(elboroom({"measure", "--points", a, "--against", a, "--knn-k", "0"}).code, 2);
        QCOMPARE(elboroom({"measure", "--points", a, "--against", a, "--knn-alpha", "-1"}).code, 2);
        QCOMPARE(elboroom({"measure", folder_.filePath("run"), "--samples", "0"}).code, 2);
        // An unknown metric is named before anything is read.
        const Outcome metric = elboroom({"measure", folder_.filePath("absent.safetensors"), "--only", "ellbo"});
        QCOMPARE(metric.code, 2);
        QVERIFY2(metric.err.contains("\"ellbo\"") && metric.err.contains("elbo,"), metric.err);
    }

    void badInputIsThreeAndOneLine() {
        const QString a = write("a.csv", "0,0\n1,0\n0,1\n");
        const auto fails = [](const QStringList& arguments, const char* word) {
            const Outcome outcome = elboroom(arguments);
            QVERIFY2(outcome.code == 3, outcome.err);
            QCOMPARE(outcome.err.trimmed().count('\n'), 0);
            QVERIFY2(outcome.err.contains(word), outcome.err);
            QVERIFY(outcome.out.isEmpty());
        };
        fails({"measure", "--points", write("bad.csv", "1,2\n3,x\n")}, "line 2, column 2");
        fails({"measure", "--points", write("one.csv", "1,2\n")}, "at least two");
        fails({"measure", "--points", a, "--against", write("wide.csv", "1,2,3\n4,5,6\n")}, "3 values per line");
        fails({"measure", "--points", a, "--against", a, "--knn-k", "5"}, "too few");
        fails({"measure", folder_.filePath("absent.safetensors")}, "absent.safetensors");
        fails({"measure", folder_.path()}, "checkpoint.safetensors");
        fails({"measure", a}, "a.csv");
    }

    void aFleetIsMeasuredWhole() {
        const Outcome outcome =
            elboroom({"measure", folder_.filePath("run"), "--json", "--examples", "40", "--samples", "5,50"});
        QVERIFY2(outcome.code == 0, outcome.err);
        const auto json = lastLine(outcome.out);
        for (const char* name : {"distortion_test",
                                 "rate_train",
                                 "elbo_test",
                                 "nll_test",
                                 "nll_k5_train",
                                 "nll_exact_test",
                                 "kl_posterior_test",
                                 "mi_q_test",
                                 "mi_q_upper_train",
                                 "kl_marginal_test",
                                 "mmd_test",
                                 "log_det_cov_train",
                                 "active_units_test",
                                 "henze_zirkler_test",
                                 "henze_zirkler_p_train",
                                 "smooth_knn",
                                 "svm_error",
                                 "class_cross_entropy",
                                 "mi_p",
                                 "mi_p_lower",
                                 "mi_p_upper"}) {
            QVERIFY2(json.contains(name) && json.at(name).size() == 2 && json.at(name)[1].is_number(), name);
        }
        QCOMPARE(json.at("rate_per_dim_test").size(), std::size_t{2});
        QCOMPARE(json.at("rate_per_dim_test")[0].size(), std::size_t{2});
        QCOMPARE(json.at("beta")[1].get<double>(), 4.0);
        QVERIFY(json.at("errors").contains("nll_test"));
        QVERIFY(json.at("unavailable").contains("mi_q_lower_test"));
        QVERIFY(json.at("health").is_array());
        for (std::size_t member = 0; member < 2; ++member) {
            const auto value = [&](const char* name) { return json.at(name)[member].get<double>(); };
            // 40 of 150 examples: the ELBO is that of all, so the comparison allows for the spread between them.
            QVERIFY(value("nll_exact_test") <
                    -value("elbo_test") + 5.0 * json["errors"]["nll_exact_test"][member].get<double>());
            QVERIFY(value("mi_q_test") <= value("mi_q_upper_test") + 0.1);
            QVERIFY(value("mi_p_lower") < value("mi_p_upper") + 0.5);
            QVERIFY(value("svm_error") >= 0.0 && value("svm_error") <= 1.0);
        }
        // The cache of the classifier is kept, and the same model gives the same numbers.
        QVERIFY(!QDir(folder_.filePath("cache/elboroom")).entryList({"classifier-*.safetensors"}).isEmpty());
        const Outcome again = elboroom({"measure", folder_.filePath("run/checkpoint.safetensors"), "--json",
                                        "--examples", "40", "--samples", "5,50"});
        QCOMPARE(again.out, outcome.out);
    }

    void onlyWhatWasAskedFor() {
        const Outcome outcome =
            elboroom({"measure", "--only", "rate,svm_error,kl_marginal_test", folder_.filePath("run"), "--json"});
        QVERIFY2(outcome.code == 0, outcome.err);
        const auto json = lastLine(outcome.out);
        QVERIFY(json.contains("rate_train") && json.contains("rate_test") && json.contains("svm_error"));
        QVERIFY(json.contains("kl_marginal_test") && !json.contains("kl_marginal_train"));
        QVERIFY(!json.contains("nll_test") && !json.contains("elbo_test") && !json.contains("mi_q_test"));
        const Outcome table = elboroom({"measure", folder_.filePath("run"), "--only", "rate"});
        QVERIFY2(table.out.contains("rate_test") && table.out.contains("nats"), table.out);
    }

    void whatDoesNotApplySaysWhy() {
        const QString run = folder_.filePath("critic");
        const Outcome trained =
            elboroom({"train", "digits", "--steps", "2", "--out", run, "--set", "objective=infovae-adversarial",
                      "--set", "data.train_size=60", "--set", "data.test_size=20", "--set", "batch_size=20"});
        QVERIFY2(trained.code == 0, trained.err);
        const Outcome table = elboroom({"measure", run, "--only", "marginal_divergence"});
        QCOMPARE(table.code, 0);
        QVERIFY2(table.out.contains("marginal_divergence_test: not measured, its divergence needs a critic"),
                 table.out);
        const Outcome json = elboroom({"measure", run, "--only", "smooth_knn,marginal_divergence_train", "--json"});
        QCOMPARE(keysOf(lastLine(json.out).at("unavailable")),
                 (std::set<std::string>{"smooth_knn", "marginal_divergence_train"}));
    }

    void theReconstructionErrorCanBeAskedForAndIsNotInNats() {
        const Outcome table = elboroom({"measure", folder_.filePath("run"), "--only", "reconstruction_error"});
        QVERIFY2(table.code == 0, table.err);
        QVERIFY2(table.out.contains("reconstruction_error_test") &&
                     !table.out.left(table.out.indexOf("Member")).contains("nats"),
                 table.out);
    }

    void aDamagedCheckpointIsBadInput() {
        QFile source(folder_.filePath("run/checkpoint.safetensors"));
        QVERIFY(source.open(QIODevice::ReadOnly));
        QByteArray bytes = source.readAll();
        bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
        const Outcome outcome = elboroom({"measure", write("damaged.safetensors", bytes)});
        QCOMPARE(outcome.code, 3);
        QVERIFY2(outcome.err.contains("damaged.safetensors"), outcome.err);
    }

  private:
    QString write(const QString& name, const QByteArray& text) {
        QFile file(folder_.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size() ? file.fileName() : QString();
    }

    QTemporaryDir folder_;
};

QTEST_GUILESS_MAIN(TestMeasureCommand)
#include "tst_measure_command.moc"
