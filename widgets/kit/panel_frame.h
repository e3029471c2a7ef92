// A view with a header: what it shows, what that means, and ways to take it out or make it large.
#pragma once

#include <QFrame>
#include <QLabel>
#include <QToolButton>

#include "widgets/kit/view.h"

namespace elbo {

/// GUI thread. Owns its view.
class PanelFrame : public QFrame {
    Q_OBJECT
  public:
    explicit PanelFrame(View* view, QWidget* parent = nullptr);

    View* view() const { return view_; }
    /// Hands the theme on to the view.
    void setTheme(const Theme& theme);
    /// Which of the two symbols the button shows: the window does the enlarging.
    void setMaximised(bool maximised);

  Q_SIGNALS:
    void exportRequested(elbo::View* view);
    void maximiseRequested(elbo::View* view);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    Theme theme_ = Theme::darkTheme();
    View* view_ = nullptr;
    bool maximised_ = false;
    QWidget* header_ = nullptr;
    QLabel* title_ = nullptr;
    QToolButton* explain_ = nullptr;
    QToolButton* export_ = nullptr;
    QToolButton* maximise_ = nullptr;
};

}  // namespace elbo
