// What the latent view needs from a canvas, painted by OpenGL or by software.
#pragma once

#include <QPointF>
#include <QWidget>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "widgets/latent/code_card.h"
#include "widgets/latent/latent_painter.h"
#include "widgets/latent/latent_pointer.h"
#include "widgets/latent/latent_scene.h"

namespace elbo {

/// Sixteen of them still fit into the view on a small screen.
inline constexpr QSize kLeastCanvas{48, 48};

/// What a canvas shows of a frame. Plain value.
struct LatentContent {
    std::shared_ptr<const LatentScene> scene;  ///< picture.scene points to it
    LatentPicture picture;
    Theme theme;
};

/// What follows the pointer.
struct LatentMarks {
    std::vector<CodeCard> cards;       ///< hovered last, so that it lies on top
    std::optional<QPointF> crosshair;  ///< the code hovered in a neighbouring canvas, in plane coordinates
};

/// A canvas of one fleet member. GUI thread only.
class LatentSurface {
  public:
    virtual ~LatentSurface() = default;
    virtual QWidget* widget() = 0;
    /// Both take their argument over and schedule a repaint.
    virtual void showContent(LatentContent content) = 0;
    virtual void showMarks(LatentMarks marks) = 0;
    /// The plot in pixels of the widget, for the content shown last.
    virtual PlaneMap map() const = 0;
    virtual bool compact() const = 0;

    LatentPointer& pointer() { return pointer_; }

    std::function<void(std::uint64_t)> closeCard;  ///< the cross of this card was clicked
    std::function<void()> onResized;               ///< the proportions of the plot may have changed

  private:
    LatentPointer pointer_;
};

}  // namespace elbo
