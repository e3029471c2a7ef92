// Colours and type of the lab: one place, so that screen, projector and paper agree.
#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>
#include <QString>
#include <QStringList>
#include <array>

namespace elbo {

/// What a view paints with. Plain value; GUI thread. Colours are chosen to be told apart by colour-blind readers (Wong
/// 2011).
struct Theme {
    bool dark = true;
    bool paper = false;  ///< type is set in painter units (points of a figure), whatever the resolution of the screen
    bool gray = false;   ///< maps and hues have no colour, see inGray()
    QColor window, panel, text, mutedText, grid, border, accent, warning;
    QColor posterior;               ///< q(z) contours, reconstructions' frame
    QColor prior;                   ///< p(z) contours
    QColor data;                    ///< data density, data points
    QColor model;                   ///< model samples and densities
    QColor infeasible;              ///< shading of the rate-distortion plane
    std::array<QColor, 10> labels;  ///< class colours
    std::array<QColor, 8> members;  ///< fleet members, cyclic
    QStringList families;      ///< first installed one is used; their digits all have one width, so numbers do not jump
    double fontPoints = 10.0;  ///< base size; presentation mode uses a larger one
    double lineWidth = 1.6;    ///< of curves, device-independent pixels

    static Theme darkTheme();
    static Theme lightTheme();
    /// White paper, black text, for exported figures; 7 pt text as journals ask.
    static Theme paperTheme();

    /// The theme without colour, for print in black: hues become steps of grey that stay apart from each other.
    Theme inGray() const;

    QFont font(double scale = 1.0) const;
    QPalette palette() const;
    /// For QApplication::setStyleSheet over the Fusion style; sizes follow fontPoints. It sets no font: that is
    /// QApplication::setFont(theme.font()), so that a view may still choose its own.
    QString styleSheet() const;
    /// Sequential map for densities: 0 is the background of the theme, 1 the strongest colour.
    QColor density(double value) const;
    /// Sequential map for the members of a large fleet, in [0, 1]: unlike densities, all of it stands out from a panel.
    QColor sweep(double place) const;
};

}  // namespace elbo
