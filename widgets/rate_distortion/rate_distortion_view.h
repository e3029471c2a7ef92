// The rate-distortion plane: where each model of the fleet stands between saying little and reconstructing well.
#pragma once

#include <QElapsedTimer>
#include <QLabel>
#include <QTimer>
#include <QToolButton>

#include "widgets/kit/view.h"
#include "widgets/paint/eased_range.h"
#include "widgets/rate_distortion/rate_distortion.h"
#include "widgets/rate_distortion/sweep_plane.h"
#include "widgets/rate_distortion/sweep_points.h"

namespace elbo {

class RateDistortionPlot;
class SweepPlaneWidget;

/// GUI thread.
class RateDistortionView : public View {
    Q_OBJECT
  public:
    explicit RateDistortionView(QWidget* parent = nullptr);
    ~RateDistortionView() override;

    QString id() const override { return "rate-distortion"; }
    QString title() const override { return "Rate and distortion"; }
    QString explanation() const override;
    Placement placement() const override { return {Area::Course, 380}; }
    void ask(ViewRequest& request, const ViewSubject& subject) const override;

    void showFrame(std::shared_ptr<const Frame> frame) override;
    void setTheme(const Theme& theme) override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QSizeF leastFigure(double width) const override;
    QString csv() const override;

    Split split() const { return split_; }
    void setSplit(Split split);
    PlaneAxes axes() const { return axes_; }
    void setAxes(PlaneAxes axes);
    void setFocusMember(int member) override;
    /// Whether the best that any encoder could do for the decoders in force is measured and drawn.
    bool bounds() const { return bounds_; }
    void setBounds(bool bounds);

    /// Shows the models of a sweep beside the live ones; null for none. Where it has several families, their plane
    /// takes the place of the live one.
    void setSweep(std::shared_ptr<const Sweep> sweep);
    /// Whether the plane of the sweep is shown in place of the live one.
    bool showsFamilies() const { return sweep_ != nullptr && families_->isChecked(); }
    void setShowsFamilies(bool shows);

    QSize sizeHint() const override { return {420, 360}; }
    QSize minimumSizeHint() const override { return QSize(200, 160).expandedTo(View::minimumSizeHint()); }

  Q_SIGNALS:
    /// A model of the sweep was clicked: open its run folder.
    void sweepModelChosen(const QString& folder);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void prepare();
    void sayWhatBestTakes();
    void glide();

    Theme theme_ = Theme::darkTheme();
    Split split_ = Split::Test;
    PlaneAxes axes_ = PlaneAxes::Distortion;
    bool bounds_ = false;
    int focus_ = -1;
    std::shared_ptr<const Frame> frame_;
    MoveMarks moves_;
    RateDistortionDrawing drawing_;
    EasedRange rates_;
    EasedRange heights_;
    QTimer glideTimer_;
    QElapsedTimer sinceGlide_;

    std::shared_ptr<const Sweep> sweep_;
    SweepDrawing sweepDrawing_;
    SweepPlane sweepPlane_;

    RateDistortionPlot* plot_ = nullptr;
    SweepPoints* sweepPoints_ = nullptr;
    SweepPlaneWidget* plane_ = nullptr;
    QToolButton* families_ = nullptr;
    QToolButton* distortionAxis_ = nullptr;
    QToolButton* elboAxis_ = nullptr;
    QToolButton* best_ = nullptr;
    QToolButton* train_ = nullptr;
    QToolButton* test_ = nullptr;
    QLabel* source_ = nullptr;
};

}  // namespace elbo
