// The window on the latent plane that all canvases share: panned, zoomed, fitted and eased.
#pragma once

#include <QObject>
#include <QPointF>
#include <QSizeF>
#include <QVariantAnimation>

#include "training/frame/view_request.h"

namespace elbo {

/// GUI thread only. Panning and zooming act at once; fitting glides.
class LatentCamera : public QObject {
    Q_OBJECT
  public:
    explicit LatentCamera(QObject* parent = nullptr);

    /// What is shown now, before it is expanded to the proportions of a canvas.
    const LatentWindow& window() const { return window_; }
    /// Where a running movement ends.
    const LatentWindow& target() const { return target_; }

    /// Whether the window follows codes that leave it. Ends with the first pan or zoom by hand.
    bool following() const { return following_; }
    void setFollowing(bool following);

    void setWindow(const LatentWindow& window);
    void pan(double dx, double dy);
    void zoom(const QPointF& about, double factor);
    /// Glides to a window with some air around `content`.
    void fit(const LatentWindow& content);
    /// When following: glides on if the content has outgrown the window or fills too little of a plot of these
    /// proportions.
    void follow(const LatentWindow& content, const QSizeF& plot);

  Q_SIGNALS:
    void moved();          ///< what is shown changed
    void targetChanged();  ///< densities for another window are wanted
    void followingChanged(bool following);

  private:
    void moveTo(const LatentWindow& window);
    void glideTo(const LatentWindow& window);

    LatentWindow window_, target_, start_;
    bool following_ = true;
    QVariantAnimation glide_;
};

}  // namespace elbo
