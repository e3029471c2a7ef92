// True posteriors beside the encoder's: what amortised inference misses, [InfoVAE] Fig. 4, [LiBI] Fig. 2-5.
#pragma once

#include <QLineEdit>
#include <QToolButton>
#include <vector>

#include "widgets/exact/exact_view.h"
#include "widgets/exact/posterior_painter.h"
#include "widgets/exact/posterior_scene.h"
#include "widgets/paint/eased_axis.h"

namespace elbo {

/// GUI thread only.
class PosteriorView : public ExactView {
    Q_OBJECT
  public:
    explicit PosteriorView(QWidget* parent = nullptr);

    QString id() const override { return QStringLiteral("posterior"); }
    QString title() const override { return tr("True posterior against encoder"); }
    QString explanation() const override;
    Placement placement() const override { return {Area::Exact, 420}; }
    void ask(ViewRequest& request, const ViewSubject& subject) const override;
    void setTheme(const Theme& theme) override;
    void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const override;
    QSizeF leastFigure(double width) const override;
    /// Both pictures' numbers, whichever is shown.
    QString csv() const override;

    /// The test examples asked for, counted from 0; empty: a choice of the program.
    const std::vector<int>& examples() const { return examples_; }

    PosteriorContent content() const { return content_; }
    void setContent(PosteriorContent content);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void prepare() override;
    std::vector<ExactSpot> spots() const override;

  private:
    void readExamples();
    PosteriorPicture picture() const;

    std::vector<PosteriorScene> scenes_;
    PosteriorContent content_ = PosteriorContent::Posteriors;
    PosteriorAxes axes_{0.0, 0.0, 0.0, 0.0};
    EasedAxis densityAxis_;  ///< dim z = 1
    std::vector<int> examples_;
    QLineEdit* entry_ = nullptr;
    QToolButton* posteriors_ = nullptr;
    QToolButton* means_ = nullptr;
};

}  // namespace elbo
