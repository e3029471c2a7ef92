// Dear ImGui over a canvas: our own Qt side for the library's OpenGL 3 renderer, drawing the cards beside codes.
#pragma once

#include <QElapsedTimer>
#include <QOpenGLTexture>
#include <QRectF>
#include <QSize>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "widgets/latent/latent_surface.h"

struct ImGuiContext;
class QEvent;

namespace elbo {

/// One overlay, and one ImGui context, per canvas. GUI thread only; setUp, render and release with the canvas's OpenGL
/// context current. It draws when the canvas draws and never asks for a frame without a reason.
class ImGuiOverlay {
  public:
    ImGuiOverlay();
    ~ImGuiOverlay();
    ImGuiOverlay(const ImGuiOverlay&) = delete;
    ImGuiOverlay& operator=(const ImGuiOverlay&) = delete;

    /// False when ImGui finds no usable OpenGL.
    bool setUp();
    void release();
    bool ready() const { return ready_; }

    /// Takes mouse events over pinned cards. Returns true when the event belongs to a card; the canvas then repaints.
    bool handle(QEvent* event);

    struct Scene {
        QSize size;          ///< of the canvas, widget pixels
        double ratio = 1.0;  ///< device pixels per widget pixel
        PlaneMap map;
        const Theme* theme = nullptr;
        const LatentMarks* marks = nullptr;
        const QPaintDevice* device = nullptr;  ///< whose resolution text is measured in
    };
    /// Draws the marks. Returns the ids of the cards that were closed. `wantsFrame()` tells whether input is still
    /// waiting.
    std::vector<std::uint64_t> render(const Scene& scene);
    bool wantsFrame() const { return !buttonEvents_.empty(); }

  private:
    void refreshFont(const Scene& scene);
    void refreshStyle(const Theme& theme);
    /// Texture of a card's image; uploaded once per image.
    quintptr texture(const CodeCard& card);
    bool card(const CodeCard& card, const QRectF& area, const Scene& scene);

    ImGuiContext* context_ = nullptr;
    bool ready_ = false;
    double fontPixels_ = 0.0;
    QPointF mouse_;
    bool mouseInside_ = false;
    std::deque<bool> buttonEvents_;  ///< presses and releases, one per frame, so that a quick click is not lost
    bool buttonDown_ = false;
    QElapsedTimer clock_;
    std::vector<QRectF> pinnedAreas_;

    struct CardTexture {
        qint64 imageKey = 0;
        std::unique_ptr<QOpenGLTexture> texture;
    };
    std::map<std::uint64_t, CardTexture> textures_;
};

}  // namespace elbo
