#include "app/window/window_place.h"

#include <QByteArrayList>
#include <QDataStream>
#include <QIODevice>
#include <QList>
#include <QScreen>
#include <algorithm>

namespace elbo {

namespace {

constexpr int kLargest = 16384;  // pixels, beyond any screen

/// QSplitter::sizes() says 0 of hidden widgets; only its own state knows what they will have.
QList<int> sizesIn(const QByteArray& state) {
    QDataStream stream(state);
    stream.setVersion(QDataStream::Qt_5_0);
    qint32 mark = 0, version = 0;
    QList<int> sizes;
    stream >> mark >> version >> sizes;
    return stream.status() == QDataStream::Ok ? sizes : QList<int>();
}

bool usable(const QList<int>& sizes, int count) {
    return sizes.size() == count &&
           std::all_of(sizes.begin(), sizes.end(), [](int size) { return size >= 0 && size <= kLargest; }) &&
           std::any_of(sizes.begin(), sizes.end(), [](int size) { return size > 0; });
}

}  // namespace

QByteArray splitterSizes(const QSplitter& splitter) {
    const QList<int> sizes = sizesIn(splitter.saveState());
    QByteArrayList texts;
    for (const int size : sizes) {
        texts.append(QByteArray::number(size));
    }
    return usable(sizes, splitter.count()) ? texts.join(',') : QByteArray();
}

void setSplitterSizes(QSplitter& splitter, const QByteArray& sizes) {
    constexpr qsizetype kLongest = 200;  // characters
    QList<int> wanted;
    for (const QByteArray& text : sizes.left(kLongest).split(',')) {
        bool number = false;
        wanted.append(text.toInt(&number));
        if (!number) {
            return;
        }
    }
    if (usable(wanted, splitter.count())) {
        splitter.setSizes(wanted);
    }
}

void restorePlace(QWidget& window, const QByteArray& geometry) {
    const QRect before = window.geometry();
    if (geometry.isEmpty() || !window.restoreGeometry(geometry)) {
        return;
    }
    const QRect screens = window.screen()->availableVirtualGeometry();
    const QRect now = window.geometry();
    const bool sane = now.width() <= 2 * screens.width() && now.height() <= 2 * screens.height();
    if (!sane || now.isEmpty() || !screens.intersects(now)) {
        window.setGeometry(before);
    }
}

}  // namespace elbo
