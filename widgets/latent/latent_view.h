// The latent space of one fleet member, or of several side by side with one window on all of them.
#pragma once

#include <QElapsedTimer>
#include <QGridLayout>
#include <QLabel>
#include <memory>
#include <vector>

#include "widgets/fleet/fleet_order.h"
#include "widgets/kit/view.h"
#include "widgets/latent/latent_camera.h"
#include "widgets/latent/latent_header.h"
#include "widgets/latent/latent_surface.h"
#include "widgets/latent/probe_list.h"
#include "widgets/paint/eased_axis.h"
#include "widgets/paint/legend_strip.h"

namespace elbo {

class GlStage;

/// GUI thread only. Members share window and scales. Drag pans, the wheel zooms about the pointer, F or a double click
/// fits, a click pins a card, Escape removes all cards. OpenGL paints planes where it is usable; otherwise, and for
/// curves, software does.
class LatentView : public View {
    Q_OBJECT
  public:
    explicit LatentView(QWidget* parent = nullptr);
    ~LatentView() override;

    QString id() const override { return QStringLiteral("latent"); }
    QString title() const override { return tr("Latent space"); }
    QString explanation() const override;
    Placement placement() const override { return {Area::Centre}; }
    /// Also for the window, the plane and the codes that are hovered and pinned.
    void ask(ViewRequest& request, const ViewSubject& subject) const override;
    void showFrame(std::shared_ptr<const Frame> frame) override;
    void setTheme(const Theme& theme) override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QSizeF leastFigure(double width) const override;
    QString csv() const override;
    bool appliesTo(const Frame& frame) const override { return !frame.latents.empty(); }

    /// The window that is shown, with the proportions of the canvases; where a movement runs, its end.
    LatentWindow window() const;
    /// The setters do not signal; setWindow ends the following.
    void setWindow(const LatentWindow& window);
    void setPlane(const LatentPlane& plane);
    LatentPlane plane() const { return header_->plane(); }
    void setLayers(const LatentLayers& layers);
    LatentLayers layers() const { return header_->layers(); }
    void setFollowing(bool following) { camera_.setFollowing(following); }
    bool following() const { return camera_.following(); }
    void setFocusMember(int member) override;

    /// Glides to all codes of all members shown.
    void fit();
    /// Forgets hovered and pinned codes.
    void clearProbes();

    QSize minimumSizeHint() const override { return QSize(200, 200).expandedTo(View::minimumSizeHint()); }

  Q_SIGNALS:
    void windowChanged(const elbo::LatentWindow& window);
    void planeChanged(const elbo::LatentPlane& plane);
    /// Other codes are to be decoded.
    void probesChanged(const std::vector<elbo::ProbeRequest>& probes);
    void layersChanged(const elbo::LatentLayers& layers);
    /// Once, when planes have to be painted without OpenGL.
    void softwarePaintingUsed();

  protected:
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

  private:
    void prepareScenes();
    void arrangeCanvases();
    void arrangeGrid();
    std::unique_ptr<LatentSurface> makeCanvas(const std::shared_ptr<GlStage>& stage);
    void connectCanvas(std::size_t index);
    void fallBackToSoftware();
    void refreshContents();
    void refreshMarks();
    void announceWindow();
    void probesMoved();
    LatentPicture picture(std::size_t index) const;
    void refreshLegend();
    bool compact() const { return !canvases_.empty() && canvases_.front()->compact(); }
    /// The picture as a figure has it: all members on one scale.
    LatentPicture figurePicture(std::size_t index) const;
    LatentWindow content() const;
    double curvePeak() const;  ///< highest density of all members, dim z = 1
    /// Of the plots; of one-dimensional codes only the width counts.
    QSizeF proportions() const;

    Theme theme_ = Theme::darkTheme();
    std::shared_ptr<const Frame> frame_;
    std::vector<std::shared_ptr<const LatentScene>> scenes_;
    std::vector<QString> titles_, briefTitles_;
    FleetOrder order_;
    double densityPeak_ = 0.0;  ///< over all members
    std::vector<std::unique_ptr<LatentSurface>> canvases_;
    bool canvasesUseOpenGl_ = false;
    int columns_ = 0;  ///< in which the canvases stand
    bool softwareAnnounced_ = false;
    int focusMember_ = -1;
    LatentCamera camera_;
    EasedAxis densityAxis_;  ///< of one-dimensional codes
    LatentWindow announced_;
    bool quiet_ = false;  ///< a setter is at work: nothing is announced
    ProbeList probes_;
    QElapsedTimer pinClock_;

    LatentHeader* header_;
    LegendStrip* legend_;  ///< of all canvases together, when they are small
    QLabel* placeholder_;
    QGridLayout* grid_;
};

}  // namespace elbo
