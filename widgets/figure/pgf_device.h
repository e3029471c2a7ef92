// A paint device that writes a picture for LaTeX: a pgfpicture of PGF's basic layer, which \usepackage{pgf} or {tikz}
// understands and \input brings into a document, whose fonts set its text.
#pragma once

#include <QByteArray>
#include <QSizeF>
#include <QString>
#include <QStringList>
#include <memory>
#include <vector>

#include "widgets/figure/page_device.h"

namespace elbo {

/// A raster of the picture, which stands in a file of its own beside it.
struct PgfRaster {
    QString name;  ///< "fig-1.png"
    QByteArray png;
};

/// Paint on it, end the painter, then take document() and rasters(). Units are points of 1/72 inch, TeX's bp; text
/// stays text.
class PgfDevice : public PageDevice {
  public:
    /// `name`: of the file without its suffix. Rasters are called after it.
    PgfDevice(const QSizeF& millimetres, const QString& name);
    ~PgfDevice() override;

    QPaintEngine* paintEngine() const override;
    /// The finished file. `source` goes before it as comment lines of figure_source.h; empty: none.
    QByteArray document(const QString& title, const QString& description, const QString& source) const;
    const std::vector<PgfRaster>& rasters() const;

  private:
    class Engine;

    std::unique_ptr<Engine> engine_;
};

/// The rasters that a file of this name, without its suffix, says it has beside it; none for foreign files.
QStringList pgfRasters(const QByteArray& document, const QString& name);

}  // namespace elbo
