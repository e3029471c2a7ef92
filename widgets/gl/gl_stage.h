// Where OpenGL paints: one context without a window, whose pictures are read back and drawn by ordinary widgets.
#pragma once

#include <QImage>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFramebufferObject>
#include <functional>
#include <memory>

namespace elbo {

/// GUI thread only. Shared by all canvases: a QOpenGLWidget would make Qt compose the whole window with OpenGL at every
/// change of any widget, which a software driver pays with a core, and would need a context per canvas.
class GlStage {
  public:
    /// The stage that is in use, or a new one; null where there is no OpenGL 3.3 core (platforms without windows too)
    /// and after giveUp(). The stage goes with its last owner.
    static std::shared_ptr<GlStage> acquire();
    /// From now on acquire() gives null: a context could be made, but its driver failed at work.
    static void giveUp();
    /// Whether acquire() gives a stage.
    static bool usable();

    GlStage(const GlStage&) = delete;
    GlStage& operator=(const GlStage&) = delete;
    ~GlStage();

    /// Runs `work` with the context current. Returns false, without running it, when the context is lost.
    bool with(const std::function<void()>& work);
    /// What `draw` paints into a frame buffer of `pixels`, whose origin is its lower left corner; null when the
    /// context is lost.
    QImage paint(const QSize& pixels, const std::function<void()>& draw);

  private:
    GlStage() = default;
    bool begin();

    QOffscreenSurface surface_;
    QOpenGLContext context_;
    std::unique_ptr<QOpenGLFramebufferObject> buffer_;  ///< as large as the largest picture so far
};

}  // namespace elbo
