#include "widgets/family/family_panel.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

#include "models/algebra/family_text.h"
#include "widgets/family/family_formula.h"
#include "widgets/kit/wheel_guard.h"

namespace elbo {
namespace {

constexpr double kLargestWeight = 1e6;

/// "beta-VAE (beta = 4)" with its letters.
QString greek(const std::string& name) {
    return QString::fromStdString(name)
        .replace("alpha", QString::fromUtf8("\u03b1"))
        .replace("beta", QString::fromUtf8("\u03b2"))
        .replace("lambda", QString::fromUtf8("\u03bb"));
}

}  // namespace

FamilyPanel::FamilyPanel(QWidget* parent) : QWidget(parent) {
    preset_ = new QComboBox(this);
    preset_->setObjectName("familyPreset");
    preset_->setPlaceholderText("Own weights");
    preset_->setToolTip("A published model, written with the twelve weights below.");
    preset_->setAccessibleName("Model");
    for (const FamilyPreset& preset : familyPresets()) {
        preset_->addItem(greek(preset.name));
        preset_->setItemData(preset_->count() - 1, QString::fromStdString(preset.explanation), Qt::ToolTipRole);
    }
    guardWheel(preset_);

    answer_ = new QTextBrowser(this);
    answer_->setObjectName("familyAnswer");
    answer_->setFrameShape(QFrame::NoFrame);
    answer_->setAccessibleName("What this objective is");

    train_ = new QPushButton("Train this", this);
    train_->setObjectName("familyTrain");
    note_ = new QLabel(this);
    note_->setObjectName("familyNote");
    note_->setTextFormat(Qt::RichText);
    note_->setWordWrap(true);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(train_);
    bottom->addSpacing(8);
    bottom->addWidget(note_, 1);

    auto* layout = new QVBoxLayout(this);
    layout->addWidget(preset_, 0, Qt::AlignLeft);
    layout->addLayout(makeTable());
    layout->addLayout(makeBesides());
    layout->addWidget(answer_, 1);
    layout->addLayout(bottom);

    connect(preset_, &QComboBox::activated, this, &FamilyPanel::applyPreset);
    connect(train_, &QPushButton::clicked, this, &FamilyPanel::requestTraining);
    setMultipliers(familyPresets().front().multipliers);
    setTheme(theme_);
}

QLayout* FamilyPanel::makeTable() {
    auto* table = new QGridLayout;
    table->setHorizontalSpacing(10);
    table->setVerticalSpacing(4);
    const auto addTitle = [&](int column, const char* text, const char* explanation) {
        auto* title = new QLabel(QString::fromUtf8(text), this);
        title->setTextFormat(Qt::RichText);
        title->setProperty("role", "muted");
        title->setToolTip(explanation);
        table->addWidget(title, 0, column, 1, 2);
    };
    addTitle(0,
             "Under the model, <i>p</i>(<i>x</i>,&nbsp;<i>z</i>) = <i>p</i>(<i>z</i>)&nbsp;<i>p</i>(<i>x</i>|<i>z</i>)",
             "Averaged over codes of the prior and what the decoder makes of them.");
    addTitle(3,
             "Under data and encoder, <i>q</i>(<i>x</i>,&nbsp;<i>z</i>) = "
             "<i>q</i>(<i>x</i>)&nbsp;<i>q</i>(<i>z</i>|<i>x</i>)",
             "Averaged over the data and the codes that the encoder gives them.");
    for (int i = 0; i < kMultiplierCount; ++i) {
        const auto place = static_cast<std::size_t>(i);
        const auto multiplier = static_cast<Multiplier>(i);
        const QString name = QString::fromStdString(multiplierNames()[place]);
        const QString meaning = QString::fromStdString(meaningOf(multiplier));
        auto* symbol = new QLabel(this);
        symbol->setTextFormat(Qt::RichText);
        symbol->setToolTip(meaning);
        auto* entry = new WeightEntry(this);
        entry->setObjectName(name);
        entry->setRange(-kLargestWeight, kLargestWeight);
        entry->setStepType(QAbstractSpinBox::DefaultStepType);
        entry->setSingleStep(0.5);
        entry->setAlignment(Qt::AlignRight);
        entry->setToolTip(meaning);
        entry->setAccessibleName("Weight of " + name);
        guardWheel(entry);
        connect(entry, &QDoubleSpinBox::valueChanged, this, [this, place](double value) {
            objective_.multipliers.values[place] = value;
            showAnswer();
        });
        const int column = i % 2 == 0 ? 0 : 3;
        table->addWidget(entry, 1 + i / 2, column);
        table->addWidget(symbol, 1 + i / 2, column + 1);
        symbols_[place] = symbol;
        entries_[place] = entry;
    }
    table->setColumnMinimumWidth(2, 24);
    table->setColumnStretch(1, 1);
    table->setColumnStretch(4, 1);
    return table;
}

QLayout* FamilyPanel::makeBesides() {
    besides_ = new QLabel(this);
    besides_->setObjectName("familyBesides");
    besides_->setTextFormat(Qt::RichText);
    besides_->setWordWrap(true);
    besides_->setToolTip("What the objective of the model in focus has and no weight above holds.");
    leaveOut_ = new QPushButton("Leave out", this);
    leaveOut_->setObjectName("familyLeaveOut");
    leaveOut_->setToolTip("Keeps the twelve weights alone.");
    QSizePolicy policy = leaveOut_->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    leaveOut_->setSizePolicy(policy);
    connect(leaveOut_, &QPushButton::clicked, this, [this] { setMultipliers(objective_.multipliers); });
    auto* row = new QHBoxLayout;
    row->addWidget(besides_, 1);
    row->addWidget(leaveOut_);
    return row;
}

void FamilyPanel::setMultipliers(const MultiplierWeights& multipliers) {
    FamilyObjective objective;
    objective.multipliers = multipliers;
    setObjective(objective);
}

void FamilyPanel::setObjective(const FamilyObjective& objective, const QString& remark) {
    objective_ = objective;
    remark_ = remark;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const QSignalBlocker quiet(entries_[i]);
        entries_[i]->setValue(objective.multipliers.values[i]);
    }
    showAnswer();
}

void FamilyPanel::setSurroundings(std::function<FamilySurroundings()> surroundings) {
    surroundings_ = std::move(surroundings);
    showAnswer();
}

void FamilyPanel::requestTraining() {
    showAnswer();  // the fleet may have changed since
    if (training_.possible) {
        Q_EMIT trainRequested(training_.knobs, training_.objective);
    }
}

void FamilyPanel::setTheme(const Theme& theme) {
    theme_ = theme;
    const QFontMetrics metrics(theme.font());
    for (WeightEntry* entry : entries_) {
        entry->setFixedWidth(metrics.horizontalAdvance("-1000.0") + 5 * metrics.averageCharWidth());
    }
    besides_->setFixedHeight(2 * metrics.lineSpacing() + 4);
    note_->setFixedHeight(3 * metrics.lineSpacing() + 4);  // the answer must not move with the length of a sentence
    answer_->setFont(theme.font());
    answer_->setMinimumHeight(14 * metrics.lineSpacing());
    showAnswer();
}

void FamilyPanel::applyPreset(int index) {
    if (index >= 0 && index < static_cast<int>(familyPresets().size())) {
        setMultipliers(familyPresets()[static_cast<std::size_t>(index)].multipliers);
    }
}

void FamilyPanel::showAnswer() {
    const auto& presets = familyPresets();
    const auto known = std::find_if(presets.begin(), presets.end(),
                                    [this](const FamilyPreset& preset) { return preset.multipliers == multipliers(); });
    const QString besides = besidesText(objective_.others, objective_.excess);
    besides_->setText(besides.isEmpty() || remark_.isEmpty() ? besides + remark_ : besides + ". " + remark_);
    leaveOut_->setVisible(!besides.isEmpty());
    preset_->setCurrentIndex(known == presets.end() || !besides.isEmpty() ? -1
                                                                          : static_cast<int>(known - presets.begin()));
    for (std::size_t i = 0; i < symbols_.size(); ++i) {
        const QColor& colour = objective_.multipliers.values[i] == 0.0 ? theme_.mutedText : theme_.text;
        symbols_[i]->setText("<span style=\"color:" + colour.name() + "\">" +
                             richFormula(symbolOf(static_cast<Multiplier>(i))) + "</span>");
    }
    const Explanation explanation = explain(objective_);
    const FamilySurroundings surroundings = surroundings_();
    training_ = knobsOf(explanation, surroundings.objective, surroundings.others);
    answer_->setHtml(familyAnswer(explanation, theme_));
    train_->setEnabled(training_.possible);
    const QString note = trainingNote(training_);
    train_->setToolTip(training_.possible ? note + " It acts at the next step of the model in focus." : note);
    note_->setText(note);
}

}  // namespace elbo
