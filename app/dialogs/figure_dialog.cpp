#include "app/dialogs/figure_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

namespace elbo {

namespace {

/// Widths that journals ask for (Nature's guide: 89 and 183 mm) and that slides have.
struct SizePreset {
    const char* name;
    double width, height;  // mm
};
constexpr SizePreset kPresets[] = {
    {QT_TRANSLATE_NOOP("elbo::FigureDialog", "One column, 89 mm"), 89, 66},
    {QT_TRANSLATE_NOOP("elbo::FigureDialog", "One and a half columns, 120 mm"), 120, 90},
    {QT_TRANSLATE_NOOP("elbo::FigureDialog", "Two columns, 183 mm"), 183, 120},
    {QT_TRANSLATE_NOOP("elbo::FigureDialog", "Slide, 16:9"), 254, 142.9},
};
constexpr int kOneColumn = 0;
constexpr int kTwoColumns = 2;

QDoubleSpinBox* lengthBox(const QString& name) {
    auto* box = new QDoubleSpinBox;
    box->setRange(20, 1000);
    box->setDecimals(1);
    box->setSuffix(FigureDialog::tr(" mm"));
    box->setAccessibleName(name);
    return box;
}

}  // namespace

QSizeF standardFigureSize(bool allViews) {
    const SizePreset& preset = kPresets[allViews ? kTwoColumns : kOneColumn];
    return {preset.width, preset.height};
}

FigureDialog::FigureDialog(const std::vector<View*>& views, View* chosen, QWidget* parent)
    : QDialog(parent),
      views_(views),
      what_(new QComboBox),
      preset_(new QComboBox),
      width_(lengthBox(tr("Width"))),
      height_(lengthBox(tr("Height"))),
      dpi_(new QSpinBox) {
    setWindowTitle(tr("Export figure"));
    what_->addItem(tr("All views"));
    for (const View* view : views_) {
        what_->addItem(view->title());
    }
    const auto place = std::find(views_.begin(), views_.end(), chosen);
    what_->setCurrentIndex(place == views_.end() ? 0 : static_cast<int>(place - views_.begin()) + 1);
    for (const SizePreset& preset : kPresets) {
        preset_->addItem(tr(preset.name));
    }
    dpi_->setRange(20, 2400);
    dpi_->setValue(300);
    dpi_->setSuffix(tr(" dpi"));

    auto* size = new QHBoxLayout;
    size->addWidget(width_);
    size->addWidget(new QLabel(QString::fromUtf8("×")));
    size->addWidget(height_);
    auto* form = new QFormLayout;
    form->addRow(tr("Show"), what_);
    form->addRow(tr("Made for"), preset_);
    form->addRow(tr("Size"), size);
    form->addRow(tr("Resolution of a PNG"), dpi_);
    auto* note =
        new QLabel(tr("PDF and SVG hold vectors and real text, CSV holds the numbers. The experiment is kept "
                      "inside: drop the file on the window to have it back."));
    note->setProperty("role", "muted");
    note->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    buttons->addButton(tr("Choose file..."), QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(preset_, &QComboBox::activated, this, &FigureDialog::takePreset);
    const auto suit = [this] { takePreset(view() == nullptr ? kTwoColumns : kOneColumn); };
    connect(what_, &QComboBox::activated, this, suit);
    suit();

    auto* layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(note);
    layout->addWidget(buttons);
}

void FigureDialog::takePreset(int index) {
    preset_->setCurrentIndex(index);
    width_->setValue(kPresets[index].width);
    height_->setValue(kPresets[index].height);
}

View* FigureDialog::view() const {
    const int index = what_->currentIndex();
    return index <= 0 ? nullptr : views_[static_cast<std::size_t>(index - 1)];
}

QSizeF FigureDialog::millimetres() const {
    return {width_->value(), height_->value()};
}

int FigureDialog::dpi() const {
    return dpi_->value();
}

}  // namespace elbo
