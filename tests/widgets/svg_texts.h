// The texts of an exported SVG and where they lie on the page, measured with the fonts that they name.
#pragma once

#include <QFont>
#include <QFontMetricsF>
#include <QRectF>
#include <QRegularExpression>
#include <QString>
#include <QTransform>
#include <QXmlStreamReader>
#include <algorithm>
#include <cmath>
#include <vector>

namespace elbo::sample {

struct SvgText {
    QString text;
    QRectF box;           ///< points, upright
    bool upright = true;  ///< level or turned by a right angle: the box is that of the letters
};

/// Boxes hold the letters without the air that fonts keep above and below them.
inline std::vector<SvgText> textsOf(const QByteArray& svg, QSizeF* page) {
    std::vector<SvgText> texts;
    QXmlStreamReader reader(svg);
    while (!reader.atEnd()) {
        if (reader.readNext() != QXmlStreamReader::StartElement) {
            continue;
        }
        const auto attributes = reader.attributes();
        if (reader.name() == QLatin1String("svg") && page != nullptr) {
            const QStringList numbers = attributes.value("viewBox").toString().split(' ');
            *page = QSizeF(numbers.value(2).toDouble(), numbers.value(3).toDouble());
        }
        if (reader.name() != QLatin1String("text")) {
            continue;
        }
        QStringList families;
        for (const QString& family : attributes.value("font-family").toString().split(", ")) {
            families << QString(family).remove('\'');
        }
        QFont font;
        font.setFamilies(families);
        font.setHintingPreference(QFont::PreferNoHinting);
        font.setPixelSize(100);  // fractions of a pixel are lost in small ones
        font.setBold(attributes.value("font-weight") == QLatin1String("bold"));
        const double scale = attributes.value("font-size").toDouble() / 100.0;
        QTransform place =
            QTransform::fromTranslate(attributes.value("x").toDouble(), attributes.value("y").toDouble());
        if (attributes.hasAttribute("transform")) {
            static const QRegularExpression kNumber("-?[0-9.]+(?:e-?[0-9]+)?");
            QList<double> m;
            auto found = kNumber.globalMatch(attributes.value("transform").toString().section('(', 1));
            while (found.hasNext()) {
                m << found.next().captured().toDouble();
            }
            if (m.size() == 6) {
                place = QTransform(m[0], m[1], m[2], m[3], m[4], m[5]);
            }
        }
        const QString text = reader.readElementText();
        const QFontMetricsF metrics(font);
        // A run may end or begin with the space to its neighbour.
        const QString inked = text.trimmed();
        const double left = metrics.horizontalAdvance(text.left(text.indexOf(inked))) * scale;
        const QRectF letters(left, -metrics.capHeight() * scale, metrics.horizontalAdvance(inked) * scale,
                             metrics.capHeight() * scale);
        const bool level = std::abs(place.m12()) < 1e-6, turned = std::abs(place.m11()) < 1e-6;
        if (!text.trimmed().isEmpty()) {
            texts.push_back({text, place.mapRect(letters), level || turned});
        }
    }
    return texts;
}

/// What is wrong with the texts of a page, in words; empty: nothing is cut, off the page or on another text.
inline QString flawOf(const std::vector<SvgText>& texts, const QSizeF& page) {
    const QRectF paper(QPointF(-0.5, -0.5), page + QSizeF(1.0, 1.0));
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (texts[i].text.contains(QChar(0x2026))) {
            return "cut: " + texts[i].text;
        }
        if (!paper.contains(texts[i].box)) {
            return "off the page: " + texts[i].text;
        }
        for (std::size_t k = i + 1; k < texts.size(); ++k) {
            // Runs of one line that come from different fonts touch.
            const QRectF common = texts[i].box & texts[k].box;
            if (texts[i].upright && texts[k].upright && common.width() > 0.5 && common.height() > 0.5) {
                return texts[i].text + " lies on " + texts[k].text;
            }
        }
    }
    return {};
}

/// How many numbers share a line, as those below a plot do, and how many their right ends, as those beside it.
struct AxisNumbers {
    int below = 0, beside = 0;
};

inline AxisNumbers axisNumbers(const std::vector<SvgText>& texts) {
    static const QRegularExpression kNumber(QString::fromUtf8("^\u2212?[0-9.]+$"));
    std::vector<QRectF> numbers;
    for (const SvgText& text : texts) {
        if (kNumber.match(text.text).hasMatch()) {
            numbers.push_back(text.box);
        }
    }
    AxisNumbers most;
    for (const QRectF& one : numbers) {
        AxisNumbers here;
        for (const QRectF& other : numbers) {
            here.below += std::abs(one.bottom() - other.bottom()) < 0.1 ? 1 : 0;
            here.beside += std::abs(one.right() - other.right()) < 1.0 ? 1 : 0;
        }
        most.below = std::max(most.below, here.below);
        most.beside = std::max(most.beside, here.beside);
    }
    return most;
}

}  // namespace elbo::sample
