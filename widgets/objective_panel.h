// The sliders of the objective: beta, lambda, alpha, presets, and the formula they stand for.
#pragma once

#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QTimer>
#include <QWidget>
#include <memory>
#include <vector>

#include "training/frame.h"
#include "widgets/knob_slider.h"
#include "widgets/theme.h"

namespace elbo {

/// A setting of the weights that has a name. Data, not code.
struct ObjectivePreset {
    QString name;
    QString explanation;
    Knobs knobs;
};
const std::vector<ObjectivePreset>& objectivePresets();

/// GUI thread. Edits the knobs of one focused member of the fleet; nothing here waits for the trainer.
class ObjectivePanel : public QWidget {
    Q_OBJECT
  public:
    explicit ObjectivePanel(QWidget* parent = nullptr);

    /// The weights of every member and which one is edited, without a signal: on opening, undo and redo.
    void setKnobs(const std::vector<Knobs>& knobs, int focus);
    /// The numbers in the formula; shown a few times per second at most, so that they can be read.
    void showFrame(std::shared_ptr<const Frame> frame);
    void setTheme(const Theme& theme);

    const std::vector<Knobs>& knobs() const { return knobs_; }
    int focus() const { return focus_; }

  Q_SIGNALS:
    /// All members' weights. `settled` is false while a slider is dragged and true at its release: one step of undo.
    void knobsChanged(std::vector<elbo::Knobs> knobs, bool settled);
    void focusChanged(int member);

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void change(double Knobs::*knob, double value, bool settled);
    void applyPreset(int index);
    void takeFocus(int member);
    void showKnobs();
    void showFormula();
    /// The focused member's weights as the trainer has them: a schedule moves them without a hand.
    Knobs inForce() const;
    void moveSliders();
    void listMembers();

    Theme theme_ = Theme::darkTheme();
    std::vector<Knobs> knobs_{Knobs{}};  ///< as set by hand or by the experiment
    KnobFlags touched_;                  ///< taken off their schedule, but not yet so in a frame
    int focus_ = 0;
    std::shared_ptr<const Frame> frame_;
    QTimer formulaTimer_;

    QWidget* memberRow_ = nullptr;
    QComboBox* member_ = nullptr;
    QCheckBox* together_ = nullptr;
    QComboBox* preset_ = nullptr;
    KnobSlider* beta_ = nullptr;
    KnobSlider* lambda_ = nullptr;
    KnobSlider* alpha_ = nullptr;
    QLabel* formula_ = nullptr;
    QLabel* caption_ = nullptr;
    QLabel* information_ = nullptr;
    QLabel* mark_ = nullptr;
};

}  // namespace elbo
