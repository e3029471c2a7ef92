#include "widgets/objective/morph_row.h"

#include <QFontMetrics>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <cmath>

#include "widgets/kit/icons.h"
#include "widgets/kit/tips.h"
#include "widgets/kit/wheel_guard.h"

namespace elbo {

MorphRow::MorphRow(QWidget* parent) : QWidget(parent) {
    target_ = new QComboBox(this);
    target_->setObjectName("morphTarget");
    target_->setPlaceholderText("Morph to...");
    target_->setToolTip("The objective that the slider leads to; training goes on all the way.");
    target_->setAccessibleName("Objective to morph to");
    target_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    target_->setMinimumContentsLength(9);
    slider_ = new QSlider(Qt::Horizontal, this);
    slider_->setObjectName("morphSlider");
    slider_->setAccessibleName("Way to the other objective");
    slider_->setToolTip(
        "At its left end the objective to begin with, at its right end the other one, between them every term of both, "
        "weighed.");
    slider_->setRange(0, kPositions);
    slider_->setPageStep(kPositions / 10);
    play_ = new QToolButton(this);
    play_->setObjectName("morphPlay");
    play_->setCheckable(true);
    guardWheel(target_);
    guardWheel(slider_);

    // Names of objectives are long: the slider stands below.
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    row->addWidget(slider_, 1);
    row->addWidget(play_);
    auto* rows = new QVBoxLayout(this);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(2);
    rows->addWidget(target_);
    rows->addLayout(row);

    connect(target_, &QComboBox::activated, this, &MorphRow::targetChosen);
    connect(slider_, &QSlider::sliderPressed, this, [this] { positionAtPress_ = slider_->value(); });
    connect(slider_, &QSlider::valueChanged, this, [this] { Q_EMIT moved(share(), !slider_->isSliderDown()); });
    connect(slider_, &QSlider::sliderReleased, this, [this] {
        if (slider_->value() != positionAtPress_) {
            Q_EMIT moved(share(), true);
        }
    });
    connect(play_, &QToolButton::toggled, this, [this](bool playing) {
        showPlay();
        Q_EMIT playToggled(playing);
    });
    setTheme(theme_);
    setWay(-1, 0.0);
}

void MorphRow::setPresets(const std::vector<ObjectivePreset>& presets) {
    const QSignalBlocker quiet(target_);
    target_->clear();
    for (const ObjectivePreset& preset : presets) {
        target_->addItem(QString::fromStdString(preset.title));
        target_->setItemData(target_->count() - 1, wrappedTip(QString::fromStdString(preset.explanation)),
                             Qt::ToolTipRole);
    }
    target_->setMaxVisibleItems(target_->count());
    target_->setCurrentIndex(-1);
}

void MorphRow::setTheme(const Theme& theme) {
    theme_ = theme;
    const int icon = QFontMetrics(theme.font()).height();
    play_->setIconSize(QSize(icon, icon));
    // The names are longer than the room beside the slider: the list itself shows them whole.
    target_->view()->setMinimumWidth(QFontMetrics(theme.font()).averageCharWidth() * 36);
    showPlay();
}

void MorphRow::setWay(int target, double share) {
    const QSignalBlocker quietTarget(target_), quietSlider(slider_);
    target_->setCurrentIndex(target);
    slider_->setEnabled(target >= 0);
    play_->setEnabled(target >= 0);
    if (!slider_->isSliderDown() || target < 0) {
        slider_->setValue(static_cast<int>(std::lround(share * kPositions)));
    }
}

void MorphRow::setPlaying(bool playing) {
    const QSignalBlocker quiet(play_);
    play_->setChecked(playing);
    showPlay();
}

double MorphRow::share() const {
    return static_cast<double>(slider_->value()) / kPositions;
}

void MorphRow::showPlay() {
    const bool playing = play_->isChecked();
    play_->setIcon(themedIcon(playing ? "pause" : "play", theme_));
    const QString tip = playing ? QString("Stay here on the way") : QString("Go the rest of the way while training");
    play_->setToolTip(tip);
    play_->setAccessibleName(tip);
}

}  // namespace elbo
