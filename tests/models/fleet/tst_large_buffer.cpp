#include "models/fleet/large_buffer.h"
#include "models/tensor/torch.h"

#include <QtTest>
#include <cstdint>

using namespace elbo;

/// Buffers are zeros of their shape and precision, and large ones begin where a large page can.
class TestLargeBuffer : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void isZerosOfItsShape_data();
    void isZerosOfItsShape();
    void outlivesItsViews();
};

void TestLargeBuffer::isZerosOfItsShape_data() {
    QTest::addColumn<qint64>("rows");
    QTest::addColumn<bool>("isDouble");
    QTest::newRow("small") << qint64{3} << false;
    QTest::newRow("large") << qint64{2000} << false;
    QTest::newRow("large, float64") << qint64{2000} << true;
    QTest::newRow("none") << qint64{0} << false;
}

void TestLargeBuffer::isZerosOfItsShape() {
    QFETCH(qint64, rows);
    QFETCH(bool, isDouble);
    const torch::ScalarType type = isDouble ? torch::kFloat64 : torch::kFloat32;
    const torch::Tensor buffer = zeroBuffer({rows, 1001}, type);
    QCOMPARE(buffer.size(0), rows);
    QCOMPARE(buffer.size(1), 1001);
    QVERIFY(buffer.scalar_type() == type && buffer.is_contiguous());
    QCOMPARE(buffer.abs().sum().item<double>(), 0.0);
    if (rows == 2000) {
        QCOMPARE(reinterpret_cast<std::uintptr_t>(buffer.data_ptr()) % (2U << 20U), std::uintptr_t{0});
    }
    buffer.fill_(2.0);
    QCOMPARE(buffer.sum().item<double>(), 2.0 * static_cast<double>(rows) * 1001.0);
}

void TestLargeBuffer::outlivesItsViews() {
    torch::Tensor view;
    {
        const torch::Tensor buffer = zeroBuffer({2000, 1000}, torch::kFloat32);
        buffer[1999].fill_(3.0);
        view = buffer.narrow(0, 1999, 1);
    }
    QCOMPARE(view.sum().item<double>(), 3000.0);
}

QTEST_GUILESS_MAIN(TestLargeBuffer)
#include "tst_large_buffer.moc"
