// A figure of a study: numbers that were made once and are drawn on paper, not frames of a run.
#pragma once

#include "widgets/kit/view.h"

namespace elbo {

/// Base of the figures that `elboroom figure NAME` draws. GUI thread only.
class StudyView : public View {
    Q_OBJECT
  public:
    Placement placement() const override { return {}; }
    void showFrame(std::shared_ptr<const Frame> /*frame*/) override {}
    void setTheme(const Theme& /*theme*/) override {}
    /// What the reader of the figure has to know, drawn under it.
    virtual QString caption() const = 0;
};

}  // namespace elbo
