// Mouse, touch pad and keys over a plot become panning, zooming, probing and pinning.
#pragma once

#include <QObject>
#include <QPointF>
#include <QRectF>
#include <optional>

class QEvent;
class QMouseEvent;
class QWheelEvent;
class QKeyEvent;

namespace elbo {

/// Interprets the events of one canvas. GUI thread only. Positions are pixels of the canvas.
class LatentPointer : public QObject {
    Q_OBJECT
  public:
    using QObject::QObject;

    /// Where the plot and the title of the canvas are; called whenever its layout changes.
    void setAreas(const QRectF& plot, const QRectF& title);

    /// Returns true when the event was meant for the plot and has been dealt with.
    bool handle(QEvent* event);
    /// The pointer is over something that lies on the plot.
    void leave();

  Q_SIGNALS:
    void panned(QPointF pixels);  ///< the content follows the hand by this much
    void zoomed(QPointF position, double factor);
    void hovered(QPointF position);
    void left();
    void clicked(QPointF position, Qt::KeyboardModifiers keys);
    void doubleClicked();
    void titleClicked(Qt::KeyboardModifiers keys);
    void fitRequested();
    void unpinRequested();  ///< Escape: all pinned cards

  private:
    bool press(const QMouseEvent& event);
    bool move(const QMouseEvent& event);
    bool release(const QMouseEvent& event);
    bool wheel(const QWheelEvent& event);
    bool key(const QKeyEvent& event);

    QRectF plot_, title_;
    std::optional<QPointF> pressedAt_;
    QPointF lastPosition_;
    bool dragging_ = false;
    bool inside_ = false;
};

}  // namespace elbo
