// `elboroom explain` as a shell sees it.
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QtTest>
#include <map>
#include <nlohmann/json.hpp>

namespace {

struct Outcome {
    int code = -1;
    QByteArray out, err;
};

Outcome explain(const QStringList& arguments) {
    QProcess process;
    process.start(ELBOROOM_BINARY, QStringList{"explain"} + arguments);
    process.waitForFinished(60000);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, process.readAllStandardOutput(),
            process.readAllStandardError()};
}

nlohmann::json json(const QStringList& arguments) {
    const Outcome outcome = explain(arguments + QStringList{"--json"});
    return outcome.code == 0 ? nlohmann::json::parse(outcome.out.toStdString(), nullptr, false) : nlohmann::json();
}

}  // namespace

class TestExplain : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void multipliersAsJson() {
        const auto answer = json({"--multipliers", "i_q=-1,kl_x_given_z_qp=1,kl_z_qp=1"});
        const nlohmann::json expected = {
            {"class", "unary"},
            {"names", {"AAE", "InfoVAE (alpha = 1, lambda = 1)"}},
            {"tractable_form", {{"distortion", 1.0}, {"kl_z_qp", 1.0}}},
            {"lagrangian_form", {{"i_q", -1.0}, {"kl_x_given_z_qp", 1.0}, {"kl_z_qp", 1.0}}},
            {"information", "maximised"},
        };
        QCOMPARE(QString::fromStdString(answer.dump()), QString::fromStdString(expected.dump()));
    }

    void blanksAndSignsAreRead() {
        const auto plain = json({"--multipliers", "i_q=3,kl_x_given_z_qp=1,kl_z_qp=4"});
        QCOMPARE(plain.at("class").get<std::string>(), std::string("likelihood"));
        QCOMPARE(plain.at("names").at(0).get<std::string>(), std::string("beta-VAE (beta = 4)"));
        QVERIFY(json({"--multipliers", " kl_z_qp = +4.0 , i_q=3e0, kl_x_given_z_qp=1"}) == plain);
    }

    void multipliersAsText() {
        const Outcome outcome = explain({"--multipliers", "i_q=-1,kl_x_given_z_qp=1,kl_z_qp=1"});
        QCOMPARE(outcome.code, 0);
        const QString text = QString::fromUtf8(outcome.out);
        for (const QString& part :
             {QString("AAE [Makhzani et al. 2016]"), QString("Unary likelihood free"),
              QString::fromUtf8("D + KL(q(z) \u2016 p(z)) \u2212 H(x)"),
              QString::fromUtf8("\u2212I_q + E_q(z) KL(q(x|z) \u2016 p(x|z)) + KL(q(z) \u2016 p(z))"),
              QString("Maximised: I_q has the weight"), QString("UAI 2018")}) {
            QVERIFY2(text.contains(part), qPrintable(part + " is not in:\n" + text));
        }
        for (const QString& line : text.split('\n')) {
            QVERIFY2(line.size() <= 130 && !line.contains('{') && !line.contains(QChar(0xa0)), qPrintable(line));
        }
    }

    void experimentsAreExplained() {
        const auto elbo = json({"digits"});
        QCOMPARE(elbo.at("class").get<std::string>(), std::string("likelihood"));
        QCOMPARE(elbo.at("names").at(0).get<std::string>(), std::string("ELBO"));
        const auto mmd = json({"digits", "--set", "lambda=1000", "--set", "alpha=1"});
        QCOMPARE(mmd.at("class").get<std::string>(), std::string("unary"));
        QCOMPARE(mmd.at("names").at(0).get<std::string>(), std::string("MMD-VAE (lambda = 1000)"));
        QCOMPARE(mmd.at("tractable_form").at("mmd_z").get<double>(), 1000.0);
        QCOMPARE(mmd.at("information").get<std::string>(), std::string("maximised"));
    }

    void namedObjectivesHaveTheirNames() {
        struct Answer {
            QString name, tractability;
        };
        const std::map<QString, Answer> expected{
            {"elbo", {"ELBO", "likelihood"}},
            {"beta-vae", {"beta-VAE (beta = 4)", "likelihood"}},
            {"iwae", {"IWAE (5 codes)", "likelihood"}},
            {"autoencoder", {"autoencoder", "likelihood"}},
            {"infovae-mmd", {"InfoVAE (alpha = 0, lambda = 1000, with MMD)", "unary"}},
            {"mmd-vae", {"MMD-VAE (lambda = 1000)", "unary"}},
            {"infovae-stein", {"InfoVAE (alpha = 0, lambda = 100, with Stein descent)", "unary"}},
            {"infovae-adversarial", {"InfoVAE (alpha = 0, lambda = 10, with an adversary)", "unary"}},
            {"infovae-wgan", {"InfoVAE (alpha = 0, lambda = 3, with a Wasserstein critic)", "unary"}},
            {"aae", {"AAE", "unary"}},
            {"avb", {"AVB", "likelihood"}},
            {"vmi", {"VMI", "likelihood"}},
            {"infogan", {"InfoGAN (lambda = 1)", "unary"}},
            {"ali", {"ALI/BiGAN", "binary"}},
            {"alice", {"ALICE", "binary"}},
            {"cyclegan", {"CycleGAN/DiscoGAN", "unary"}},
            {"information-cap", {"beta-VAE (beta = 0.2, information capped at 2 nats)", "likelihood"}},
            {"lagvae", {"LagVAE", "unary"}},
        };
        QProcess list;
        list.start(ELBOROOM_BINARY, {"list", "objectives", "--json"});
        QVERIFY(list.waitForFinished(60000));
        const auto objectives = nlohmann::json::parse(list.readAllStandardOutput().toStdString(), nullptr, false);
        QVERIFY(objectives.is_array() && objectives.size() >= expected.size());
        for (const auto& objective : objectives) {
            const QString key = QString::fromStdString(objective.at("name").get<std::string>());
            const Outcome outcome = explain({"ring", "--set", "objective=" + key, "--json"});
            const auto found = expected.find(key);
            if (found == expected.end()) {
                // A form of the rate that is no member of the family.
                QVERIFY2(outcome.code == 3, qPrintable(key));
                QVERIFY2(outcome.err.contains("the family does not hold it"), outcome.err);
                QVERIFY2(key == "target-rate" || key.endsWith("free-bits"), qPrintable(key));
                continue;
            }
            const auto answer = nlohmann::json::parse(outcome.out.toStdString(), nullptr, false);
            QVERIFY2(answer.is_object(), outcome.err);
            QCOMPARE(QString::fromStdString(answer.at("names").at(0).get<std::string>()), found->second.name);
            QCOMPARE(QString::fromStdString(answer.at("objective").get<std::string>()), key);
            QCOMPARE(QString::fromStdString(answer.at("class").get<std::string>()), found->second.tractability);
        }
    }

    void allWeightsAreExplained() {
        const auto answer = json({"ring",
                                  "--set",
                                  "distortion=2",
                                  "--set",
                                  "beta=0.5",
                                  "--set",
                                  "lambda=4",
                                  "--set",
                                  "alpha=0",
                                  "--set",
                                  "objective.divergence=kl_ratio",
                                  "--set",
                                  "second_divergence=5",
                                  "--set",
                                  "objective.divergence_2=reverse_kl_ratio",
                                  "--set",
                                  "code_distortion=6",
                                  "--set",
                                  "data_divergence=7",
                                  "--set",
                                  "objective.divergence_x=wgan",
                                  "--set",
                                  "joint_divergence=8",
                                  "--set",
                                  "objective.divergence_xz=reverse_kl_ratio"});
        const nlohmann::json expected = {
            {"distortion", 2.0},      {"rate", 0.5},   {"kl_z_qp", 3.0},    {"kl_z_pq", 5.0},
            {"code_distortion", 6.0}, {"wgan_x", 7.0}, {"kl_joint_pq", 8.0}};
        QVERIFY2(answer.at("tractable_form") == expected, answer.dump().c_str());
        QCOMPARE(answer.at("class").get<std::string>(), std::string("binary"));
    }

    void whatMovesIsRemarked() {
        const auto dual = json({"ring", "--set", "constraints.rate_at_least=3", "--set", "constraints.initial=0.5"});
        QCOMPARE(dual.at("tractable_form").at("rate").get<double>(), 0.5);
        QVERIFY(QString::fromStdString(dual.at("remarks").at(0).get<std::string>()).contains("R >= 3 move"));
        const auto annealed = json({"ring", "--set", "schedule.beta=[[0, 0], [100, 1]]"});
        QCOMPARE(annealed.at("names").at(0).get<std::string>(), std::string("autoencoder"));
        QVERIFY(QString::fromStdString(annealed.at("remarks").at(0).get<std::string>()).contains("moves beta"));
        const auto capped = json(
            {"ring", "--set", "beta=0.25", "--set", "objective.rate_term=cap", "--set", "objective.rate_target=2"});
        QCOMPARE(capped.at("tractable_form").at("information_excess").get<double>(), 0.75);
        QCOMPARE(capped.at("information_cap").get<double>(), 2.0);
        const auto weighed = json({"ring", "--set", "objective=iwae"});
        QVERIFY(QString::fromStdString(weighed.at("remarks").at(0).get<std::string>()).contains("5 codes of each"));
        QCOMPARE(weighed.at("names").at(1).get<std::string>(), std::string("ELBO"));
        QVERIFY(!json({"ring"}).contains("remarks"));
        QCOMPARE(explain({"ring", "--set", "objective.rate_term=free_bits"}).code, 3);
    }

    void fleetsAreArrays() {
        const auto fleet = json({"digits", "--set", "beta=[1, 4]"});
        QVERIFY(fleet.is_array());
        QCOMPARE(fleet.size(), std::size_t(2));
        QCOMPARE(fleet[1].at("names").at(0).get<std::string>(), std::string("beta-VAE (beta = 4)"));
        const Outcome text = explain({"digits", "--set", "beta=[1, 4]"});
        QVERIFY(text.out.contains("member 2: beta = 4"));
        QCOMPARE(text.out.count("Source"), 1);
    }

    void multipliersNameWhatIsWrongAndWhatThereIs_data() {
        QTest::addColumn<QString>("multipliers");
        QTest::addColumn<QString>("expected");
        QTest::newRow("misspelt") << "kl_z_pg=1"
                                  << "there are kl_z_pq,";
        QTest::newRow("misspelt, quoted") << "i_q=1,iq=2"
                                          << "\"iq\" in \"iq=2\" is no multiplier";
        QTest::newRow("no weight") << "i_q"
                                   << "\"i_q\" has no weight";
        QTest::newRow("no number") << "i_q=one"
                                   << "\"one\" in \"i_q=one\" is no weight";
        QTest::newRow("half a number") << "i_q=1x"
                                       << "is no weight";
        QTest::newRow("nothing after =") << "i_q="
                                         << "is no weight";
        QTest::newRow("infinite") << "i_q=inf"
                                  << "from -1e9 to 1e9";
        QTest::newRow("not a number") << "i_q=nan"
                                      << "from -1e9 to 1e9";
        QTest::newRow("too large") << "i_q=1e400"
                                   << "from -1e9 to 1e9";
        QTest::newRow("twice") << "i_q=1,i_q=2"
                               << "i_q is given twice";
        QTest::newRow("empty") << ""
                               << "--multipliers is empty";
        QTest::newRow("trailing comma") << "i_q=1,,i_p=1"
                                        << "\"\" has no weight";
    }
    void multipliersNameWhatIsWrongAndWhatThereIs() {
        QFETCH(QString, multipliers);
        QFETCH(QString, expected);
        const Outcome outcome = explain({"--multipliers", multipliers});
        QVERIFY2(outcome.code == 2, outcome.err);
        QCOMPARE(outcome.err.trimmed().count('\n'), 0);
        QVERIFY2(outcome.err.contains(expected.toUtf8()), outcome.err);
        QVERIFY(outcome.out.isEmpty());
    }

    void usageErrorsAreTwo() {
        QCOMPARE(explain({}).code, 2);
        QCOMPARE(explain({"digits", "--multipliers", "i_q=1"}).code, 2);
        QCOMPARE(explain({"--multipliers", "i_q=1", "--set", "beta=2"}).code, 2);
        QCOMPARE(explain({"digitz"}).code, 3);
        const Outcome help = explain({"--help"});
        QCOMPARE(help.code, 0);
        QVERIFY(help.out.contains("--multipliers") && help.out.contains("z_given_x"));
    }
};

QTEST_GUILESS_MAIN(TestExplain)
#include "tst_explain.moc"
