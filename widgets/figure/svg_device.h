// A paint device that writes SVG. Qt's own generator (6.4) knows no clipping, rounds the size to whole units and leaves
// titles unescaped; figures need all three.
#pragma once

#include <QByteArray>
#include <QPaintDevice>
#include <QSizeF>
#include <QString>
#include <memory>

namespace elbo {

/// Paint on it, end the painter, then take document(). Units are points of 1/72 inch; text stays text.
class SvgDevice : public QPaintDevice {
  public:
    explicit SvgDevice(const QSizeF& millimetres);
    ~SvgDevice() override;

    QSizeF points() const;
    QPaintEngine* paintEngine() const override;
    /// The finished document. `source` goes into <metadata> as text in an element of figure_source.h; empty: none.
    QByteArray document(const QString& title, const QString& description, const QString& source) const;

  protected:
    int metric(PaintDeviceMetric metric) const override;

  private:
    class Engine;

    QSizeF millimetres_;
    std::unique_ptr<Engine> engine_;
};

}  // namespace elbo
