// A view with a header: what it shows, what that means, and ways to take it out or make it large.
#pragma once

#include <QFrame>
#include <QLabel>
#include <QMenu>
#include <QToolButton>

#include "widgets/kit/view.h"

namespace elbo {

/// GUI thread. Owns its view. Where the title and its buttons do not fit side by side, the buttons fold into a menu.
class PanelFrame : public QFrame {
    Q_OBJECT
  public:
    explicit PanelFrame(View* view, QWidget* parent = nullptr);

    View* view() const { return view_; }
    /// Hands the theme on to the view.
    void setTheme(const Theme& theme);
    /// Which of the two symbols the button shows: the window does the enlarging.
    void setMaximised(bool maximised);
    /// Whether the buttons of the header are in its menu, for want of room.
    bool folded() const { return !more_->isHidden(); }

    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void exportRequested(elbo::View* view);
    void maximiseRequested(elbo::View* view);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void explain(const QWidget* beside);
    void foldHeader();
    int titleWidth(const QString& words, double scale) const;

    Theme theme_ = Theme::darkTheme();
    View* view_ = nullptr;
    bool maximised_ = false;
    QWidget* header_ = nullptr;
    QLabel* title_ = nullptr;
    QToolButton* explain_ = nullptr;
    QToolButton* export_ = nullptr;
    QToolButton* maximise_ = nullptr;
    QToolButton* more_ = nullptr;
    QMenu* menu_ = nullptr;
    QAction* maximiseAction_ = nullptr;
};

}  // namespace elbo
