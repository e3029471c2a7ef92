#include "widgets/experiment/experiment_panel.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QScrollArea>
#include <QSpinBox>
#include <QStyle>
#include <QStylePainter>
#include <QTabBar>
#include <QTabWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <functional>

#include "training/experiment/experiment_text.h"
#include "training/experiment/input_error.h"
#include "widgets/kit/plain_text.h"
#include "widgets/kit/rich_symbol.h"
#include "widgets/kit/wheel_guard.h"

namespace elbo {
namespace {

const QString kMembers = kMembersRow;
const QString kWeights = "objective.";
constexpr int kLabelSpacing = 8;  ///< between a label and its input

/// The place in kKnobNames of a row of weights.
std::size_t knobOf(const ExperimentRow& row) {
    std::size_t place = 0;
    while (row.key != kWeights + kKnobNames[place].name) {
        ++place;
    }
    return place;
}

/// Asks for room for its widest choice. One that is too long all the same ends with an ellipsis, where Qt would cut
/// through a letter.
class ShorteningCombo : public QComboBox {
  public:
    QSize minimumSizeHint() const override {
        QStyleOptionComboBox option;
        initStyleOption(&option);
        int widest = 0;
        for (int i = 0; i < count(); ++i) {
            widest = std::max(widest, fontMetrics().horizontalAdvance(itemText(i)));
        }
        // A form forgets its spacing when it decides which rows take two lines.
        return {widest + width() - roomForText(option) + kLabelSpacing, QComboBox::minimumSizeHint().height()};
    }

  protected:
    void paintEvent(QPaintEvent* /*event*/) override {
        QStyleOptionComboBox option;
        initStyleOption(&option);
        option.currentText = fontMetrics().elidedText(option.currentText, Qt::ElideRight, roomForText(option));
        QStylePainter painter(this);
        painter.drawComplexControl(QStyle::CC_ComboBox, option);
        painter.drawControl(QStyle::CE_ComboBoxLabel, option);
    }

  private:
    int roomForText(const QStyleOptionComboBox& option) const {
        return style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this).width();
    }
};

void setInvalid(QWidget* input, bool invalid) {
    if (input->property("invalid").toBool() != invalid) {
        input->setProperty("invalid", invalid);
        // A style sheet reads properties only when a widget is polished.
        input->style()->unpolish(input);
        input->style()->polish(input);
    }
}

}  // namespace

ExperimentPanel::ExperimentPanel(QWidget* parent) : QWidget(parent) {
    tabs_ = new QTabWidget(this);
    tabs_->setDocumentMode(true);
    message_ = new QLabel(this);
    message_->setObjectName("message");
    message_->setProperty("role", "warning");
    message_->setTextFormat(Qt::PlainText);  // it quotes what was typed
    message_->setWordWrap(true);
    message_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    apply_ = new QPushButton("Apply", this);
    apply_->setObjectName("apply");
    apply_->setToolTip("Start training anew with these settings.");
    revert_ = new QPushButton("Revert", this);
    revert_->setObjectName("revert");
    revert_->setToolTip("Back to the settings in force.");

    for (const ExperimentRow& row : experimentRows()) {
        const bool samePage = !forms_.empty() && tabs_->tabText(tabs_->count() - 1) == row.page;
        addRow(samePage ? forms_.back() : addTab(row.page), row);
    }
    auto* hint = new QLabel(
        "Weights: one number for all members, a list such as 1, 500, a range such as 0.1:10:log16 or 0:1:lin5 (from, "
        "to, how many), or a grid: x 0, 0.5.",
        tabs_);
    hint->setObjectName("weightsHint");
    hint->setProperty("role", "muted");
    hint->setWordWrap(true);
    forms_.back()->addRow(hint);

    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    buttons->addWidget(revert_);
    buttons->addWidget(apply_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 8);
    layout->setSpacing(4);
    layout->addWidget(tabs_, 1);
    layout->addWidget(message_);
    layout->addLayout(buttons);
    connect(apply_, &QPushButton::clicked, this, &ExperimentPanel::apply);
    connect(revert_, &QPushButton::clicked, this, &ExperimentPanel::revert);
    setTheme(theme_);
    load(false);
}

QFormLayout* ExperimentPanel::addTab(const QString& title) {
    auto* page = new QWidget;
    auto* form = new QFormLayout(page);
    form->setContentsMargins(0, 8, 4, 4);
    form->setVerticalSpacing(5);
    form->setHorizontalSpacing(kLabelSpacing);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    form->setLabelAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    auto* scroll = new QScrollArea;
    scroll->setWidget(page);
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    tabs_->addTab(scroll, title);
    forms_.push_back(form);
    return form;
}

void ExperimentPanel::addRow(QFormLayout* form, const ExperimentRow& row) {
    Field field;
    field.row = &row;
    field.key = row.key;
    field.form = form;
    const auto changed = [this] { review(); };
    if (row.field->editor == FieldEditor::Integer) {
        auto* spin = new QSpinBox;
        const IntegerRange range = row.field->integers.value_or(IntegerRange{});
        spin->setRange(static_cast<int>(range.low), static_cast<int>(range.high));
        spin->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
        spin->setLocale(QLocale::c());
        spin->setGroupSeparatorShown(false);
        connect(spin, &QSpinBox::valueChanged, this, changed);
        guardWheel(spin);
        field.input = spin;
    } else if (row.field->editor == FieldEditor::Choice) {
        auto* combo = new ShorteningCombo;
        combo->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        combo->setMinimumContentsLength(6);
        for (const FieldChoice& choice : row.field->choices) {
            combo->addItem(QString::fromStdString(choice.label), QString::fromStdString(choice.key));
        }
        connect(combo, &QComboBox::currentIndexChanged, this, changed);
        guardWheel(combo);
        field.input = combo;
    } else {
        auto* edit = new QLineEdit;
        if (row.field->isWeight()) {
            edit->setPlaceholderText("1, 500 or 0.1:10:log16");
        }
        connect(edit, &QLineEdit::textEdited, this, changed);
        connect(edit, &QLineEdit::returnPressed, this, &ExperimentPanel::apply);
        field.input = edit;
    }
    if (!row.heading.isEmpty()) {
        auto* heading = new QLabel(row.heading);
        heading->setProperty("role", "muted");
        heading->setContentsMargins(0, form->rowCount() > 0 ? 6 : 0, 0, 0);
        form->addRow(heading);
    }
    field.input->setObjectName(field.key);
    // A choice that has no room for its widest label beside that of the row gets a line of its own. Names of data sets
    // are the exception: they may be longer than any line.
    if (row.field->choices.empty()) {
        field.input->setMinimumWidth(60);
    }
    auto* label = new QLabel(richSymbols(row.label));
    label->setBuddy(field.input);
    field.input->setAccessibleName(plainSymbols(row.label));
    for (QWidget* widget : {field.input, static_cast<QWidget*>(label)}) {
        widget->setToolTip(row.tip);
    }
    form->addRow(label, field.input);
    fields_.push_back(field);
}

ExperimentPanel::Field* ExperimentPanel::find(const QString& key) {
    const auto found = std::find_if(fields_.begin(), fields_.end(), [&](const Field& f) { return f.key == key; });
    return found == fields_.end() ? nullptr : &*found;
}

QString ExperimentPanel::text(const Field& field) const {
    if (const auto* spin = qobject_cast<const QSpinBox*>(field.input)) {
        return QString::number(spin->value());
    }
    if (const auto* combo = qobject_cast<const QComboBox*>(field.input)) {
        return combo->currentData().toString();
    }
    return qobject_cast<const QLineEdit*>(field.input)->text().trimmed();
}

void ExperimentPanel::setText(const Field& field, const QString& text) {
    if (auto* spin = qobject_cast<QSpinBox*>(field.input)) {
        spin->setValue(text.toInt());
    } else if (auto* combo = qobject_cast<QComboBox*>(field.input)) {
        int place = combo->findData(text);
        if (place < 0 && !text.isEmpty()) {  // a data set whose name nobody listed is still the one in use
            combo->addItem(text, text);
            place = combo->count() - 1;
        }
        combo->setCurrentIndex(place);
    } else if (auto* edit = qobject_cast<QLineEdit*>(field.input); edit->text() != text) {
        edit->setText(text);
        edit->setCursorPosition(0);
    }
}

QString ExperimentPanel::textOf(const Field& field, const Experiment& experiment) const {
    if (field.key == kMembers) {
        return QString::number(experiment.fleetSize());
    }
    if (field.row->field->isWeight()) {
        std::vector<double> values;
        for (const Knobs& knobs : experiment.knobs) {
            values.push_back(knobs.*kKnobNames[knobOf(*field.row)].value);
        }
        const bool equal = std::adjacent_find(values.begin(), values.end(), std::not_equal_to<>()) == values.end();
        values.resize(equal ? std::min<std::size_t>(1, values.size()) : values.size());
        return QString::fromStdString(knobValuesText(values));
    }
    QString text = QString::fromStdString(fieldText(experiment, field.key.toStdString()));
    if (field.row->field->editor == FieldEditor::List && text.startsWith('[') && text.endsWith(']')) {
        text = text.mid(1, text.size() - 2);
    }
    if (text.endsWith(".0") && field.row->field->editor == FieldEditor::Text) {
        text.chop(2);
    }
    return text;
}

void ExperimentPanel::setDataNames(const QStringList& names) {
    const QScopedValueRollback<bool> guard(loading_, true);
    Field* field = find("data.name");
    auto* combo = qobject_cast<QComboBox*>(field->input);
    const QString current = text(*field);
    combo->clear();
    for (const QString& name : names) {
        combo->addItem(name, name);
    }
    setText(*field, current);
}

void ExperimentPanel::setExperiment(const Experiment& experiment) {
    // What the fields say may be just this, in other words ("3e-4" for 0.0003): then nothing is left to keep.
    bool keepEdits = experiment.name == experiment_.name && edited();
    if (keepEdits) {
        const Field* culprit = nullptr;
        try {
            keepEdits = assemble(culprit) != experiment;
        } catch (const InputError&) {
            keepEdits = true;  // half typed; review() below says what is wrong with it
        }
    }
    experiment_ = experiment;
    load(keepEdits);
}

void ExperimentPanel::load(bool keepEdits) {
    {
        const QScopedValueRollback<bool> guard(loading_, true);
        for (Field& field : fields_) {
            const QString now = textOf(field, experiment_);
            if (!keepEdits || text(field) == field.shown) {
                setText(field, now);
            }
            field.shown = now;
        }
    }
    review();
}

bool ExperimentPanel::edited() const {
    return std::any_of(fields_.begin(), fields_.end(), [this](const Field& f) { return text(f) != f.shown; });
}

KnobColumns ExperimentPanel::readKnobs(const Field*& culprit) {
    const KnobColumns stored = KnobColumns::of(experiment_.knobs);
    KnobColumns columns;
    for (std::size_t knob = 0; knob < kKnobCount; ++knob) {
        const Field* field = find(kWeights + kKnobNames[knob].name);
        culprit = field;
        KnobValues& column = columns[knob];
        if (text(*field) != field->shown) {
            column = parseKnobValues(text(*field).toStdString());
            continue;
        }
        // Untouched: the exact numbers, not what was left of them in the text.
        column = stored[knob];
        if (std::adjacent_find(column.values.begin(), column.values.end(), std::not_equal_to<>()) ==
            column.values.end()) {
            column.values.resize(1);
        }
    }
    culprit = nullptr;
    return columns;
}

std::vector<Knobs> ExperimentPanel::assembleFleet(const Field*& culprit) {
    KnobColumns columns = readKnobs(culprit);
    if (columns.crossed()) {
        return columns.assemble();
    }
    const auto members = static_cast<std::size_t>(text(*find(kMembers)).toInt());
    for (std::size_t knob = 0; knob < kKnobCount; ++knob) {
        KnobValues& column = columns[knob];
        if (column.values.size() == 1) {
            column.values.resize(members, column.values.front());
        } else if (column.values.size() != members) {
            culprit = find(kWeights + kKnobNames[knob].name);
            throw InputError("there are " + std::to_string(column.values.size()) + " values for " +
                             std::to_string(members) + (members == 1 ? " member" : " members") +
                             ": give one, or one for each");
        }
    }
    return columns.assemble();
}

void ExperimentPanel::takeIn(Experiment& experiment, const Field& field) const {
    const QString value = field.row->field->editor == FieldEditor::List ? "[" + text(field) + "]" : text(field);
    assignField(experiment, (field.key + "=" + value).toStdString());
}

bool ExperimentPanel::takenAlone(const Field& field) const {
    return text(field) != field.shown && field.key != kMembers && !field.row->field->isWeight();
}

Experiment ExperimentPanel::assemble(const Field*& culprit) {
    Experiment experiment = experiment_;
    for (const Field& field : fields_) {
        if (takenAlone(field)) {
            culprit = &field;
            takeIn(experiment, field);
        }
    }
    experiment.knobs = assembleFleet(culprit);
    culprit = nullptr;
    experiment.validate();
    return experiment;
}

void ExperimentPanel::review() {
    if (loading_) {
        return;
    }
    {
        // A list of several weights or a grid says how many members there are.
        const QScopedValueRollback<bool> guard(loading_, true);
        for (const KnobName& knob : kKnobNames) {
            const Field* field = find(kWeights + knob.name);
            if (!field->input->hasFocus() || text(*field) == field->shown) {
                continue;
            }
            try {
                const Field* ignored = nullptr;
                const KnobColumns columns = readKnobs(ignored);
                const auto count = columns.crossed() ? columns.assemble().size()
                                                     : parseKnobValues(text(*field).toStdString()).values.size();
                if (count > 1) {
                    setText(*find(kMembers), QString::number(count));
                }
            } catch (const InputError&) {
                continue;  // half typed; the message comes from assemble() below
            }
        }
    }
    showRelevantRows();
    const bool changed = edited();
    bool valid = false;
    const Field* culprit = nullptr;
    try {
        assemble(culprit);
        valid = true;
        mark(nullptr, {});
    } catch (const InputError& error) {
        refuse(error, culprit);
    }
    apply_->setEnabled(changed && valid);
    apply_->setDefault(changed && valid);
    revert_->setEnabled(changed);
}

void ExperimentPanel::refuse(const InputError& error, const Field* culprit) {
    const QString key = QString::fromStdString(error.field());
    if (culprit == nullptr) {
        culprit = find(key);
    }
    QString message = QString::fromUtf8(error.what());
    if (culprit != nullptr) {
        const QString place = culprit->row->page + ", " + plainSymbols(culprit->row->label);
        message =
            culprit->key == key ? place + " " + QString::fromStdString(error.complaint()) : place + ": " + message;
    }
    mark(culprit, message);
}

void ExperimentPanel::mark(const Field* culprit, const QString& message) {
    message_->setText(message);
    message_->setToolTip(plainTip(message));
    for (const Field& field : fields_) {
        setInvalid(field.input, &field == culprit);
    }
}

void ExperimentPanel::showRelevantRows() {
    // What is half typed decides nothing yet.
    Experiment typed = experiment_;
    for (const Field& field : fields_) {
        try {
            if (takenAlone(field)) {
                takeIn(typed, field);
            }
        } catch (const InputError&) {
            continue;
        }
    }
    for (const Field& field : fields_) {
        field.form->setRowVisible(field.input, field.row->field->relevance.in(typed));
    }
}

void ExperimentPanel::apply() {
    if (!apply_->isEnabled()) {
        return;
    }
    const Field* culprit = nullptr;
    try {
        const Experiment experiment = assemble(culprit);
        if (experiment != experiment_) {
            Q_EMIT experimentEdited(experiment);
        }
    } catch (const InputError& error) {
        refuse(error, culprit);
    }
}

void ExperimentPanel::revert() {
    load(false);
}

void ExperimentPanel::setTheme(const Theme& theme) {
    theme_ = theme;
    message_->setFont(theme.font(0.9));
    tabs_->tabBar()->setFont(theme.font(0.9));  // all of them side by side
    message_->setFixedHeight(3 * QFontMetrics(theme.font(0.9)).lineSpacing());
    review();
}

}  // namespace elbo
