// What every view of the lab has in common: it says what it wants to know, what it suits and where it stands, it shows
// frames, and it can be drawn on paper.
#pragma once

#include <QRectF>
#include <QSizeF>
#include <QString>
#include <QWidget>
#include <memory>

#include "models/spec/data_shape.h"
#include "training/frame/frame.h"
#include "training/frame/view_request.h"
#include "widgets/kit/placement.h"
#include "widgets/kit/theme.h"

class QCPPainter;

namespace elbo {

/// What the lab is to show, known before anything is trained. Plain value.
struct ViewSubject {
    DataShape data;
    int latentDim = 2;
    int fleetSize = 1;
    bool pseudoInputs = false;  ///< whether the prior is made of encoded examples

    /// Whether quadrature over the codes knows the true posteriors.
    bool hasExact() const { return latentDim <= 2; }
};

/// Base of all views. GUI thread only. A view never computes and never waits: showFrame keeps the pointer, prepares
/// drawing data and schedules a repaint.
class View : public QWidget {
    Q_OBJECT
  public:
    using QWidget::QWidget;

    virtual QString id() const = 0;           ///< stable name for files and settings: "latent", "rate-distortion"
    virtual QString title() const = 0;        ///< as in the panel's header
    virtual QString explanation() const = 0;  ///< one sentence: the tooltip of the header

    virtual Placement placement() const = 0;
    /// Whether the view can have anything to say about such a subject (a data view: dim x <= 2).
    virtual bool suits(const ViewSubject& /*subject*/) const { return true; }
    /// What it takes to suit, as a sentence for a reader who wonders; empty when it always does.
    virtual QString needs() const { return {}; }
    /// Adds what it wants to know while it is seen. Reports come with every frame and need no asking.
    virtual void ask(ViewRequest& /*request*/, const ViewSubject& /*subject*/) const {}

    virtual void showFrame(std::shared_ptr<const Frame> frame) = 0;
    virtual void setTheme(const Theme& theme) = 0;

    /// Draws the view as a figure into `area` (painter units: points of 1/72 inch scaled by the caller). Vectors and
    /// real text; only densities and images are rasters. Works without the widget ever having been shown.
    virtual void renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const = 0;

    /// The least width, and the least height at `width`, at which a figure of the view loses nothing: no label is cut,
    /// no text lies on another, every axis keeps two numbers. Points, for type of 7 points.
    virtual QSizeF leastFigure(double /*width*/) const { return {150.0, 115.0}; }

    /// The numbers behind the picture as tables: each a line "# name: remarks", a header line and its rows, with an
    /// empty line between two tables. A column `member` tells the members of a fleet apart.
    virtual QString csv() const = 0;

    /// Whether this frame holds anything for the view.
    virtual bool appliesTo(const Frame& /*frame*/) const { return true; }

    /// Makes this member of the fleet stand out; -1 for none.
    virtual void setFocusMember(int /*member*/) {}

  Q_SIGNALS:
    /// A member was clicked: its weights belong on the sliders.
    void memberFocused(int member);
    /// A member was clicked with Shift held: it should stand beside the focused one.
    void memberCompared(int member);

  protected:
    /// Says what a click on a member means; nothing for -1.
    void chooseMember(int member, Qt::KeyboardModifiers keys) {
        if (member >= 0) {
            keys.testFlag(Qt::ShiftModifier) ? Q_EMIT memberCompared(member) : Q_EMIT memberFocused(member);
        }
    }
};

}  // namespace elbo
