// Asks what a figure shows, how large it is on paper and how it is set, and shows what that comes to, at true size.
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QImage>
#include <QLabel>
#include <QPushButton>
#include <QSizeF>
#include <QSpinBox>
#include <QTimer>
#include <functional>
#include <vector>

#include "widgets/figure/figure_export.h"
#include "widgets/kit/view.h"

namespace elbo {

/// What the dialog asks of who opens it; a null view stands for all of them.
struct FigureHelp {
    /// What such a figure would be made with, before this dialog changes it: its caption counts.
    std::function<FigureOptions(View* view)> options;
    /// The figure as a picture at so many dots per inch. Throws std::exception with the reason why there is none.
    std::function<QImage(View* view, const FigureOptions& options, int dpi)> preview;
    /// The least size, in millimetres, that works.
    std::function<QSizeF(View* view, const FigureOptions& options)> leastSize;
};

/// GUI thread, modal.
class FigureDialog : public QDialog {
    Q_OBJECT
  public:
    /// `views` are offered beside "all views"; `chosen` is preselected, null for all.
    FigureDialog(const std::vector<View*>& views, View* chosen, FigureHelp help, QWidget* parent);

    /// Null: all views.
    View* view() const;
    /// Sets what was chosen here: size, resolution, type and colours; a caption that is not wanted is taken out.
    void apply(FigureOptions& options) const;

  private:
    void takePreset(int index);
    void showPreview();

    std::vector<View*> views_;
    FigureHelp help_;
    QTimer previewTimer_;
    QComboBox* what_;
    QComboBox* preset_;
    QDoubleSpinBox* width_;
    QDoubleSpinBox* height_;
    QDoubleSpinBox* type_;
    QSpinBox* dpi_;
    QCheckBox* caption_;
    QCheckBox* gray_;
    QCheckBox* transparent_;
    QLabel* preview_;
    QPushButton* choose_;
};

/// Width and height in millimetres that suit one view, or all of them.
QSizeF standardFigureSize(bool allViews);

}  // namespace elbo
