#include "app/dialogs/figure_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "widgets/figure/figure_size.h"

namespace elbo {

namespace {

constexpr int kPreviewDelay = 150;  ///< milliseconds after the last change
constexpr QSize kPreviewRoom(460, 420);
constexpr double kAspect = 0.66;  ///< height over width of a figure of all views, and kViewAspect of one
constexpr double kViewAspect = 0.74;

/// A width that is offered, and the height that suits one view. The printed widths follow.
struct SizePreset {
    QString name;
    double width, height;  ///< mm
};

const std::vector<SizePreset>& presets() {
    static const std::vector<SizePreset> kPresets = [] {
        std::vector<SizePreset> made{{FigureDialog::tr("One column, 89 mm"), 89, 66},
                                     {FigureDialog::tr("One and a half columns, 120 mm"), 120, 90},
                                     {FigureDialog::tr("Two columns, 183 mm"), 183, 120},
                                     {FigureDialog::tr("Slide, 16:9"), 254, 142.9}};
        for (const PrintedWidth& place : printedWidths()) {
            made.push_back({QString::fromStdString(place.meaning), place.width, std::round(kViewAspect * place.width)});
            made.back().name[0] = made.back().name[0].toUpper();
        }
        return made;
    }();
    return kPresets;
}

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
    const SizePreset& preset = presets()[allViews ? kTwoColumns : kOneColumn];
    return {preset.width, preset.height};
}

FigureDialog::FigureDialog(const std::vector<View*>& views, View* chosen, FigureHelp help, QWidget* parent)
    : QDialog(parent),
      views_(views),
      help_(std::move(help)),
      what_(new QComboBox),
      preset_(new QComboBox),
      width_(lengthBox(tr("Width"))),
      height_(lengthBox(tr("Height"))),
      type_(new QDoubleSpinBox),
      dpi_(new QSpinBox),
      caption_(new QCheckBox(tr("Caption"))),
      gray_(new QCheckBox(tr("Without colour"))),
      transparent_(new QCheckBox(tr("Transparent ground"))),
      preview_(new QLabel),
      choose_(new QPushButton(tr("Choose file..."))) {
    setWindowTitle(tr("Export figure"));
    what_->addItem(tr("All views"));
    for (const View* view : views_) {
        what_->addItem(view->title());
    }
    const auto place = std::find(views_.begin(), views_.end(), chosen);
    what_->setCurrentIndex(place == views_.end() ? 0 : static_cast<int>(place - views_.begin()) + 1);
    for (const SizePreset& preset : presets()) {
        preset_->addItem(preset.name);
    }
    type_->setRange(4.0, 36.0);
    type_->setDecimals(1);
    type_->setValue(FigureOptions{}.fontPoints);
    type_->setSuffix(tr(" pt"));
    dpi_->setRange(36, 2400);
    dpi_->setValue(300);
    dpi_->setSuffix(tr(" dpi"));
    caption_->setChecked(true);

    auto* size = new QHBoxLayout;
    size->addWidget(width_);
    size->addWidget(new QLabel(QString::fromUtf8("×")));
    size->addWidget(height_);
    auto* form = new QFormLayout;
    form->addRow(tr("Show"), what_);
    form->addRow(tr("Made for"), preset_);
    form->addRow(tr("Size"), size);
    form->addRow(tr("Type"), type_);
    form->addRow(tr("Resolution of a PNG"), dpi_);
    form->addRow(QString(), caption_);
    form->addRow(QString(), gray_);
    form->addRow(QString(), transparent_);
    auto* note = new QLabel(
        tr("PDF, SVG and TikZ/PGF (.tex, for \\input in LaTeX) hold vectors and real text, CSV holds the numbers, a "
           "table in each file. The experiment is kept inside: drop the file on the window to have it back."));
    note->setProperty("role", "muted");
    note->setWordWrap(true);
    preview_->setObjectName("preview");
    preview_->setAccessibleName(tr("The figure at its true size"));
    preview_->setAlignment(Qt::AlignCenter);
    preview_->setTextFormat(Qt::PlainText);  // in place of a figure that cannot be made, it names experiments and files
    preview_->setWordWrap(true);
    auto* room = new QScrollArea;
    room->setWidget(preview_);
    room->setWidgetResizable(true);
    room->setMinimumSize(kPreviewRoom);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    buttons->addButton(choose_, QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(preset_, &QComboBox::activated, this, &FigureDialog::takePreset);
    const auto suit = [this] { takePreset(view() == nullptr ? kTwoColumns : kOneColumn); };
    connect(what_, &QComboBox::activated, this, suit);

    previewTimer_.setSingleShot(true);
    previewTimer_.setInterval(kPreviewDelay);
    connect(&previewTimer_, &QTimer::timeout, this, &FigureDialog::showPreview);
    const auto later = [this] { previewTimer_.start(); };
    for (QDoubleSpinBox* box : {width_, height_, type_}) {
        connect(box, &QDoubleSpinBox::valueChanged, this, later);
    }
    for (QCheckBox* box : {caption_, gray_, transparent_}) {
        connect(box, &QCheckBox::toggled, this, later);
    }
    connect(what_, &QComboBox::currentIndexChanged, this, later);
    suit();
    later();

    auto* left = new QVBoxLayout;
    left->addLayout(form);
    left->addWidget(note);
    left->addStretch(1);
    auto* both = new QHBoxLayout;
    both->addLayout(left);
    both->addWidget(room, 1);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(both, 1);
    layout->addWidget(buttons);
}

void FigureDialog::takePreset(int index) {
    const SizePreset& preset = presets()[static_cast<std::size_t>(index)];
    preset_->setCurrentIndex(index);
    width_->setValue(preset.width);
    height_->setValue(view() == nullptr ? std::round(kAspect * preset.width) : preset.height);
    FigureOptions options = help_.options(view());
    apply(options);
    const QSizeF least = help_.leastSize(view(), options);
    height_->setValue(std::max(height_->value(), std::ceil(least.height())));
    width_->setValue(std::max(width_->value(), least.width()));
}

void FigureDialog::showPreview() {
    FigureOptions options = help_.options(view());
    apply(options);
    const QScreen* display = screen();
    const double ratio = devicePixelRatioF();
    const double dpi = (display != nullptr ? display->physicalDotsPerInch() : 96.0) * ratio;
    try {
        // A screen that does not know its size says anything.
        QImage image = help_.preview(view(), options, std::clamp(static_cast<int>(std::lround(dpi)), 60, 400));
        image.setDevicePixelRatio(ratio);
        preview_->setPixmap(QPixmap::fromImage(image));
        choose_->setEnabled(true);
    } catch (const std::exception& error) {
        preview_->setText(QString::fromUtf8(error.what()));
        choose_->setEnabled(false);
    }
}

View* FigureDialog::view() const {
    const int index = what_->currentIndex();
    return index <= 0 ? nullptr : views_[static_cast<std::size_t>(index - 1)];
}

void FigureDialog::apply(FigureOptions& options) const {
    options.millimetres = {width_->value(), height_->value()};
    options.dpi = dpi_->value();
    options.fontPoints = type_->value();
    options.gray = gray_->isChecked();
    options.transparent = transparent_->isChecked();
    if (!caption_->isChecked()) {
        options.caption.clear();
    }
}

}  // namespace elbo
