// Asks what a figure shows, how large it is on paper and, for PNG, how fine.
#pragma once

#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QSizeF>
#include <QSpinBox>
#include <vector>

#include "widgets/kit/view.h"

namespace elbo {

/// GUI thread, modal.
class FigureDialog : public QDialog {
    Q_OBJECT
  public:
    /// `views` are offered beside "all views"; `chosen` is preselected, null for all.
    FigureDialog(const std::vector<View*>& views, View* chosen, QWidget* parent);

    /// Null: all views.
    View* view() const;
    QSizeF millimetres() const;
    int dpi() const;

  private:
    void takePreset(int index);

    std::vector<View*> views_;
    QComboBox* what_;
    QComboBox* preset_;
    QDoubleSpinBox* width_;
    QDoubleSpinBox* height_;
    QSpinBox* dpi_;
};

/// Width and height in millimetres that suit one view, or all of them.
QSizeF standardFigureSize(bool allViews);

}  // namespace elbo
