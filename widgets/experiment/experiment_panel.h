// The settings that a running training cannot change: data, architecture, optimiser, seed and the fleet.
#pragma once

#include <QLabel>
#include <QPushButton>
#include <QStringList>
#include <QWidget>
#include <vector>

#include "training/experiment/experiment.h"
#include "training/experiment/input_error.h"
#include "training/experiment/knob_expression.h"
#include "widgets/experiment/experiment_rows.h"
#include "widgets/kit/theme.h"

class QFormLayout;
class QTabWidget;

namespace elbo {

/// GUI thread. Shows an experiment, lets it be edited, and hands back a valid one on request.
class ExperimentPanel : public QWidget {
    Q_OBJECT
  public:
    explicit ExperimentPanel(QWidget* parent = nullptr);

    /// Names offered for the data set, in order.
    void setDataNames(const QStringList& names);
    /// What is in force now. Fields being edited keep their text unless another experiment (by name) arrives.
    void setExperiment(const Experiment& experiment);
    void setTheme(const Theme& theme);

    /// Whether any field differs from what is in force.
    bool edited() const;

  Q_SIGNALS:
    /// On Apply only: a valid experiment that differs from the one in force. Training starts anew with it.
    void experimentEdited(elbo::Experiment experiment);

  private:
    /// One row and its input.
    struct Field {
        const ExperimentRow* row = nullptr;
        QString key;
        QWidget* input = nullptr;
        QFormLayout* form = nullptr;
        QString shown;  ///< the text of what is in force
    };

    QFormLayout* addTab(const QString& title);
    void addRow(QFormLayout* form, const ExperimentRow& row);
    Field* find(const QString& key);
    QString text(const Field& field) const;
    void setText(const Field& field, const QString& text);
    QString textOf(const Field& field, const Experiment& experiment) const;

    void load(bool keepEdits);
    void review();
    /// The experiment that the fields describe. Throws InputError; `culprit` is then the field at fault, where known.
    Experiment assemble(const Field*& culprit);
    /// The weights as typed. Throws InputError; `culprit` is then the field that is wrong.
    KnobColumns readKnobs(const Field*& culprit);
    std::vector<Knobs> assembleFleet(const Field*& culprit);
    /// Whether the field was edited and goes into the experiment by itself; weights and members go together.
    bool takenAlone(const Field& field) const;
    /// Throws InputError.
    void takeIn(Experiment& experiment, const Field& field) const;
    /// Says what is wrong with `culprit`, or with the field that the error means.
    void refuse(const InputError& error, const Field* culprit);
    void mark(const Field* culprit, const QString& message);
    void showRelevantRows();
    void apply();
    void revert();

    Theme theme_ = Theme::darkTheme();
    Experiment experiment_;
    std::vector<Field> fields_;
    std::vector<QFormLayout*> forms_;
    bool loading_ = false;

    QTabWidget* tabs_ = nullptr;
    QLabel* message_ = nullptr;
    QPushButton* apply_ = nullptr;
    QPushButton* revert_ = nullptr;
};

}  // namespace elbo
