// Whether an objective makes p and q agree, against a search through the ways to write it.
#include <QtTest>
#include <algorithm>
#include <array>
#include <random>

#include "models/algebra/family.h"

using namespace elbo;

namespace {

using M = Multiplier;

Agreement agreement(std::initializer_list<std::pair<M, double>> values) {
    MultiplierWeights multipliers;
    for (const auto& [name, value] : values) {
        multipliers[name] = value;
    }
    return explain(multipliers).agreement;
}

}  // namespace

class TestAgreement : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void whatTheJointOutweighs() {
        // KL on x may stand with a minus where the joint outweighs it: what is left is KL on z|x.
        QVERIFY(agreement({{M::JointQp, 2}, {M::XQp, -1}}) == Agreement::Enforced);
        QVERIFY(agreement({{M::JointQp, 1}, {M::XQp, -1}}) == Agreement::Partial);
        QVERIFY(agreement({{M::JointQp, 1}, {M::XQp, -2}}) == Agreement::Rewarded);
        QVERIFY(agreement({{M::JointPq, 2}, {M::ZPq, -1}}) == Agreement::Enforced);
        QVERIFY(agreement({{M::JointPq, 1}, {M::ZPq, -1}}) == Agreement::Partial);
        QVERIFY(agreement({{M::JointPq, 0.3}, {M::ZPq, -0.1 - 0.2}}) == Agreement::Partial);
        // Information has no say: any weight of it keeps the constraints.
        QVERIFY(agreement({{M::JointQp, 1}, {M::Iq, -5}, {M::Ip, 3}}) == Agreement::Enforced);
    }

    void agreementIsThatOfSomeWriting() {
        // All ways to write an objective in halves: is there one without a negative weight, and what do they hold?
        std::mt19937 generator(9);
        std::array<int, 3> seen{};
        for (int trial = 0; trial < 400; ++trial) {
            MultiplierWeights drawn;
            for (const M name : {M::XGivenZQp, M::ZQp, M::XQp, M::ZGivenXPq, M::XPq, M::ZPq}) {
                drawn[name] = trial % 2 == 0 ? static_cast<int>(generator() % 4) - 1 : generator() % 3 == 0;
            }
            bool writable = false, enforced = false;
            for (int steps = 0; steps < 10 * 10 * 10 * 10; ++steps) {
                const double tq = 0.5 * (steps % 10), uq = 0.5 * (steps / 10 % 10), tp = 0.5 * (steps / 100 % 10),
                             up = 0.5 * (steps / 1000);
                MultiplierWeights way = drawn;
                way[M::JointQp] = tq;
                way[M::ZGivenXQp] = uq;
                way[M::XGivenZQp] -= tq + uq;
                way[M::ZQp] -= tq + uq;
                way[M::XQp] += uq;
                way[M::JointPq] = tp;
                way[M::XGivenZPq] = up;
                way[M::ZGivenXPq] -= tp + up;
                way[M::XPq] -= tp + up;
                way[M::ZPq] += up;
                if (std::all_of(way.values.begin(), way.values.end(), [](double weight) { return weight >= 0.0; })) {
                    const auto either = [&way](M a, M b) { return way[a] > 0.0 || way[b] > 0.0; };
                    writable = true;
                    enforced = enforced || either(M::JointPq, M::JointQp) ||
                               (either(M::XPq, M::XQp) && either(M::ZGivenXPq, M::ZGivenXQp)) ||
                               (either(M::ZPq, M::ZQp) && either(M::XGivenZPq, M::XGivenZQp));
                }
            }
            const Agreement expected = !writable  ? Agreement::Rewarded
                                       : enforced ? Agreement::Enforced
                                                  : Agreement::Partial;
            QVERIFY(explain(drawn).agreement == expected);
            ++seen[static_cast<std::size_t>(expected)];
        }
        QVERIFY(seen[0] > 20 && seen[1] > 20 && seen[2] > 20);
    }
};

QTEST_GUILESS_MAIN(TestAgreement)
#include "tst_agreement.moc"
