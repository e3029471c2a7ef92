// The mailbox between threads: latest wins, nothing is torn, waiting ends on news, on time and on stop.
#include <QtTest>
#include <atomic>
#include <memory>
#include <thread>

#include "training/engine/mailbox.h"

using namespace elbo;
using namespace std::chrono_literals;

class TestMailbox : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void startsEmptyAtVersionZero() {
        Mailbox<int> box(7);
        QCOMPARE(box.latest().value, 7);
        QCOMPARE(box.latest().version, std::uint64_t{0});
        std::uint64_t seen = 0;
        QVERIFY(!box.take(seen).has_value());
    }

    void latestValueWins() {
        Mailbox<int> box;
        for (int i = 1; i <= 5; ++i) {
            box.put(i);
        }
        QCOMPARE(box.latest().value, 5);
        QCOMPARE(box.latest().version, std::uint64_t{5});
    }

    void takingLeavesADefaultAndIsDoneOnce() {
        Mailbox<std::vector<int>> box;
        box.change([](std::vector<int>& list) { list.push_back(1); });
        box.change([](std::vector<int>& list) { list.push_back(2); });
        std::uint64_t seen = 0;
        QCOMPARE(box.take(seen).value(), (std::vector<int>{1, 2}));
        QVERIFY(!box.take(seen).has_value());
        QVERIFY(box.latest().value.empty());
    }

    void waitingEndsOnNewsOnTimeAndOnStop() {
        Mailbox<int> box;
        std::stop_source stop;
        QVERIFY(!box.waitFor(0, stop.get_token(), 5ms));
        std::jthread writer([&] {
            std::this_thread::sleep_for(5ms);
            box.put(1);
        });
        QVERIFY(box.wait(0, stop.get_token()));
        std::jthread stopper([&] {
            std::this_thread::sleep_for(5ms);
            stop.request_stop();
        });
        QVERIFY(!box.wait(1, stop.get_token()));
    }

    void readersNeverSeeATornOrOlderValue() {
        struct Pair {
            std::uint64_t a = 0, b = 0;
        };
        Mailbox<std::shared_ptr<const Pair>> box(std::make_shared<const Pair>());
        constexpr std::uint64_t kLast = 20000;
        std::atomic<int> faults{0};
        const auto read = [&] {
            std::uint64_t before = 0;
            while (before < kLast) {
                const auto letter = box.latest();
                if (letter.value->a != letter.value->b || letter.value->a < before ||
                    letter.value->a != letter.version) {
                    ++faults;
                }
                before = letter.value->a;
            }
        };
        {
            std::jthread first(read), second(read);
            for (std::uint64_t i = 1; i <= kLast; ++i) {
                box.put(std::make_shared<const Pair>(Pair{i, i}));
            }
        }
        QCOMPARE(faults.load(), 0);
    }
};

QTEST_GUILESS_MAIN(TestMailbox)
#include "tst_mailbox.moc"
