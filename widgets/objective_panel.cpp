#include "widgets/objective_panel.h"

#include <QAbstractSpinBox>
#include <QApplication>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QTextDocument>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/fleet_order.h"
#include "widgets/formula.h"
#include "widgets/member_name.h"
#include "widgets/numbers.h"
#include "widgets/wheel_guard.h"

namespace elbo {
namespace {

constexpr int kFormulaMilliseconds = 150;  ///< numbers that change faster than this cannot be read
constexpr int kMargin = 8;
constexpr double kNarrowScale = 0.8;

const KnobSlider::Options& betaOptions() {
    static const KnobSlider::Options options{
        .name = "beta",
        .symbol = QString::fromUtf8("\u03b2"),
        .explanation =
            QString::fromUtf8("Weight of the rate: above 1 codes are squeezed towards the prior, below 1 they "
                              "may carry more information."),
        .scale = ValueScale::decades(1e-2, 1e2, 200, true),
        .lowestEntry = 0.0,
        .highestEntry = 1e6,
        .standard = 1.0};
    return options;
}

const KnobSlider::Options& lambdaOptions() {
    static const KnobSlider::Options options{
        .name = "lambda",
        .symbol = QString::fromUtf8("\u03bb"),
        .explanation =
            QString::fromUtf8("Weight of the marginal divergence: large values pull all codes together, taken "
                              "as one cloud, onto the prior."),
        .scale = ValueScale::decades(1e-2, 1e4, 120, false),
        .lowestEntry = -1e3,
        .highestEntry = 1e6,
        .standard = 1.0};
    return options;
}

const KnobSlider::Options& alphaOptions() {
    static const KnobSlider::Options options{
        .name = "alpha",
        .symbol = QString::fromUtf8("\u03b1"),
        .explanation = QString::fromUtf8("Preference for information: at 1 the rate of a single example is no longer "
                                         "punished, above 1 it is rewarded."),
        .scale = ValueScale::linear(-1.0, 2.0, 300),
        .lowestEntry = -1e3,
        .highestEntry = 1e3,
        .standard = 0.0};
    return options;
}

}  // namespace

const std::vector<ObjectivePreset>& objectivePresets() {
    static const std::vector<ObjectivePreset> presets{
        {"ELBO", "The evidence lower bound: distortion plus rate.", {1.0, 1.0, 0.0}},
        {QString::fromUtf8("\u03b2-VAE (\u03b2 = 4)"),
         "The rate counts four times: fewer, cleaner latent factors.",
         {4.0, 1.0, 0.0}},
        {QString::fromUtf8("InfoVAE (\u03bb = 1000)"),
         "The codes as one cloud are tied to the prior.",
         {1.0, 1000.0, 0.0}},
        {QString::fromUtf8("MMD-VAE (\u03b1 = 1, \u03bb = 1000)"),
         "Only the cloud of codes is tied to the prior; the rate is free.",
         {1.0, 1000.0, 1.0}},
        {"Autoencoder", "Distortion alone: nothing ties the codes to the prior.", {0.0, 1.0, 0.0}},
    };
    return presets;
}

ObjectivePanel::ObjectivePanel(QWidget* parent) : QWidget(parent) {
    memberRow_ = new QWidget(this);
    member_ = new QComboBox(memberRow_);
    member_->setObjectName("member");
    member_->setToolTip("Which member of the fleet the sliders move; the views follow it.");
    member_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    together_ = new QCheckBox("Move all", memberRow_);
    together_->setObjectName("moveAll");
    together_->setToolTip("A slider sets its weight for every member of the fleet.");
    auto* memberLayout = new QHBoxLayout(memberRow_);
    memberLayout->setContentsMargins(0, 0, 0, 0);
    memberLayout->addWidget(member_, 1);
    memberLayout->addWidget(together_);

    preset_ = new QComboBox(this);
    preset_->setObjectName("preset");
    preset_->setToolTip("Named settings of the three weights.");
    preset_->setPlaceholderText("Custom weights");
    for (const auto& preset : objectivePresets()) {
        preset_->addItem(preset.name);
        preset_->setItemData(preset_->count() - 1, preset.explanation, Qt::ToolTipRole);
    }
    guardWheel(preset_);
    guardWheel(member_);

    beta_ = new KnobSlider(betaOptions(), this);
    lambda_ = new KnobSlider(lambdaOptions(), this);
    alpha_ = new KnobSlider(alphaOptions(), this);

    formula_ = new QLabel(this);
    formula_->setObjectName("formula");
    caption_ = new QLabel(this);
    caption_->setProperty("role", "muted");
    information_ = new QLabel(this);
    information_->setObjectName("informationFormula");
    information_->setToolTip(
        QString::fromUtf8("The same objective, sorted by what it asks for: a decoder that inverts the encoder, "
                          "information I_q between examples and codes, codes that cover the prior, and the entropy H "
                          "of the data, which no training changes."));
    mark_ = new QLabel(this);
    mark_->setObjectName("theoryMark");
    mark_->setWordWrap(true);
    for (QLabel* label : {formula_, information_, mark_}) {
        label->setTextFormat(Qt::RichText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setAlignment(Qt::AlignLeft | Qt::AlignTop);
        // The panel decides the width, not the number of digits.
        label->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        label->setIndent(3);  // the slanted J reaches left of its origin
    }

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(kMargin, kMargin, kMargin, kMargin);
    layout->setSpacing(4);
    layout->addWidget(memberRow_);
    layout->addWidget(preset_);
    layout->addSpacing(4);
    layout->addWidget(beta_);
    layout->addWidget(lambda_);
    layout->addWidget(alpha_);
    layout->addSpacing(2);
    layout->addWidget(formula_);
    layout->addWidget(caption_);
    layout->addWidget(information_);
    layout->addWidget(mark_);
    layout->addStretch(1);

    formulaTimer_.setSingleShot(true);
    formulaTimer_.setInterval(kFormulaMilliseconds);
    connect(&formulaTimer_, &QTimer::timeout, this, &ObjectivePanel::showFormula);
    connect(beta_, &KnobSlider::changed, this, [this](double v, bool settled) { change(&Knobs::beta, v, settled); });
    connect(lambda_, &KnobSlider::changed, this,
            [this](double v, bool settled) { change(&Knobs::lambda, v, settled); });
    connect(alpha_, &KnobSlider::changed, this, [this](double v, bool settled) { change(&Knobs::alpha, v, settled); });
    connect(preset_, &QComboBox::activated, this, &ObjectivePanel::applyPreset);
    connect(member_, &QComboBox::activated, this, &ObjectivePanel::takeFocus);
    setTheme(theme_);
    listMembers();
    showKnobs();
}

void ObjectivePanel::setKnobs(const std::vector<Knobs>& knobs, int focus) {
    if (knobs.empty()) {
        return;
    }
    const int wanted = std::clamp(focus, 0, static_cast<int>(knobs.size()) - 1);
    if (knobs == knobs_ && wanted == focus_) {
        return;
    }
    knobs_ = knobs;
    touched_ = {};
    focus_ = wanted;
    listMembers();
    showKnobs();
}

void ObjectivePanel::showFrame(std::shared_ptr<const Frame> frame) {
    frame_ = std::move(frame);
    if (frame_ != nullptr) {
        const KnobFlags& scheduled = frame_->scheduled;
        touched_ = {touched_.beta && scheduled.beta, touched_.lambda && scheduled.lambda,
                    touched_.alpha && scheduled.alpha};
        const QWidget* typing = QApplication::focusWidget();
        const bool busy = qobject_cast<const QAbstractSpinBox*>(typing) != nullptr && isAncestorOf(typing);
        if (scheduled.any() && !busy) {
            moveSliders();
        }
    }
    if (!formulaTimer_.isActive()) {
        formulaTimer_.start();
    }
}

void ObjectivePanel::setTheme(const Theme& theme) {
    theme_ = theme;
    for (KnobSlider* knob : {beta_, lambda_, alpha_}) {
        knob->setTheme(theme);
    }
    // Fixed heights: the numbers change all the time, the panel must not. A line of formula is taller than one of text.
    const int line = QFontMetrics(theme.font()).lineSpacing();
    caption_->setFont(theme.font(0.9));
    mark_->setFont(theme.font(0.9));
    formula_->setFixedHeight(3 * line + 6);
    information_->setFixedHeight(4 * line + 12);
    mark_->setFixedHeight(3 * line);
    listMembers();
    showFormula();
}

void ObjectivePanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    showFormula();
}

void ObjectivePanel::change(double Knobs::*knob, double value, bool settled) {
    if (together_->isChecked()) {
        for (Knobs& member : knobs_) {
            member.*knob = value;
        }
    } else {
        knobs_[static_cast<std::size_t>(focus_)].*knob = value;
    }
    touched_ = {touched_.beta || knob == &Knobs::beta, touched_.lambda || knob == &Knobs::lambda,
                touched_.alpha || knob == &Knobs::alpha};
    showKnobs();
    if (settled) {
        listMembers();
    }
    Q_EMIT knobsChanged(knobs_, settled);
}

void ObjectivePanel::applyPreset(int index) {
    const auto& presets = objectivePresets();
    if (index < 0 || index >= static_cast<int>(presets.size())) {
        return;
    }
    const Knobs wanted = presets[static_cast<std::size_t>(index)].knobs;
    auto knobs = knobs_;
    if (together_->isChecked()) {
        std::fill(knobs.begin(), knobs.end(), wanted);
    } else {
        knobs[static_cast<std::size_t>(focus_)] = wanted;
    }
    if (knobs != knobs_) {
        knobs_ = std::move(knobs);
        listMembers();
        showKnobs();
        Q_EMIT knobsChanged(knobs_, true);
    }
}

void ObjectivePanel::takeFocus(int member) {
    if (member >= 0 && member < static_cast<int>(knobs_.size()) && member != focus_) {
        focus_ = member;
        showKnobs();
        Q_EMIT focusChanged(member);
    }
}

void ObjectivePanel::showKnobs() {
    const Knobs& own = knobs_[static_cast<std::size_t>(focus_)];
    moveSliders();
    const auto& presets = objectivePresets();
    const auto found = std::find_if(presets.begin(), presets.end(), [&](const auto& p) { return p.knobs == own; });
    preset_->setCurrentIndex(found == presets.end() ? -1 : static_cast<int>(found - presets.begin()));
    showFormula();
}

Knobs ObjectivePanel::inForce() const {
    Knobs knobs = knobs_[static_cast<std::size_t>(focus_)];
    if (frame_ == nullptr || frame_->knobs.size() != knobs_.size()) {
        return knobs;
    }
    const Knobs& scheduled = frame_->knobs[static_cast<std::size_t>(focus_)];
    const auto follow = [&](bool follows, bool touched, double Knobs::*knob) {
        if (follows && !touched) {
            knobs.*knob = scheduled.*knob;
        }
    };
    follow(frame_->scheduled.beta, touched_.beta, &Knobs::beta);
    follow(frame_->scheduled.lambda, touched_.lambda, &Knobs::lambda);
    follow(frame_->scheduled.alpha, touched_.alpha, &Knobs::alpha);
    return knobs;
}

void ObjectivePanel::moveSliders() {
    const Knobs knobs = inForce();
    beta_->setValue(knobs.beta);
    lambda_->setValue(knobs.lambda);
    alpha_->setValue(knobs.alpha);
}

void ObjectivePanel::showFormula() {
    const Knobs own = inForce();
    const FormulaNumbers numbers = frame_ ? formulaNumbers(*frame_, focus_) : FormulaNumbers{};
    const auto show = [](QLabel* label, const QString& text) {
        if (label->text() != text) {
            label->setText(text);
        }
    };
    const auto fit = [this](QLabel* label) {
        // Numbers of unusual length are set smaller rather than wrapped: a further line would not fit the fixed height.
        QTextDocument document;
        document.setDocumentMargin(0);
        document.setDefaultFont(theme_.font());
        document.setHtml(label->text());
        const double room = contentsRect().width() - 2 * kMargin - label->indent();
        label->setFont(theme_.font(document.idealWidth() > room ? kNarrowScale : 1.0));
    };
    const ObjectiveSpec spec = frame_ ? frame_->objective : ObjectiveSpec{};
    const bool hasSecondForm = spec.rateTerm == RateTerm::Rate;
    show(formula_, lagrangianFormula(own, numbers, theme_, spec));
    formula_->setToolTip(formulaTip(spec, frame_ ? QString::fromStdString(frame_->kernelName) : "gaussian_dim2"));
    show(caption_, hasSecondForm ? QString::fromUtf8("The same, if \u0394 is the KL divergence:")
                                 : QString("A rate term other than R has no second form."));
    show(information_, hasSecondForm ? informationFormula(own, numbers, theme_) : QString());
    fit(formula_);
    fit(information_);
    show(mark_, proposition2Mark(own, theme_));
    const QStringList failures = proposition2Failures(own);
    mark_->setToolTip(
        failures.isEmpty()
            ? QString()
            : QString::fromUtf8("Proposition 2 of the InfoVAE paper says that the optimum has p(x) = p*(x) and "
                                "q(z|x) = p(z|x) whatever the weights; here ") +
                  failures.join("; ") + ". Training goes on: this is how failures are studied.");
}

void ObjectivePanel::listMembers() {
    memberRow_->setVisible(knobs_.size() > 1);
    const QSignalBlocker quiet(member_);
    const FleetOrder order = orderFleet(knobs_);
    member_->clear();
    for (int member = 0; member < static_cast<int>(knobs_.size()); ++member) {
        QPixmap swatch(12, 12);
        swatch.fill(memberColor(theme_, order, member));
        member_->addItem(QIcon(swatch), QString("%1: %2").arg(member + 1).arg(memberName(knobs_, member)));
    }
    member_->setCurrentIndex(focus_);
}

}  // namespace elbo
