// The caption under a figure: in smaller type than the running text, wrapped to the width of the figure.
#pragma once

#include <QFont>
#include <QPainter>
#include <QRectF>
#include <QString>
#include <QStringList>

#include "widgets/kit/theme.h"

namespace elbo {

/// Everything in points. GUI thread.
class FigureCaption {
  public:
    /// `theme`: of the figure, see figureTheme(). `width`: of the figure.
    FigureCaption(const QString& text, const Theme& theme, double width);

    /// As they are drawn; none for an empty text.
    const QStringList& lines() const { return lines_; }
    /// What it takes from the height of the figure, the air around it included; 0 for an empty text.
    double height() const;
    /// Writes from the top of `area` with the painter's pen.
    void paint(QPainter& painter, const QRectF& area) const;

  private:
    QFont font_;
    QStringList lines_;
};

}  // namespace elbo
