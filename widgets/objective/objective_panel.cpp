#include "widgets/objective/objective_panel.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>
#include <utility>

#include "widgets/fleet/fleet_order.h"
#include "widgets/fleet/member_name.h"
#include "widgets/kit/numbers.h"
#include "widgets/kit/tips.h"
#include "widgets/kit/wheel_guard.h"
#include "widgets/objective/knob_options.h"

namespace elbo {
namespace {

constexpr int kMargin = 8;
const QString kCustom = "Custom objective";

/// What the tip of the tick says at which all but so many directions are lost.
QString wordsOfTick(double beta, std::size_t left) {
    const QString directions =
        left == 0 ? QString("no direction") : QString("%1 %2").arg(left).arg(left == 1 ? "direction" : "directions");
    return QString::fromUtf8(
               "Above \u03b2 = %1, an eigenvalue of the data over the variance of the decoder, the best "
               "linear model codes %2 of the data.")
        .arg(numberText(beta), directions);
}

}  // namespace

ObjectivePanel::ObjectivePanel(QWidget* parent) : QWidget(parent) {
    buildHead();
    auto* presetRow = new QHBoxLayout;
    presetRow->setSpacing(4);
    presetRow->addWidget(preset_, 1);
    presetRow->addWidget(morph_);
    formula_ = new FormulaBlock(this);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    layout->setSpacing(4);
    layout->addWidget(memberRow_);
    layout->addLayout(presetRow);
    layout->addWidget(morphRow_);
    layout->addSpacing(4);
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        double Knobs::*knob = kKnobNames[place].value;
        sliders_[place] = new KnobSlider(knobOptions(place), this);
        if (place == kMainKnobs) {
            layout->addWidget(more_, 0, Qt::AlignLeft);
        }
        layout->addWidget(sliders_[place]);
        connect(sliders_[place], &KnobSlider::changed, this,
                [this, knob](double value, bool settled) { change(knob, value, settled); });
    }
    layout->addSpacing(2);
    layout->addWidget(formula_);
    layout->addStretch(1);

    connect(preset_, &QComboBox::activated, this, &ObjectivePanel::presetChosen);
    connect(member_, &QComboBox::activated, this, &ObjectivePanel::takeFocus);
    connect(more_, &QToolButton::toggled, this, &ObjectivePanel::showWeights);
    connect(morph_, &QToolButton::toggled, this, [this](bool wanted) {
        morphRow_->setVisible(wanted);
        if (!wanted) {
            Q_EMIT morphTargetChosen(-1);
        }
    });
    connect(morphRow_, &MorphRow::targetChosen, this, &ObjectivePanel::morphTargetChosen);
    connect(morphRow_, &MorphRow::moved, this, &ObjectivePanel::morphMoved);
    connect(morphRow_, &MorphRow::playToggled, this, &ObjectivePanel::morphPlayToggled);
    setTheme(theme_);
    listMembers();
    showKnobs();
}

void ObjectivePanel::buildHead() {
    memberRow_ = new QWidget(this);
    member_ = new QComboBox(memberRow_);
    member_->setObjectName("member");
    member_->setToolTip("Which member of the fleet the sliders move; the views follow it.");
    member_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    together_ = new QCheckBox("Move all", memberRow_);
    together_->setObjectName("moveAll");
    together_->setToolTip("A slider or a named objective acts on every member of the fleet.");
    auto* memberLayout = new QHBoxLayout(memberRow_);
    memberLayout->setContentsMargins(0, 0, 0, 0);
    memberLayout->addWidget(member_, 1);
    memberLayout->addWidget(together_);

    preset_ = new QComboBox(this);
    preset_->setObjectName("preset");
    preset_->setPlaceholderText(kCustom);
    preset_->setAccessibleName("Named objective");
    preset_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    morph_ = new QToolButton(this);
    morph_->setObjectName("morph");
    morph_->setText("Morph");
    morph_->setCheckable(true);
    morph_->setToolTip("Go from this objective to another one by a slider, while training goes on.");
    morphRow_ = new MorphRow(this);
    morphRow_->hide();
    more_ = new QToolButton(this);
    more_->setObjectName("moreWeights");
    more_->setText("More weights");
    more_->setCheckable(true);
    more_->setToolTip("Show the weights of all further terms; those in force are always shown.");
    guardWheel(preset_);
    guardWheel(member_);
}

void ObjectivePanel::setPresets(const std::vector<ObjectivePreset>& presets) {
    presets_ = presets;
    const QSignalBlocker quiet(preset_);
    preset_->clear();
    for (const ObjectivePreset& preset : presets) {
        preset_->addItem(QString::fromStdString(preset.title));
        preset_->setItemData(preset_->count() - 1,
                             wrappedTip(QString::fromStdString(preset.explanation + "\n" + preset.citation)),
                             Qt::ToolTipRole);
    }
    preset_->setMaxVisibleItems(std::max(1, preset_->count()));
    morphRow_->setPresets(presets);
    showPreset();
}

void ObjectivePanel::setExperiment(const Experiment& experiment, int focus) {
    experiment_ = experiment;
    touched_ = {};
    focus_ = std::clamp(focus, 0, experiment.fleetSize() - 1);
    listMembers();
    showKnobs();
}

void ObjectivePanel::setKnobs(const std::vector<Knobs>& knobs, int focus) {
    if (knobs.empty()) {
        return;
    }
    const int wanted = std::clamp(focus, 0, static_cast<int>(knobs.size()) - 1);
    if (knobs == experiment_.knobs && wanted == focus_) {
        return;
    }
    experiment_.knobs = knobs;
    touched_ = {};
    focus_ = wanted;
    listMembers();
    showKnobs();
}

void ObjectivePanel::showFrame(std::shared_ptr<const Frame> frame) {
    const KnobFlags before = frame_ ? frame_->scheduled : KnobFlags{};
    frame_ = std::move(frame);
    if (frame_ != nullptr) {
        const KnobFlags& scheduled = frame_->scheduled;
        for (std::size_t knob = 0; knob < kKnobCount; ++knob) {
            touched_[knob] = touched_[knob] && scheduled[knob];
        }
        const QWidget* typing = QApplication::focusWidget();
        const bool busy = qobject_cast<const QAbstractSpinBox*>(typing) != nullptr && isAncestorOf(typing);
        if (any(scheduled) && !busy) {
            moveSliders();
        }
        if (scheduled != before) {
            showWeights();
            showFormula();
        }
    }
    showTicks();
    formula_->showFrame(frame_, inForce());
}

void ObjectivePanel::setTheme(const Theme& theme) {
    theme_ = theme;
    for (KnobSlider* slider : sliders_) {
        slider->setTheme(theme);
    }
    more_->setFont(theme.font(0.9));
    morphRow_->setTheme(theme);
    formula_->setTheme(theme);
    listMembers();
}

void ObjectivePanel::beginMorph(int target, const Morph& way, const QString& from) {
    wayFrom_ = from;
    onTheWay_ = {};
    for (const auto* end : {&way.from, &way.to}) {
        for (const Knobs& knobs : *end) {
            const KnobFlags terms = extraTerms(knobs);
            for (std::size_t place = 0; place < kKnobCount; ++place) {
                onTheWay_[place] = onTheWay_[place] || terms[place];
            }
        }
    }
    morph_->setChecked(true);
    morphRow_->setWay(target, 0.0);
    showKnobs();
}

void ObjectivePanel::setMorphPlace(double share, bool playing) {
    morphRow_->setWay(morphRow_->target(), share);
    morphRow_->setPlaying(playing);
    showPreset();
}

void ObjectivePanel::endMorph() {
    onTheWay_ = {};
    morphRow_->setWay(-1, 0.0);
    morphRow_->setPlaying(false);
    showKnobs();
}

void ObjectivePanel::change(double Knobs::*knob, double value, bool settled) {
    if (together_->isChecked()) {
        for (Knobs& member : experiment_.knobs) {
            member.*knob = value;
        }
    } else {
        experiment_.knobs[static_cast<std::size_t>(focus_)].*knob = value;
    }
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        touched_[place] = touched_[place] || kKnobNames[place].value == knob;
    }
    showKnobs();
    if (settled) {
        listMembers();
    }
    Q_EMIT knobsChanged(experiment_.knobs, settled);
}

void ObjectivePanel::takeFocus(int member) {
    if (member >= 0 && member < static_cast<int>(experiment_.knobs.size()) && member != focus_) {
        focus_ = member;
        showKnobs();
        Q_EMIT focusChanged(member);
    }
}

void ObjectivePanel::showKnobs() {
    moveSliders();
    showTicks();
    showWeights();
    showPreset();
    showFormula();
}

void ObjectivePanel::showPreset() {
    Experiment own = experiment_;
    own.knobs = {own.knobs[static_cast<std::size_t>(focus_)]};
    const ObjectivePreset* preset = onTheWay() ? nullptr : presetOf(own, presets_);
    preset_->setPlaceholderText(kCustom);
    namePlace();
    preset_->setCurrentIndex(preset == nullptr ? -1 : static_cast<int>(preset - presets_.data()));
    preset_->setToolTip(onTheWay()          ? objectiveName() + ". Choosing a name here ends the way."
                        : preset == nullptr ? QString("Objectives that have a name, with the settings of their papers.")
                                            : QString::fromStdString(preset->explanation + "\n" + preset->citation));
}

bool ObjectivePanel::onTheWay() const {
    const double share = morphRow_->share();
    return morphRow_->target() >= 0 && share > 0.0 && share < 1.0;
}

QString ObjectivePanel::objectiveName() const {
    if (onTheWay()) {
        const QString to = QString::fromStdString(presets_[static_cast<std::size_t>(morphRow_->target())].title);
        return QString("%1 to %2, %3 %").arg(wayFrom_, to).arg(std::lround(100.0 * morphRow_->share()));
    }
    return preset_->currentIndex() < 0 ? kCustom : preset_->currentText();
}

void ObjectivePanel::namePlace() {
    if (!onTheWay()) {
        return;
    }
    // The place on the way is what changes: a narrow box shows it first.
    const QString whole = objectiveName();
    const int room = preset_->width() - 3 * preset_->fontMetrics().height();
    const bool fits = preset_->fontMetrics().horizontalAdvance(whole) <= room;
    // The goal stands in the row below.
    const QString brief = QString("%1 % from %2").arg(std::lround(100.0 * morphRow_->share())).arg(wayFrom_);
    preset_->setPlaceholderText(fits ? whole : preset_->fontMetrics().elidedText(brief, Qt::ElideRight, room));
}

void ObjectivePanel::showWeights() {
    const KnobFlags shown = extraTerms(inForce(), subject());
    for (std::size_t place = kMainKnobs; place < kKnobCount; ++place) {
        // One that has the focus was just set to weigh nothing: it stays until the reader goes elsewhere.
        const bool busy = sliders_[place]->isAncestorOf(QApplication::focusWidget());
        sliders_[place]->setVisible(more_->isChecked() || shown[place] || (busy && sliders_[place]->isVisible()));
    }
    more_->setArrowType(more_->isChecked() ? Qt::DownArrow : Qt::RightArrow);
    more_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
}

Knobs ObjectivePanel::inForce() const {
    Knobs knobs = experiment_.knobs[static_cast<std::size_t>(focus_)];
    if (frame_ == nullptr || frame_->knobs.size() != experiment_.knobs.size()) {
        return knobs;
    }
    const Knobs& scheduled = frame_->knobs[static_cast<std::size_t>(focus_)];
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        if (frame_->scheduled[place] && !touched_[place]) {
            knobs.*kKnobNames[place].value = scheduled.*kKnobNames[place].value;
        }
    }
    return knobs;
}

FormulaSubject ObjectivePanel::subject() const {
    FormulaSubject subject{experiment_.objective, experiment_.constraints, onTheWay_};
    if (frame_ != nullptr) {
        for (std::size_t place = 0; place < kKnobCount; ++place) {
            subject.kept[place] = subject.kept[place] || frame_->scheduled[place];
        }
    }
    return subject;
}

void ObjectivePanel::moveSliders() {
    const Knobs knobs = inForce();
    for (std::size_t place = 0; place < kKnobCount; ++place) {
        sliders_[place]->setValue(knobs.*kKnobNames[place].value);
    }
}

void ObjectivePanel::showTicks() {
    const Knobs knobs = inForce();
    // Known for D and the rate itself only: whatever else is weighed moves the places.
    const bool known = frame_ != nullptr && experiment_.objective.rateTerm == RateTerm::Rate &&
                       !experiment_.constraints.any() && knobs.threeSliders() &&
                       std::abs(knobs.divergenceWeight()) < 1e-9;
    std::vector<KnobSlider::Tick> ticks;
    for (std::size_t i = 0; known && i < frame_->directionThresholds.size(); ++i) {
        const double beta = frame_->directionThresholds[i] + knobs.alpha;
        ticks.push_back({beta, wordsOfTick(beta, i)});
    }
    sliders_[static_cast<std::size_t>(Knob::Beta)]->setTicks(ticks);
}

void ObjectivePanel::showFormula() {
    formula_->setSubject(inForce(), subject(), focus_);
}

void ObjectivePanel::listMembers() {
    memberRow_->setVisible(experiment_.knobs.size() > 1);
    const QSignalBlocker quiet(member_);
    const FleetOrder order = orderFleet(experiment_.knobs);
    member_->clear();
    for (int member = 0; member < static_cast<int>(experiment_.knobs.size()); ++member) {
        QPixmap swatch(12, 12);
        swatch.fill(memberColor(theme_, order, member));
        member_->addItem(QIcon(swatch), QString("%1: %2").arg(member + 1).arg(memberName(experiment_.knobs, member)));
    }
    member_->setCurrentIndex(focus_);
}

}  // namespace elbo
