// What the paint devices of figures have in common that write text: a page measured in points, the painter's state, and
// clips that stand around groups of elements.
#pragma once

#include <QBrush>
#include <QByteArray>
#include <QFont>
#include <QImage>
#include <QPaintDevice>
#include <QPaintEngine>
#include <QPainterPath>
#include <QPen>
#include <QSizeF>
#include <QString>
#include <QTransform>
#include <vector>

namespace elbo {

/// Thousandths of a point are finer than any printer, and short: "12.345", "-0.5", "7".
QString pageNumber(double value);

/// The size that a text of this font has on the page. Qt lays letters out in whole units of the device, and a text that
/// is written in the size that was asked for would be wider than its place.
double sizeOnPage(const QFont& font);

/// A page of a size in millimetres whose units are points of 1/72 inch.
class PageDevice : public QPaintDevice {
  public:
    explicit PageDevice(const QSizeF& millimetres) : millimetres_(millimetres) {}

    const QSizeF& millimetres() const { return millimetres_; }
    QSizeF points() const;

  protected:
    int metric(PaintDeviceMetric metric) const override;

  private:
    QSizeF millimetres_;
};

/// Hands shapes on in page coordinates, so that only text and images carry a transform. Everything under one clip
/// stands in one group.
class PageEngine : public QPaintEngine {
  public:
    PageEngine();

    bool begin(QPaintDevice* device) override;
    bool end() override;
    Type type() const override { return QPaintEngine::User; }
    void updateState(const QPaintEngineState& state) override;
    void drawPath(const QPainterPath& path) override;
    void drawPolygon(const QPointF* points, int count, PolygonDrawMode mode) override;
    using QPaintEngine::drawPolygon;
    void drawPixmap(const QRectF& rect, const QPixmap& pixmap, const QRectF& source) override;

    /// All elements, once the painter has ended.
    const QString& body() const { return body_; }

  protected:
    /// A shape with something to fill or to stroke, in page coordinates, with the pen and the brush in force.
    virtual void writeShape(const QPainterPath& shape, bool filled, bool stroked) = 0;
    /// What is left to see through a clip, in the document's words; empty for nothing.
    virtual QString clipText(const QPainterPath& area) const = 0;
    /// What stands before and after the elements under a clip of this text.
    virtual QString openGroup(const QString& clip) = 0;
    virtual QString closeGroup() = 0;

    /// Puts what is written next into a group with the clip in force. False where that lets nothing through.
    bool enterClip();
    void write(const QString& text) { body_ += text; }

    const QPen& pen() const { return pen_; }
    const QBrush& brush() const { return brush_; }
    const QTransform& transform() const { return transform_; }
    double opacity() const { return opacity_; }
    bool smooth() const { return smooth_; }  ///< whether enlarged pictures are to be smoothed
    double penWidth() const;                 ///< on the page

  private:
    void clip(const QPainterPath& path, Qt::ClipOperation operation);
    void writePath(const QPainterPath& path, bool fillable);

    QPen pen_;
    QBrush brush_;
    QTransform transform_;
    double opacity_ = 1.0;
    bool smooth_ = false;
    bool clipped_ = false;
    std::vector<QPainterPath> clips_;  ///< in page coordinates; their intersection counts
    bool clipKnown_ = false;           ///< whether clipText_ is that of clips_
    QString clipText_;
    QString openClip_;  ///< of the group that is open; empty: none
    QString body_;
};

/// The part of a picture that is drawn, as a PNG.
QByteArray pngOf(const QImage& image, const QRectF& source);

}  // namespace elbo
