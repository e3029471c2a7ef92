// The layout of the lab: controls on the left, codes and pictures in the middle, the course of training on the right.
#pragma once

#include <QMap>
#include <QScrollArea>
#include <QSplitter>
#include <QWidget>
#include <map>
#include <memory>
#include <vector>

#include "app/window/page_column.h"
#include "app/window/request.h"
#include "training/data/dataset.h"
#include "widgets/experiment/experiment_panel.h"
#include "widgets/fleet/comparison_bar.h"
#include "widgets/kit/panel_frame.h"
#include "widgets/kit/view.h"
#include "widgets/latent/latent_view.h"
#include "widgets/objective/objective_panel.h"
#include "widgets/transport/transport_bar.h"

namespace elbo {

/// Owns all views and panels and decides which are visible. GUI thread.
class Arrangement : public QWidget {
    Q_OBJECT
  public:
    explicit Arrangement(QWidget* parent = nullptr);

    TransportBar* transport() const { return transport_; }
    ObjectivePanel* objective() const { return objective_; }
    ExperimentPanel* experimentPanel() const { return experimentPanel_; }
    LatentView* latent() const { return latent_; }
    /// All views in reading order, also those that are hidden.
    std::vector<View*> views() const;
    /// Those that say something about the experiment in force, in reading order, of the page that is shown: what a
    /// figure of everything shows.
    std::vector<View*> applicableViews() const;
    /// The view of that id, or null.
    View* view(const QString& id) const;

    /// Chooses the views that suit the data and the model.
    void adapt(const Experiment& experiment, const Dataset& dataset);
    /// Hands the frame to every visible view and panel that has not shown it yet.
    void showFrame(const std::shared_ptr<const Frame>& frame);
    void setTheme(const Theme& theme);
    /// One view in place of all others, with larger type; null brings all back.
    void maximise(View* view);
    View* maximised() const { return maximised_; }
    /// The right column.
    PageColumn* pages() const { return pages_; }
    /// Presentation mode: only transport and objective are left of the controls.
    void setSlim(bool slim);
    /// Makes a member of the fleet stand out everywhere; -1 for none.
    void setFocusMember(int member);
    /// Names the comparison and shows its numbers; an inactive one hides them.
    void setComparison(const Comparison& pair);

    /// What these views want to know.
    ViewRequest ask(const std::vector<View*>& views) const;
    /// What the visible views want to know, for requestFor(); the window adds its own part.
    OnScreen onScreen() const;

    /// Sizes of all splitters by name, as plain numbers, to be stored and restored; what is no such list is ignored.
    QMap<QString, QByteArray> saveSplitters() const;
    void restoreSplitters(const QMap<QString, QByteArray>& states);
    void restoreDefaultSizes();

  Q_SIGNALS:
    void exportRequested(elbo::View* view);
    void memberFocused(int member);
    void memberCompared(int member);
    void comparisonLeft();

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    PanelFrame* addPanel(View* view, QSplitter* into);
    QScrollArea* buildControls();
    void fitControls();
    QSplitter* addSplitter(const QString& name, Qt::Orientation orientation);
    QSplitter* splitter(const QString& name) const;
    int controlsWidth() const;
    std::vector<View*> viewsIn(Area area) const;
    int picturesHeight() const;
    void shareCentre();
    void refreshVisibility();
    void setPanelTheme(PanelFrame& panel);

    std::vector<PanelFrame*> panels_;
    std::map<const View*, std::uint64_t> shown_;  ///< sequence of the frame each view has
    std::uint64_t shownByPanels_ = 0;
    View* maximised_ = nullptr;
    /// The default experiment's, until one is open: a row that is never seen must not widen the window.
    ViewSubject subject_{DataShape::image(28, 28), 2, 1};
    int picturesHeight_ = 0;
    Theme theme_;  ///< in force

    TransportBar* transport_ = nullptr;
    ComparisonBar* comparison_ = nullptr;
    QWidget* comparisonFrame_ = nullptr;
    ObjectivePanel* objective_ = nullptr;
    ExperimentPanel* experimentPanel_ = nullptr;
    QScrollArea* controls_ = nullptr;
    PageColumn* pages_ = nullptr;
    LatentView* latent_ = nullptr;
    std::vector<QSplitter*> splitters_;  ///< outer ones first
};

}  // namespace elbo
