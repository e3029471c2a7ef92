// True posteriors beside the encoder's: what amortised inference misses, [InfoVAE] Fig. 4, [LiBI] Fig. 2-5.
#pragma once

#include <QLabel>
#include <QLineEdit>
#include <QToolButton>
#include <vector>

#include "widgets/exact/posterior_painter.h"
#include "widgets/exact/posterior_scene.h"
#include "widgets/exact/shown_exact.h"
#include "widgets/kit/flow_layout.h"
#include "widgets/kit/view.h"
#include "widgets/paint/eased_axis.h"

namespace elbo {

/// GUI thread only. For dim z of 1 or 2.
class PosteriorView : public View {
    Q_OBJECT
  public:
    explicit PosteriorView(QWidget* parent = nullptr);

    QString id() const override { return QStringLiteral("posterior"); }
    QString title() const override { return tr("True posterior against encoder"); }
    QString explanation() const override;
    Placement placement() const override { return {Area::Exact, 420}; }
    bool suits(const ViewSubject& subject) const override { return subject.hasExact(); }
    QString needs() const override { return whatExactNeeds(); }
    void ask(ViewRequest& request, const ViewSubject& subject) const override;
    void showFrame(std::shared_ptr<const Frame> frame) override;
    void setTheme(const Theme& theme) override;
    void setFocusMember(int member) override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    /// Both pictures' numbers, whichever is shown.
    QString csv() const override;
    bool appliesTo(const Frame& frame) const override { return !frame.exactFrames.empty(); }

    /// The test examples asked for, counted from 0; empty: a choice of the program.
    const std::vector<int>& examples() const { return examples_; }

    PosteriorContent content() const { return content_; }
    void setContent(PosteriorContent content);

    QSize sizeHint() const override { return {420, 320}; }
    QSize minimumSizeHint() const override { return QSize(200, 160).expandedTo(View::minimumSizeHint()); }

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    bool event(QEvent* event) override;

  private:
    QRectF canvas() const;
    void prepare();
    void readExamples();
    PosteriorPicture picture() const;

    Theme theme_ = Theme::darkTheme();
    std::shared_ptr<const Frame> frame_;
    std::vector<PosteriorScene> scenes_;
    int focus_ = -1;
    PosteriorContent content_ = PosteriorContent::Posteriors;
    PosteriorAxes axes_{0.0, 0.0, 0.0, 0.0};
    EasedAxis densityAxis_;  ///< dim z = 1
    std::vector<int> examples_;
    FlowLayout* row_ = nullptr;
    QLabel* source_ = nullptr;
    QLineEdit* entry_ = nullptr;
    QToolButton* posteriors_ = nullptr;
    QToolButton* means_ = nullptr;
};

}  // namespace elbo
