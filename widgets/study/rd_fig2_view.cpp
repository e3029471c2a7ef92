#include "widgets/study/rd_fig2_view.h"

#include <algorithm>
#include <cmath>

#include "widgets/chart/plotting.h"
#include "widgets/kit/csv.h"
#include "widgets/paint/axes_painter.h"
#include "widgets/paint/raster.h"

namespace elbo {
namespace {

using Values = std::vector<double>;

constexpr double kNarrowLines = 16.0;  ///< of text: a narrower column has its numbers and tables above each other
constexpr int kCellPixels = 8;         ///< a cell of a table stays a sharp square in programs that smooth pictures

double peakOf(const Values& values) {
    return values.empty() ? 0.0 : *std::max_element(values.begin(), values.end());
}

QString headingOf(const RdFig2Model& model, double target) {
    return model.name == "optimal" ? QStringLiteral("Made by hand")
           : model.name == "elbo"  ? QStringLiteral("ELBO")
                                   : QString("Target rate %1").arg(target);
}

QString number(double value, int decimals) {
    return QString::number(value, 'f', decimals);
}

/// A table [rows, columns] with its first row at the top.
QImage tableImage(const Values& values, int side, double peak, const ColorRamp& ramp) {
    QImage image(side * kCellPixels, side * kCellPixels, QImage::Format_RGB32);
    for (int y = 0; y < image.height(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < image.width(); ++x) {
            const auto cell = static_cast<std::size_t>(y / kCellPixels * side + x / kCellPixels);
            line[x] = ramp[static_cast<std::size_t>(std::lround(255.0 * densityShade(values[cell], peak)))];
        }
    }
    return image;
}

/// One table of a model: its symbol, what its rows and columns are.
struct TableKind {
    const char* symbol;
    const char* rows;
    const char* columns;
    Values RdFig2Model::*values;
};
constexpr std::array<TableKind, 3> kTables{{{"q(z|x)", "x", "z", &RdFig2Model::encoder},
                                            {"p(x|z)", "z", "x", &RdFig2Model::decoder},
                                            {"p(x\u2032|x)", "x", "x\u2032", &RdFig2Model::reconstruction}}};

/// One row of the figure: what the axis below counts, and what is painted over it.
struct PanelRow {
    QString letter, axis;
    std::vector<LegendEntry> legend;
    double peak = 0.0;
};

/// Everything the parts of the picture share.
class Picture {
  public:
    Picture(QPainter& painter, const QRectF& area, const RdFig2& study, const Theme& theme)
        : painter_(painter),
          study_(study),
          theme_(theme),
          line_(lineHeight(theme, painter.device())),
          gap_(standardGap(theme, painter.device())) {
        left_ = plotInside(area, {{}, "share"}, theme, painter.device()).left() - area.left();
        columnGap_ = 1.6 * line_;
        const auto columns = static_cast<double>(study.models.size());
        width_ = std::floor((area.width() - left_ - 2.0 * gap_ - (columns - 1.0) * columnGap_) / columns);
        origin_ = std::round(area.left() + left_);
        narrow_ = width_ < kNarrowLines * line_;
        top_ = area.top();
        headHeight_ = (narrow_ ? 4.2 : 2.2) * line_;
        // Tables are square, beside each other where there is room; the two rows of plots share what is left.
        const auto count = static_cast<double>(kTables.size());
        tableSide_ = narrow_ ? std::min(width_ - line_, 0.45 * area.height() / count - 2.3 * line_)
                             : (width_ - (count - 1.0) * tableGap()) / count;
        tablesHeight_ = narrow_ ? count * (tableSide_ + 2.3 * line_) : tableSide_ + 2.4 * line_;
        plotHeight_ =
            std::max(2.0 * line_, std::floor(0.5 * (area.height() - headHeight_ - tablesHeight_ - 0.6 * line_)));
        bottom_ = area.bottom();
    }

    void paint();

  private:
    double tableGap() const { return 1.1 * line_; }
    QRectF column(std::size_t index, double top, double height) const {
        return {std::round(origin_ + static_cast<double>(index) * (width_ + columnGap_)), std::round(top), width_,
                std::round(height)};
    }
    void paintHeading(std::size_t index);
    void paintLetter(const QString& letter, double top);
    void paintRow(const PanelRow& row, double top,
                  const std::function<void(const PlaneMap&, const RdFig2Model&)>& fill);
    void paintData(const PlaneMap& map, const RdFig2Model& model);
    void paintCodes(const PlaneMap& map, const RdFig2Model& model);
    void paintTables(double top);
    void paintTable(const QRectF& place, const TableKind& kind, const RdFig2Model& model, double peak);
    QRectF bar(const PlaneMap& map, int index, double from, double to) const;

    QPainter& painter_;
    const RdFig2& study_;
    const Theme& theme_;
    const double line_, gap_;
    double left_ = 0.0, columnGap_ = 0.0, width_ = 0.0, origin_ = 0.0;  ///< of the columns
    double top_ = 0.0, headHeight_ = 0.0, plotHeight_ = 0.0, bottom_ = 0.0;
    double tableSide_ = 0.0, tablesHeight_ = 0.0;
    bool narrow_ = false;  ///< the three tables of a model stand above each other
};

QRectF Picture::bar(const PlaneMap& map, int index, double from, double to) const {
    return QRectF(map.toPixel(index + 0.6, to), map.toPixel(index + 1.4, from));
}

void Picture::paintHeading(std::size_t index) {
    const RdFig2Model& model = study_.models[index];
    const QRectF place = column(index, top_, line_);
    QFont bold = textFont(theme_);
    bold.setBold(true);
    painter_.setPen(theme_.text);
    painter_.setFont(bold);
    paintText(painter_, place, Qt::AlignHCenter | Qt::AlignVCenter, headingOf(model, study_.targetRate));
    painter_.setFont(textFont(theme_, 0.9));
    const QStringList terms{QString("D = %1").arg(number(model.distortion, 3)),
                            QString("R = %1").arg(number(model.rate, 4)),
                            QString("I(z*; z) = %1").arg(number(model.classInformation, 2))};
    const QStringList lines = narrow_ ? terms : QStringList{terms.join(",  ")};
    for (qsizetype i = 0; i < lines.size(); ++i) {
        paintText(painter_, place.translated(0.0, static_cast<double>(i + 1) * line_),
                  Qt::AlignHCenter | Qt::AlignVCenter, lines[i]);
    }
}

void Picture::paintLetter(const QString& letter, double top) {
    QFont bold = textFont(theme_, 8.0 / 7.0);
    bold.setBold(true);
    painter_.setFont(bold);
    painter_.setPen(theme_.text);
    paintText(painter_, QRectF(origin_ - left_, top, left_, line_), Qt::AlignLeft | Qt::AlignVCenter, letter);
}

void Picture::paintRow(const PanelRow& row, double top,
                       const std::function<void(const PlaneMap&, const RdFig2Model&)>& fill) {
    paintLetter(row.letter, top);
    const double end = column(study_.models.size() - 1, top, 0.0).right();
    const int rows = legendRows(row.legend, end - origin_, 3, theme_, painter_.device());
    const double head = (rows + 0.2) * line_;
    paintLegend(painter_, QRectF(origin_, top, end - origin_, rows * line_), row.legend, theme_);
    const double height = plotHeight_ - head - axisBelowHeight(theme_, painter_.device());
    for (std::size_t i = 0; i < study_.models.size(); ++i) {
        const PlaneMap map{column(i, top + head, height), {0.0, study_.bins + 1.0, 0.0, 1.08 * row.peak}};
        fill(map, study_.models[i]);
        if (i == 0) {
            paintAxes(painter_, map, {row.axis, "share"}, theme_);
        } else {
            painter_.setBrush(Qt::NoBrush);
            painter_.setPen(QPen(theme_.border, std::max(0.5, theme_.lineWidth * 0.6)));
            painter_.setRenderHint(QPainter::Antialiasing, false);
            painter_.drawRect(map.area);
            paintAxisBelow(painter_, map, row.axis, theme_);
        }
    }
}

void Picture::paintData(const PlaneMap& map, const RdFig2Model& model) {
    painter_.setRenderHint(QPainter::Antialiasing);
    for (int i = 0; i < study_.bins; ++i) {
        painter_.fillRect(bar(map, i, 0.0, study_.data[static_cast<std::size_t>(i)]), theme_.labels[9].lighter(150));
    }
    QPolygonF line;
    for (int i = 0; i < study_.bins; ++i) {
        line << map.toPixel(i + 1.0, model.generated[static_cast<std::size_t>(i)]);
    }
    painter_.setBrush(Qt::NoBrush);
    painter_.setPen(QPen(theme_.model, theme_.lineWidth));
    painter_.drawPolyline(line);
    painter_.setPen(Qt::NoPen);
    painter_.setBrush(theme_.posterior);
    for (int i = 0; i < study_.bins; ++i) {
        painter_.drawEllipse(map.toPixel(i + 1.0, model.reconstructed[static_cast<std::size_t>(i)]), theme_.lineWidth,
                             theme_.lineWidth);
    }
}

void Picture::paintCodes(const PlaneMap& map, const RdFig2Model& model) {
    painter_.setRenderHint(QPainter::Antialiasing);
    for (int i = 0; i < study_.bins; ++i) {
        const auto z = static_cast<std::size_t>(i);
        const double first = model.ofClass[0][z];
        painter_.fillRect(bar(map, i, 0.0, first), theme_.labels[0]);
        painter_.fillRect(bar(map, i, first, first + model.ofClass[1][z]), theme_.labels[1]);
        painter_.setPen(QPen(theme_.text, theme_.lineWidth, Qt::SolidLine, Qt::FlatCap));
        painter_.drawLine(map.toPixel(i + 0.5, model.marginal[z]), map.toPixel(i + 1.5, model.marginal[z]));
    }
}

void Picture::paintTable(const QRectF& place, const TableKind& kind, const RdFig2Model& model, double peak) {
    painter_.save();
    painter_.drawImage(place, tableImage(model.*kind.values, study_.bins, peak, densityRamp(theme_)));
    painter_.setBrush(Qt::NoBrush);
    painter_.setPen(QPen(theme_.border, std::max(0.5, theme_.lineWidth * 0.6)));
    painter_.drawRect(place);
    painter_.setPen(theme_.text);
    painter_.setFont(textFont(theme_));
    const double width = tableSide_ + tableGap();
    paintText(painter_, QRectF(place.center().x() - width / 2.0, place.top() - 1.1 * line_, width, line_),
              Qt::AlignCenter, QString::fromUtf8(kind.symbol));
    painter_.setFont(textFont(theme_, 0.9));
    painter_.setPen(theme_.mutedText);
    paintText(painter_, QRectF(place.left(), place.bottom() + 0.1 * line_, place.width(), line_), Qt::AlignCenter,
              QString::fromUtf8(kind.columns));
    paintText(painter_, QRectF(place.left() - line_, place.center().y() - line_ / 2.0, 0.85 * line_, line_),
              Qt::AlignRight | Qt::AlignVCenter, QString::fromUtf8(kind.rows));
    painter_.restore();
}

void Picture::paintTables(double top) {
    paintLetter("c", top);
    for (std::size_t k = 0; k < kTables.size(); ++k) {
        double peak = 0.0;
        for (const RdFig2Model& model : study_.models) {
            peak = std::max(peak, peakOf(model.*kTables[k].values));
        }
        for (std::size_t i = 0; i < study_.models.size(); ++i) {
            const QPointF corner = column(i, top + 1.2 * line_, tableSide_).topLeft();
            const double along = static_cast<double>(k);
            const QPointF offset = narrow_ ? QPointF(0.5 * (width_ - tableSide_), along * (tableSide_ + 2.3 * line_))
                                           : QPointF(along * (tableSide_ + tableGap()), 0.0);
            paintTable(QRectF(corner + offset, QSizeF(tableSide_, tableSide_)), kTables[k], study_.models[i], peak);
        }
    }
}

void Picture::paint() {
    using Mark = LegendEntry::Mark;
    PanelRow data{"a",
                  "bin x",
                  {{Mark::Square, theme_.labels[9].lighter(150), "data p*(x)"},
                   {Mark::Line, theme_.model, "model p(x)"},
                   {Mark::Dot, theme_.posterior, "reconstructions of the data"}},
                  peakOf(study_.data)};
    PanelRow codes{"b",
                   "code z",
                   {{Mark::Square, theme_.labels[0], "codes of the first class, z* = 0"},
                    {Mark::Square, theme_.labels[1], "of the second class, z* = 1"},
                    {Mark::Line, theme_.text, "marginal m(z)"}},
                   0.0};
    for (std::size_t i = 0; i < study_.models.size(); ++i) {
        const RdFig2Model& model = study_.models[i];
        data.peak = std::max({data.peak, peakOf(model.generated), peakOf(model.reconstructed)});
        codes.peak = std::max({codes.peak, peakOf(model.marginal), peakOf(model.aggregated)});
        paintHeading(i);
    }
    const double first = top_ + headHeight_;
    paintRow(data, first, [this](const PlaneMap& map, const RdFig2Model& model) { paintData(map, model); });
    paintRow(codes, first + plotHeight_,
             [this](const PlaneMap& map, const RdFig2Model& model) { paintCodes(map, model); });
    paintTables(bottom_ - tablesHeight_);
}

}  // namespace

QString RdFig2View::explanation() const {
    return tr(
        "Two models that match the data equally well: the ELBO's ignores its code, the one with a target for the "
        "rate finds the two classes.");
}

QString RdFig2View::caption() const {
    QStringList peaks;
    for (const TableKind& kind : kTables) {
        double peak = 0.0;
        for (const RdFig2Model& model : study_.models) {
            peak = std::max(peak, peakOf(model.*kind.values));
        }
        peaks.append(QString("%1 %2").arg(QString::fromUtf8(kind.symbol), number(peak, 2)));
    }
    return QString(
               "a, Data, model and reconstructions. b, Codes, sorted by the bins they stand for. c, Encoder, decoder "
               "and reconstruction; darkest shade in all models: %1. D, R and I in nats; the entropy of the data is "
               "%2. "
               "After Alemi et al. (2018), Fig. 2.")
        .arg(peaks.join(", "), number(study_.entropy, 3));
}

QSizeF RdFig2View::leastFigure(double width) const {
    constexpr double kLine = 8.2;      // a line of text
    constexpr double kMargins = 69.0;  // of the columns: numbers at the left, the gaps between
    constexpr double kPlots = 2.0 * 6.5 * kLine;
    const double column = (width - kMargins) / static_cast<double>(std::max<std::size_t>(1, study_.models.size()));
    if (column < kNarrowLines * kLine) {
        return {235.0, 330.0};
    }
    const double table = (column - 2.2 * kLine) / 3.0;
    return {kMargins + 3.0 * kNarrowLines * kLine, 5.2 * kLine + table + kPlots};
}

void RdFig2View::renderFigure(QCPPainter& painter, const QRectF& area, const Theme& theme) const {
    const Theme onPaper = inPainterUnits(theme, painter.device());
    Picture(painter, area.adjusted(2.0, 2.0, -2.0, -2.0), study_, onPaper).paint();
}

QString RdFig2View::csv() const {
    QString text = QString("# models: nats; %1 steps, seed %2, target rate %3, entropy of the data %4\n")
                       .arg(study_.steps)
                       .arg(study_.seed)
                       .arg(study_.targetRate)
                       .arg(csvNumber(study_.entropy));
    text += "model,distortion,rate,mi_q,mi_class,kl_data_model,kl_data_reconstructions\n";
    for (const RdFig2Model& model : study_.models) {
        text += QString::fromStdString(model.name) + ',' +
                csvNumbers({model.distortion, model.rate, model.information, model.classInformation, model.klGenerated,
                            model.klReconstructed}) +
                '\n';
    }
    text +=
        "\n# shares: of bins and "
        "codes\nmodel,index,data,generated,reconstructed,marginal,codes_class_0,codes_class_1\n";
    for (const RdFig2Model& model : study_.models) {
        for (std::size_t i = 0; i < study_.data.size(); ++i) {
            text += QString("%1,%2,").arg(QString::fromStdString(model.name)).arg(i + 1) +
                    csvNumbers({study_.data[i], model.generated[i], model.reconstructed[i], model.marginal[i],
                                model.ofClass[0][i], model.ofClass[1][i]}) +
                    '\n';
        }
    }
    text +=
        "\n# probabilities: rows and columns of each distribution counted from "
        "1\nmodel,distribution,row,column,probability\n";
    for (const RdFig2Model& model : study_.models) {
        for (const TableKind& kind : kTables) {
            const Values& values = model.*kind.values;
            for (int i = 0; i < study_.bins * study_.bins; ++i) {
                text += QString("%1,%2,%3,%4,%5\n")
                            .arg(QString::fromStdString(model.name), QString::fromUtf8(kind.symbol))
                            .arg(i / study_.bins + 1)
                            .arg(i % study_.bins + 1)
                            .arg(csvNumber(values[static_cast<std::size_t>(i)], 8));
            }
        }
    }
    return text;
}

}  // namespace elbo
