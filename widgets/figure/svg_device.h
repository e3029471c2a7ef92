// A paint device that writes SVG. Qt's own generator (6.4) knows no clipping, rounds the size to whole units and leaves
// titles unescaped; figures need all three.
#pragma once

#include <QByteArray>
#include <QSizeF>
#include <QString>
#include <memory>

#include "widgets/figure/page_device.h"

namespace elbo {

/// Paint on it, end the painter, then take document(). Units are points of 1/72 inch; text stays text.
class SvgDevice : public PageDevice {
  public:
    explicit SvgDevice(const QSizeF& millimetres);
    ~SvgDevice() override;

    QPaintEngine* paintEngine() const override;
    /// The finished document. `source` goes into <metadata> as text in an element of figure_source.h; empty: none.
    QByteArray document(const QString& title, const QString& description, const QString& source) const;

  private:
    class Engine;

    std::unique_ptr<Engine> engine_;
};

}  // namespace elbo
