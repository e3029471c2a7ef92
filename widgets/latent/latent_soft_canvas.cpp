#include "widgets/latent/latent_soft_canvas.h"

#include <QMouseEvent>
#include <QPainter>

namespace elbo {

LatentSoftCanvas::LatentSoftCanvas(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(kLeastCanvas);
}

void LatentSoftCanvas::showContent(LatentContent content) {
    content_ = std::move(content);
    content_.picture.scene = content_.scene.get();
    ground_ = {};
    refreshAreas();
    update();
}

void LatentSoftCanvas::showMarks(LatentMarks marks) {
    marks_ = std::move(marks);
    update();
}

LatentLayout LatentSoftCanvas::layoutNow() const {
    return layoutLatent(rect(), content_.picture, content_.theme, this);
}

PlaneMap LatentSoftCanvas::map() const {
    return latentMap(layoutNow().plot, content_.picture);
}

void LatentSoftCanvas::refreshAreas() {
    const LatentLayout layout = layoutNow();
    pointer().setAreas(layout.plot, layout.title);
}

std::uint64_t LatentSoftCanvas::closeAt(const QPointF& position) const {
    const std::vector<QRectF> areas = cardAreas(marks_.cards, map(), content_.theme, this);
    for (std::size_t i = areas.size(); i-- > 0;) {
        if (marks_.cards[i].pinned && cardCloseArea(areas[i], content_.theme, this).contains(position)) {
            return marks_.cards[i].id;
        }
    }
    return 0;
}

bool LatentSoftCanvas::event(QEvent* event) {
    if (event->type() == QEvent::MouseButtonPress) {
        const std::uint64_t id = closeAt(static_cast<QMouseEvent*>(event)->position());
        if (id != 0) {
            closeCard(id);
            return true;
        }
    }
    return pointer().handle(event) || QWidget::event(event);
}

void LatentSoftCanvas::resizeEvent(QResizeEvent*) {
    ground_ = {};
    refreshAreas();
    if (onResized) {
        onResized();
    }
}

void LatentSoftCanvas::paintEvent(QPaintEvent*) {
    const LatentLayout layout = layoutNow();
    const PlaneMap map = latentMap(layout.plot, content_.picture);
    if (ground_.isNull() || ground_.devicePixelRatio() != devicePixelRatioF()) {
        ground_ = QPixmap(size() * devicePixelRatioF());
        ground_.setDevicePixelRatio(devicePixelRatioF());
        ground_.fill(content_.theme.panel);
        QPainter painter(&ground_);
        paintLatentPlane(painter, map, content_.picture, content_.theme, layout.compact);
        paintLatentDecoration(painter, layout, map, content_.picture, content_.theme);
    }
    QPainter painter(this);
    painter.drawPixmap(0, 0, ground_);
    paintCrosshair(painter, map, marks_.crosshair, content_.theme);
    paintCards(painter, marks_.cards, map, content_.theme);
}

}  // namespace elbo
