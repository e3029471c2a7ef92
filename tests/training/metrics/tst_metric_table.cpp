// The table of metrics: complete, unambiguous, and the names of what trains are in it.
#include <QtTest>
#include <set>

#include "models/spec/terms.h"
#include "training/metrics/metric_table.h"
#include "training/step/multipliers.h"

using namespace elbo;

class TestMetricTable : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyRowSaysWhatItIs() {
        std::set<std::string> names;
        for (const MetricRow& row : metricRows()) {
            QVERIFY2(names.insert(row.name).second, row.name.c_str());
            QVERIFY2(!row.label.empty(), row.name.c_str());
            QVERIFY2(row.meaning.ends_with("."), row.name.c_str());
            QVERIFY2(withoutSplit(row.name) == row.name, row.name.c_str());
            QVERIFY2(row.unit != "nats" || row.perMember, row.name.c_str());
            QVERIFY2(row.variantOf.empty() || findMetric(row.variantOf + "_train") != nullptr, row.name.c_str());
        }
    }

    void everyMetricOfTheDesignHasAnEntry() {
        std::set<std::string> names;
        for (const MetricEntry& entry : metricEntries()) {
            QVERIFY2(names.insert(entry.name).second, entry.name.c_str());
            QVERIFY(!entry.label.empty());
            QVERIFY2(entry.meaning.ends_with("."), entry.name.c_str());
        }
        // The list of DESIGN.md, restated.
        for (const char* name : {"step",
                                 "epoch",
                                 "wall_s",
                                 "steps_per_s",
                                 "loss",
                                 "distortion",
                                 "rate",
                                 "elbo",
                                 "marginal_divergence",
                                 "beta",
                                 "lambda",
                                 "alpha",
                                 "mi_q",
                                 "mi_q_lower",
                                 "mi_q_upper",
                                 "mi_p_lower",
                                 "mi_p_upper",
                                 "kl_marginal",
                                 "nll",
                                 "nll_exact",
                                 "kl_posterior",
                                 "mmd",
                                 "log_det_cov",
                                 "active_units",
                                 "class_cross_entropy",
                                 "svm_error",
                                 "henze_zirkler",
                                 "smooth_knn"}) {
            const std::string plain = name;
            QVERIFY2(names.contains(plain) || (names.contains(plain + "_train") && names.contains(plain + "_test")),
                     name);
        }
        for (const char* name : {"step", "loss", "distortion", "rate_test", "elbo_train", "marginal_divergence",
                                 "log_det_cov_test", "active_units_train", "beta", "lambda", "alpha"}) {
            QVERIFY2(names.contains(name), name);
        }
        for (const char* name : {"multiplier_rate", "multiplier_elbo", "multiplier_divergence", "rate_weight_factor"}) {
            QVERIFY2(names.contains(name), name);
        }
        QVERIFY(names.contains("svm_error") && names.contains("nll_exact_test"));
    }

    void namesAreFoundWithTheSplitsThatTheyHave() {
        for (const MetricEntry& entry : metricEntries()) {
            const bool numbered = entry.name.starts_with("nll_kK");
            QVERIFY2(numbered || findMetric(entry.name) != nullptr, entry.name.c_str());
        }
        QCOMPARE(findMetric("nll_k50_train")->name, std::string("nll_k"));
        QCOMPARE(findMetric("rate")->unit, std::string("nats"));
        for (const char* name : {"", "nonsense", "_test", "nll", "nll_k_test", "nll_kx_test", "nll_k5", "mi_p_test",
                                 "beta_train", "step_test", "rate_validation", "rate_test_test"}) {
            QVERIFY2(findMetric(name) == nullptr, name);
        }
    }

    void theNamesOfCriticsAndMultipliersAreThoseOfTraining() {
        for (const TermRow& term : kTerms) {
            QVERIFY2(findMetric(term.metric) != nullptr, term.metric);
            for (const std::string metric : {"critic_loss", "critic_accuracy"}) {
                const std::string name = metric + (term.critic.suffix == nullptr ? "" : term.critic.suffix);
                QVERIFY2(findMetric(name) != nullptr, name.c_str());
            }
        }
        for (const KnobName& knob : kKnobNames) {
            QVERIFY2(findMetric(knob.metric) != nullptr, knob.metric);
        }
        for (std::size_t i = 0; i < kConstraints; ++i) {
            QVERIFY(findMetric(multiplierMetric(static_cast<Constraint>(i))) != nullptr);
        }
    }

    void titlesBeginWithACapital() {
        QCOMPARE(sentenceCase("rate R"), std::string("Rate R"));
        QCOMPARE(sentenceCase("ELBO"), std::string("ELBO"));
        QCOMPARE(sentenceCase("log det Cov[q(z)] / dim z"), std::string("log det Cov[q(z)] / dim z"));
        QCOMPARE(sentenceCase("\u03b2"), std::string("\u03b2"));
        QCOMPARE(sentenceCase(""), std::string());
    }
};

QTEST_APPLESS_MAIN(TestMetricTable)
#include "tst_metric_table.moc"
