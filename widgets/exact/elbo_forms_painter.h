// The three forms of the ELBO drawn with QPainter: on a widget and on paper.
#pragma once

#include <QColor>
#include <QFont>
#include <QPainter>
#include <QRectF>
#include <QSizeF>
#include <vector>

#include "widgets/exact/elbo_forms.h"
#include "widgets/exact/exact_spot.h"
#include "widgets/kit/theme.h"

namespace elbo {

/// A part has one colour in every form; those that other views show too have their colour there.
QColor partColor(const Theme& theme, ElboPart part);

/// Where things are, for painting and for tooltips. Painter units.
class ElboFormsPicture {
  public:
    /// `window` is the part of the axis of nats that is shown. `drawing` must outlive the picture.
    ElboFormsPicture(const QRectF& area, const ElboDrawing& drawing, const Interval& window, const Theme& theme,
                     const QPaintDevice* device);

    void paint(QPainter& painter) const;
    std::vector<ExactSpot> spots() const;
    /// The member whose bars are at this height; -1 for none.
    int memberAt(const QPointF& position) const;
    /// Whether every form has its symbols and numbers above it; otherwise only those that find room inside the bars.
    bool captioned() const { return captioned_; }

  private:
    struct Row {
        QRectF caption;  ///< empty when there is none
        QRectF bar;
    };
    struct Block {
        QRectF header;
        std::array<Row, 3> rows;
        QRectF footer;  ///< empty when there is none
    };

    /// The places of the parts in a caption, and the type that makes them fit.
    struct Captions {
        QFont font;
        std::vector<QRectF> places;
    };

    void layout(const QRectF& area);
    double across(double nats) const;
    /// Whether parts may lie on both sides of 0 nats.
    bool crossesZero() const;
    QPen zeroPen() const;
    /// The panel, from the left of `area` on.
    void paintGround(QPainter& painter, const QRectF& area, double width) const;
    QRectF place(const QRectF& bar, const ElboBar& form, const ElboSegment& segment) const;
    /// The sum in words, with the examples that it rests on where the header has room for them.
    QString totalOf(const Block& block, const ElboMember& member) const;
    Captions captions(const QRectF& area, const ElboForms& forms, const ElboBar& form) const;
    void paintCaption(QPainter& painter, const QRectF& area, const ElboMember& member, const ElboBar& form) const;
    void paintBar(QPainter& painter, const QRectF& area, const ElboMember& member, const ElboBar& form) const;
    void paintLine(QPainter& painter, double top, double bottom, const ElboMember& member) const;
    void paintTotal(QPainter& painter, const Block& block, const ElboMember& member) const;
    void paintBlock(QPainter& painter, const Block& block, const ElboMember& member) const;

    const ElboDrawing& drawing_;
    Interval window_;
    Theme theme_;
    const QPaintDevice* device_;
    double line_ = 0.0;  ///< height of a line of text
    QRectF plot_;        ///< all bars; the axis is below
    QRectF legend_;      ///< only without captions
    bool captioned_ = true;
    std::vector<Block> blocks_;
};

/// The least size at which the picture of these members loses nothing: captions, examples and footer included.
QSizeF leastElboForms(const ElboDrawing& drawing, const Theme& theme, const QPaintDevice* device);

}  // namespace elbo
