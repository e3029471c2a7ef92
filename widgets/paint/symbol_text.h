// Symbols with a lowered letter, "I_q 5.31", drawn with QPainter as real text.
#pragma once

#include <QPainter>
#include <QRectF>
#include <QString>

namespace elbo {

/// Width of `text` in painter units; an underscore lowers the character after it.
double symbolTextWidth(const QString& text, const QFont& font, const QPaintDevice* device);

/// Draws `text` with the painter's font and pen, from the left of `area`, vertically centred.
void paintSymbolText(QPainter& painter, const QRectF& area, const QString& text);

}  // namespace elbo
