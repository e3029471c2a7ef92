// Themes: legible text, colours that colour-blind readers tell apart, an even density map, a complete style sheet.
#include <QRegularExpression>
#include <QTest>
#include <cmath>

#include "widgets/kit/icons.h"
#include "widgets/kit/theme.h"

using namespace elbo;

namespace {

using Triple = std::array<double, 3>;

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

Triple linearRgb(const QColor& colour) {
    return {linear(colour.redF()), linear(colour.greenF()), linear(colour.blueF())};
}

double luminance(const QColor& colour) {
    const Triple c = linearRgb(colour);
    return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
}

/// Contrast ratio of WCAG 2.
double contrast(const QColor& a, const QColor& b) {
    const double low = std::min(luminance(a), luminance(b));
    const double high = std::max(luminance(a), luminance(b));
    return (high + 0.05) / (low + 0.05);
}

Triple oklab(const Triple& rgb) {
    const auto root = [](double v) { return std::cbrt(std::max(0.0, v)); };
    const double l = root(0.4122214708 * rgb[0] + 0.5363325363 * rgb[1] + 0.0514459929 * rgb[2]);
    const double m = root(0.2119034982 * rgb[0] + 0.6806995451 * rgb[1] + 0.1073969566 * rgb[2]);
    const double s = root(0.0883024619 * rgb[0] + 0.2817188376 * rgb[1] + 0.6299787005 * rgb[2]);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

/// Dichromats' view after Machado, Oliveira and Fernandes (2009), severity 1.
Triple seenBy(const std::array<Triple, 3>& matrix, const Triple& rgb) {
    Triple seen{};
    for (int i = 0; i < 3; ++i) {
        for (int j = 0; j < 3; ++j) {
            seen[i] += matrix[i][j] * rgb[j];
        }
    }
    return seen;
}

const std::array<Triple, 3> kEveryone{Triple{1, 0, 0}, Triple{0, 1, 0}, Triple{0, 0, 1}};
const std::array<Triple, 3> kProtanope{Triple{0.152286, 1.052583, -0.204868}, Triple{0.114503, 0.786281, 0.099216},
                                       Triple{-0.003882, -0.048116, 1.051998}};
const std::array<Triple, 3> kDeuteranope{Triple{0.367322, 0.860646, -0.227968}, Triple{0.280085, 0.672501, 0.047413},
                                         Triple{-0.011820, 0.042940, 0.968881}};

double distance(const Triple& a, const Triple& b) {
    return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

Theme themeNamed(const QString& name) {
    return name == "dark" ? Theme::darkTheme() : name == "light" ? Theme::lightTheme() : Theme::paperTheme();
}

void addThemes() {
    QTest::addColumn<QString>("name");
    for (const char* name : {"dark", "light", "paper"}) {
        QTest::newRow(name) << QString(name);
    }
}

}  // namespace

class TestTheme : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void textIsLegible_data() { addThemes(); }
    void textIsLegible() {
        QFETCH(QString, name);
        const Theme theme = themeNamed(name);
        for (const QColor& ground : {theme.window, theme.panel}) {
            QVERIFY(contrast(theme.text, ground) >= 7.0);
            QVERIFY(contrast(theme.mutedText, ground) >= 4.5);
            QVERIFY(contrast(theme.warning, ground) >= 4.5);
            QVERIFY(contrast(theme.accent, ground) >= 3.0);
        }
        const QPalette palette = theme.palette();
        QVERIFY(contrast(palette.color(QPalette::ButtonText), palette.color(QPalette::Button)) >= 4.5);
        QVERIFY(contrast(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)) >= 4.5);
        QVERIFY(contrast(palette.color(QPalette::ToolTipText), palette.color(QPalette::ToolTipBase)) >= 4.5);
    }

    void marksStandOut_data() { addThemes(); }
    void marksStandOut() {
        QFETCH(QString, name);
        const Theme theme = themeNamed(name);
        for (const QColor& colour : theme.members) {
            QVERIFY2(contrast(colour, theme.panel) >= 3.0, qPrintable(colour.name()));
        }
        for (const QColor& colour : theme.labels) {
            QVERIFY2(contrast(colour, theme.panel) >= 3.0, qPrintable(colour.name()));
        }
    }

    void theSweepStandsOutAndGrowsEvenly_data() { addThemes(); }
    void theSweepStandsOutAndGrowsEvenly() {
        QFETCH(QString, name);
        const Theme theme = themeNamed(name);
        QCOMPARE(theme.sweep(-1.0), theme.sweep(0.0));
        QCOMPARE(theme.sweep(std::nan("")), theme.sweep(0.0));
        QCOMPARE(theme.sweep(2.0), theme.sweep(1.0));
        for (const auto& eye : {kEveryone, kProtanope, kDeuteranope}) {
            double before = -1.0;
            for (int i = 0; i < 16; ++i) {
                const QColor colour = theme.sweep(i / 15.0);
                QVERIFY2(contrast(colour, theme.panel) >= 3.0, qPrintable(colour.name()));
                const double lightness = oklab(seenBy(eye, linearRgb(colour)))[0];
                QVERIFY2(lightness > before + 0.005, qPrintable(colour.name()));
                before = lightness;
            }
        }
    }

    void membersAreToldApartByColourBlindReaders_data() { addThemes(); }
    void membersAreToldApartByColourBlindReaders() {
        QFETCH(QString, name);
        const Theme theme = themeNamed(name);
        for (const auto& eye : {kEveryone, kProtanope, kDeuteranope}) {
            for (std::size_t i = 0; i < theme.members.size(); ++i) {
                for (std::size_t j = 0; j < i; ++j) {
                    const double apart = distance(oklab(seenBy(eye, linearRgb(theme.members[i]))),
                                                  oklab(seenBy(eye, linearRgb(theme.members[j]))));
                    QVERIFY2(apart > 0.10, qPrintable(QString("%1 and %2: %3").arg(i).arg(j).arg(apart)));
                }
            }
        }
    }

    void densityGrowsEvenly_data() { addThemes(); }
    void densityGrowsEvenly() {
        QFETCH(QString, name);
        const Theme theme = themeNamed(name);
        QCOMPARE(theme.density(0.0), theme.panel);
        QCOMPARE(theme.density(-1.0), theme.panel);
        QCOMPARE(theme.density(std::nan("")), theme.panel);
        QCOMPARE(theme.density(7.0), theme.density(1.0));
        const double sign = theme.dark ? 1.0 : -1.0;
        const double range = oklab(linearRgb(theme.density(1.0)))[0] - oklab(linearRgb(theme.density(0.0)))[0];
        QVERIFY(sign * range > 0.55);
        for (int i = 1; i <= 16; ++i) {
            const double step =
                oklab(linearRgb(theme.density(i / 16.0)))[0] - oklab(linearRgb(theme.density((i - 1) / 16.0)))[0];
            QVERIFY2(step / range > 0.4 / 16 && step / range < 1.8 / 16,
                     qPrintable(QString::number(step / range * 16)));
        }
    }

    void styleSheetIsComplete_data() { addThemes(); }
    void styleSheetIsComplete() {
        QFETCH(QString, name);
        const QString sheet = themeNamed(name).styleSheet();
        QVERIFY(sheet.size() > 1000);
        const QString rules =
            QString(sheet).remove(QRegularExpression("/\\*.*?\\*/", QRegularExpression::DotMatchesEverythingOption));
        QVERIFY(!rules.contains('@'));
        QCOMPARE(rules.count('{'), rules.count('}'));
        const QRegularExpression link("url\\((:[^)]*)\\)");
        for (auto it = link.globalMatch(rules); it.hasNext();) {
            const QString path = it.next().captured(1);
            QVERIFY2(QFile::exists(path), qPrintable(path));
        }
    }

    void fontsFollowFontPoints() {
        Theme theme = Theme::darkTheme();
        theme.fontPoints = 20.0;
        QCOMPARE(theme.font().pointSizeF(), 20.0);
        QCOMPARE(theme.font(0.5).pointSizeF(), 10.0);
        QVERIFY(theme.styleSheet() != Theme::darkTheme().styleSheet());
        QCOMPARE(Theme::paperTheme().fontPoints, 7.0);
        QCOMPARE(Theme::paperTheme().font().pixelSize(), 7);
    }

    void iconsTakeTheColourOfTheTheme() {
        const Theme theme = Theme::darkTheme();
        const QImage image = themedIcon("play", theme).pixmap(32, 32).toImage();
        QVERIFY(!image.isNull());
        QCOMPARE(image.pixelColor(image.width() / 2, image.height() / 2), theme.text);
        QVERIFY(themedIcon("no-such-icon", theme).isNull());
    }
};

QTEST_MAIN(TestTheme)
#include "tst_theme.moc"
