#include "widgets/kit/icons.h"

#include <QFile>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

// See theme.cpp: a static library's resources are dropped unless somebody names them.
static void loadEmbeddedIcons() {
    Q_INIT_RESOURCE(resources);
}

namespace elbo {
namespace {

QPixmap drawn(QSvgRenderer& renderer, const QColor& colour, int size) {
    QPixmap pixmap(size, size);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    renderer.render(&painter, QRectF(0, 0, size, size));
    // The drawing is only a mask: its alpha is kept, its colour replaced.
    painter.setCompositionMode(QPainter::CompositionMode_SourceIn);
    painter.fillRect(pixmap.rect(), colour);
    return pixmap;
}

}  // namespace

QIcon themedIcon(const QString& name, const Theme& theme) {
    loadEmbeddedIcons();
    const QString path = ":/icons/" + name + ".svg";
    if (!QFile::exists(path)) {
        return {};
    }
    QSvgRenderer renderer(path);
    QIcon icon;
    for (const int size : {16, 20, 24, 32, 40, 48, 64}) {
        icon.addPixmap(drawn(renderer, theme.text, size), QIcon::Normal, QIcon::Off);
        icon.addPixmap(drawn(renderer, theme.accent, size), QIcon::Normal, QIcon::On);
        QColor pale = theme.text;
        pale.setAlphaF(0.35f);
        icon.addPixmap(drawn(renderer, pale, size), QIcon::Disabled, QIcon::Off);
    }
    return icon;
}

}  // namespace elbo
