#include "widgets/figure/figure_size.h"

#include <fmt/format.h>

#include <QRegularExpression>
#include <QString>
#include <QStringList>
#include <algorithm>
#include <cmath>

#include "training/experiment/input_error.h"

namespace elbo {
namespace {

constexpr double kSmallest = 10.0;   // millimetres
constexpr double kLargest = 2000.0;  // millimetres
constexpr double kInch = 25.4;
constexpr double kSmallText = 0.75;  // of the base size: the smallest text that views write

double millimetresOf(const QString& unit) {
    return unit.startsWith("in") || unit == "\"" ? kInch : unit == "cm" ? 10.0 : 1.0;
}

[[noreturn]] void refuse(const std::string& text) {
    std::vector<std::string> names;
    for (const PrintedWidth& place : printedWidths()) {
        names.push_back(place.name);
    }
    throw InputError(
        fmt::format("--size is \"{}\", but must be width and height, {} to {} mm, as 85x60mm or 3.35x2.4in, "
                    "a width alone, as 85mm, or one of {}",
                    text, kSmallest, kLargest, fmt::join(names, ", ")));
}

}  // namespace

const std::vector<PrintedWidth>& printedWidths() {
    static const std::vector<PrintedWidth> kPlaces{
        // Nature, research-figure-guide.nature.com: 89 or 183 mm wide, 170 mm high at most, text of 5 to 7 points.
        {"nature-1", "one column of Nature", 89.0, 170.0, 5.0, 7.0},
        {"nature-2", "two columns of Nature", 183.0, 170.0, 5.0, 7.0},
        // IEEE, "Sizing of graphics" in its templates: 3.5 or 7.16 inches wide, 8.5 inches high at most.
        {"ieee-1", "one column of IEEE", 3.5 * kInch, 8.5 * kInch, 0.0, 0.0},
        {"ieee-2", "two columns of IEEE", 7.16 * kInch, 8.5 * kInch, 0.0, 0.0},
        // ICML, icml2025.sty: text of 6.75 by 9 inches in two columns with a quarter of an inch between them.
        {"icml", "one column of ICML", 3.25 * kInch, 9.0 * kInch, 0.0, 0.0},
        {"icml-2", "two columns of ICML", 6.75 * kInch, 9.0 * kInch, 0.0, 0.0},
        // neurips_2024.sty and iclr2025_conference.sty: text of 5.5 by 9 inches.
        {"neurips", "text of NeurIPS", 5.5 * kInch, 9.0 * kInch, 0.0, 0.0},
        {"iclr", "text of ICLR", 5.5 * kInch, 9.0 * kInch, 0.0, 0.0},
    };
    return kPlaces;
}

FigureSize parseFigureSize(const std::string& text) {
    static const QRegularExpression kSize(
        R"(^(\d+(?:\.\d+)?)\s*(mm|cm|in|inch)?\s*[x×]\s*(\d+(?:\.\d+)?)\s*(mm|cm|in|inch)?$)",
        QRegularExpression::UseUnicodePropertiesOption);
    static const QRegularExpression kWidth(R"(^(\d+(?:\.\d+)?)\s*(mm|cm|in|inch)$)");
    static const QRegularExpression kNamed(R"(^([a-z]+(?:-\d+)?)(?:\s*x\s*(\d+(?:\.\d+)?)\s*(mm|cm|in|inch)?)?$)");
    const QString asked = QString::fromStdString(text).trimmed().toLower();
    FigureSize size;
    if (const auto match = kSize.match(asked); match.hasMatch()) {
        // A unit after one of them stands for both; without any they are millimetres.
        const QString second = match.captured(4).isEmpty() ? match.captured(2) : match.captured(4);
        const QString first = match.captured(2).isEmpty() ? second : match.captured(2);
        size.width = match.captured(1).toDouble() * millimetresOf(first);
        size.height = match.captured(3).toDouble() * millimetresOf(second);
    } else if (const auto wide = kWidth.match(asked); wide.hasMatch()) {
        size.width = wide.captured(1).toDouble() * millimetresOf(wide.captured(2));
        if (size.width < kSmallest || size.width > kLargest) {
            refuse(text);
        }
        return size;
    } else if (const auto named = kNamed.match(asked); named.hasMatch()) {
        const std::string name = named.captured(1).toStdString();
        const auto& places = printedWidths();
        const auto place =
            std::find_if(places.begin(), places.end(), [&name](const PrintedWidth& each) { return each.name == name; });
        if (place == places.end()) {
            refuse(text);
        }
        size.place = &*place;
        size.width = place->width;
        if (named.capturedLength(2) == 0) {
            return size;
        }
        size.height = named.captured(2).toDouble() * millimetresOf(named.captured(3));
    } else {
        refuse(text);
    }
    for (const double side : {size.width, size.height}) {
        if (side < kSmallest || side > kLargest) {
            refuse(text);
        }
    }
    return size;
}

void checkRules(const FigureSize& size, double height, double fontPoints) {
    if (size.place == nullptr) {
        return;
    }
    const PrintedWidth& place = *size.place;
    if (place.highest > 0.0 && height > place.highest + 1e-6) {
        throw InputError(
            fmt::format("--size {}: {} prints figures up to {:.0f} mm high, and this one needs {:.0f} mm; show "
                        "fewer views with --view",
                        place.name, place.meaning, place.highest, std::ceil(height)));
    }
    const double least = std::ceil(place.smallest / kSmallText * 10.0) / 10.0;
    if ((place.smallest > 0.0 && fontPoints < least) || (place.largest > 0.0 && fontPoints > place.largest)) {
        throw InputError(
            fmt::format("--font-size is {}, but {} asks for text of {} to {} points: give {} to {}, since "
                        "numbers are set smaller",
                        fontPoints, place.meaning, place.smallest, place.largest, least, place.largest));
    }
}

}  // namespace elbo
