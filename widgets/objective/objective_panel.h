// The sliders of the objective: its weights, named objectives, the way between two of them, and the formula.
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QToolButton>
#include <QWidget>
#include <array>
#include <memory>
#include <vector>

#include "training/experiment/morph.h"
#include "training/experiment/objective_preset.h"
#include "training/frame/frame.h"
#include "widgets/kit/theme.h"
#include "widgets/objective/formula_block.h"
#include "widgets/objective/knob_slider.h"
#include "widgets/objective/morph_row.h"

namespace elbo {

/// GUI thread. Edits the knobs of one focused member of the fleet; nothing here waits for the trainer. What follows
/// from a named objective is decided by who listens.
class ObjectivePanel : public QWidget {
    Q_OBJECT
  public:
    explicit ObjectivePanel(QWidget* parent = nullptr);

    /// The named objectives to choose from.
    void setPresets(const std::vector<ObjectivePreset>& presets);
    /// What is in force and which member is edited, without a signal: on opening, undo and redo.
    void setExperiment(const Experiment& experiment, int focus);
    /// The same with other weights only.
    void setKnobs(const std::vector<Knobs>& knobs, int focus);
    /// The numbers in the formula; shown a few times per second at most, so that they can be read.
    void showFrame(std::shared_ptr<const Frame> frame);
    void setTheme(const Theme& theme);

    /// The way to the objective at `target` of the presets has begun; its terms are shown from now on. `from` names the
    /// objective that it leads away from.
    void beginMorph(int target, const Morph& way, const QString& from = "Custom objective");
    /// Where on the way the slider stands, and whether it goes by itself.
    void setMorphPlace(double share, bool playing);
    /// No way any more; what is in force stays.
    void endMorph();

    /// What the objective of the focused member is called: by its name, on the way as "ELBO to AAE, 43 %".
    QString objectiveName() const;

    const std::vector<Knobs>& knobs() const { return experiment_.knobs; }
    int focus() const { return focus_; }
    /// Whether a change is meant for every member of the fleet.
    bool movesAll() const { return experiment_.knobs.size() == 1 || together_->isChecked(); }

  Q_SIGNALS:
    /// All members' weights. `settled` is false while a slider is dragged and true at its release: one step of undo.
    void knobsChanged(std::vector<elbo::Knobs> knobs, bool settled);
    void focusChanged(int member);
    /// A named objective was chosen: its place in the presets.
    void presetChosen(int place);
    /// A way to a named objective is asked for; -1: no way any more.
    void morphTargetChosen(int place);
    void morphMoved(double share, bool settled);
    void morphPlayToggled(bool playing);

  private:
    void buildHead();
    void change(double Knobs::*knob, double value, bool settled);
    void takeFocus(int member);
    void showKnobs();
    void showPreset();
    void namePlace();
    bool onTheWay() const;
    void showWeights();
    void showFormula();
    /// The focused member's weights as the trainer has them: a schedule moves them without a hand.
    Knobs inForce() const;
    FormulaSubject subject() const;
    void moveSliders();
    void showTicks();
    void listMembers();

    Theme theme_ = Theme::darkTheme();
    std::vector<ObjectivePreset> presets_;
    Experiment experiment_;  ///< what is shown and edited: the one in force, but for what is being dragged
    KnobFlags touched_;      ///< taken off their schedule, but not yet so in a frame
    KnobFlags onTheWay_;     ///< terms that a way to another objective weighs somewhere
    QString wayFrom_;        ///< the name of the objective that a way leads away from
    int focus_ = 0;
    std::shared_ptr<const Frame> frame_;

    QWidget* memberRow_ = nullptr;
    QComboBox* member_ = nullptr;
    QCheckBox* together_ = nullptr;
    QComboBox* preset_ = nullptr;
    QToolButton* morph_ = nullptr;
    MorphRow* morphRow_ = nullptr;
    std::array<KnobSlider*, kKnobCount> sliders_{};
    QToolButton* more_ = nullptr;
    FormulaBlock* formula_ = nullptr;
};

}  // namespace elbo
