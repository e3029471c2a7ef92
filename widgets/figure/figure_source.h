// The experiment inside a figure: how it is put there, and how it is found again when the figure is dropped on the
// window.
#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

namespace elbo {

/// Key of the PNG text and name of the blocks in the other formats.
inline constexpr const char* kFigureSourceKey = "elboroom-experiment";

/// An XMP packet for a PDF: title, description, and the experiment in base64 with its checksum. XMP streams stay
/// uncompressed.
QByteArray figureXmp(const QString& title, const QString& description, const QString& experimentToml);

/// A <metadata> element with the experiment, readable as text; empty for an empty experiment.
QString svgSource(const QString& experimentToml);

/// `png` with the experiment as an international text (iTXt) under kFigureSourceKey.
QByteArray pngWithSource(const QByteArray& png, const QString& experimentToml);

/// Comment lines to stand before a table, and before a picture for LaTeX.
QString csvSource(const QString& experimentToml);
QString pgfSource(const QString& experimentToml);

/// The experiment that exportFigure put into a file, whatever its format, recognised by content; nothing for foreign,
/// damaged and unreasonably large files.
std::optional<QString> experimentInFigure(const QString& path);

}  // namespace elbo
