#include "widgets/kit/theme.h"

#include <QFile>
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

// The icons and the style sheet live in a static library: naming them here keeps the linker from dropping them.
static void loadEmbeddedFiles() {
    Q_INIT_RESOURCE(resources);
}

namespace elbo {
namespace {

// Stops with even steps of lightness in OKLab, dark to bright and bright to dark. The first one is only a place holder:
// density 0 is always the panel behind the picture.
constexpr std::array<QRgb, 9> kDarkDensity{0xff1c2025, 0xff322c61, 0xff34468e, 0xff1c6ba3, 0xff0090a9,
                                           0xff1eb39e, 0xff75d079, 0xffc8df4c, 0xfffcef79};
constexpr std::array<QRgb, 9> kLightDensity{0xffffffff, 0xffccf4d3, 0xff8fe5ce, 0xff5ac8cd, 0xff3aa6cb,
                                            0xff307fc0, 0xff3758a9, 0xff383585, 0xff2c1b55};

// Even steps of lightness in OKLab from violet to yellow or orange, with a contrast of 3:1 to the panel throughout.
constexpr std::array<QRgb, 7> kDarkSweep{0xff6668e9, 0xffb166e3, 0xffec69c2, 0xffff8c9a,
                                         0xfffeb291, 0xffffd392, 0xfffcf73c};
constexpr std::array<QRgb, 7> kLightSweep{0xff1d006e, 0xff46047b, 0xff72017d, 0xff9c0a6e,
                                          0xffbf2354, 0xffd9442b, 0xffdc7411};

// Hues of Wong (2011), moved in lightness until every pair stays apart for protanopes and deuteranopes and every one
// keeps a contrast of 3:1 with its panel (tst_theme holds them to that).
constexpr std::array<QRgb, 10> kDarkHues{0xff66b7ff, 0xfff5a310, 0xff16cea2, 0xffb76da0, 0xfff5f64d,
                                         0xff5374ee, 0xfff04b15, 0xfff1f3f7, 0xffa47c5b, 0xff8f9aa8};
constexpr std::array<QRgb, 10> kLightHues{0xff005bc6, 0xffce8500, 0xff00a68a, 0xffa23c7c, 0xffba4913,
                                          0xff2e91e1, 0xff484218, 0xff332352, 0xff8a5a3c, 0xff6b7684};

QColor mix(const QColor& from, const QColor& to, double share) {
    const auto channel = [share](int a, int b) { return static_cast<int>(std::lround(a + share * (b - a))); };
    return QColor(channel(from.red(), to.red()), channel(from.green(), to.green()), channel(from.blue(), to.blue()));
}

QColor withoutHue(const QColor& color) {
    const int level = qGray(color.rgb());
    return QColor(level, level, level, color.alpha());
}

void setHues(Theme& theme, const std::array<QRgb, 10>& hues) {
    for (std::size_t i = 0; i < theme.labels.size(); ++i) {
        theme.labels[i] = QColor(hues[i]);
    }
    for (std::size_t i = 0; i < theme.members.size(); ++i) {
        theme.members[i] = QColor(hues[i]);
    }
    theme.posterior = theme.members[0];
    theme.prior = theme.members[1];
    theme.data = theme.members[2];
    theme.model = theme.members[3];
}

}  // namespace

Theme Theme::darkTheme() {
    Theme theme;
    theme.dark = true;
    theme.window = QColor(0x14171c);
    theme.panel = QColor(0x1b1f26);
    theme.text = QColor(0xe6e9ee);
    theme.mutedText = QColor(0x9aa4b2);
    theme.grid = QColor(0x2b313b);
    theme.border = QColor(0x353c47);
    theme.accent = QColor(0x4f9fe6);
    theme.warning = QColor(0xf5a310);
    theme.infeasible = QColor(0x2a2d34);
    setHues(theme, kDarkHues);
    theme.families = {"Noto Sans", "Segoe UI", "DejaVu Sans"};
    return theme;
}

Theme Theme::lightTheme() {
    Theme theme;
    theme.dark = false;
    theme.window = QColor(0xf3f4f6);
    theme.panel = QColor(0xffffff);
    theme.text = QColor(0x1b1f24);
    theme.mutedText = QColor(0x5a6472);
    theme.grid = QColor(0xe5e8ec);
    theme.border = QColor(0xcdd3da);
    theme.accent = QColor(0x0b63b8);
    theme.warning = QColor(0xa84a00);
    theme.infeasible = QColor(0xebedf0);
    setHues(theme, kLightHues);
    theme.families = {"Noto Sans", "Segoe UI", "DejaVu Sans"};
    return theme;
}

Theme Theme::paperTheme() {
    Theme theme = lightTheme();
    theme.paper = true;
    theme.window = Qt::white;
    theme.text = Qt::black;
    theme.mutedText = QColor(0x404040);
    theme.grid = QColor(0xe8e8e8);
    theme.border = Qt::black;
    theme.infeasible = QColor(0xebebeb);
    theme.families = {"Arial", "Helvetica", "Liberation Sans", "DejaVu Sans"};
    theme.fontPoints = 7.0;
    theme.lineWidth = 1.0;
    return theme;
}

Theme Theme::inGray() const {
    Theme theme = *this;
    theme.gray = true;
    for (QColor* color : {&theme.window, &theme.panel, &theme.text, &theme.mutedText, &theme.grid, &theme.border,
                          &theme.accent, &theme.warning, &theme.infeasible}) {
        *color = withoutHue(*color);
    }
    // From the text's end of the scale to what still stands out from a panel; neighbours in a list far apart.
    const auto step = [&theme](int place, int count) {
        const int spread = (place * 3) % count;
        return mix(withoutHue(theme.text), withoutHue(theme.panel), 0.7 * spread / (count - 1.0));
    };
    const int labelCount = static_cast<int>(theme.labels.size()), memberCount = static_cast<int>(theme.members.size());
    for (int i = 0; i < labelCount; ++i) {
        theme.labels[static_cast<std::size_t>(i)] = step(i, labelCount);
    }
    for (int i = 0; i < memberCount; ++i) {
        theme.members[static_cast<std::size_t>(i)] = step(i, memberCount);
    }
    theme.posterior = theme.members[0];
    theme.prior = theme.members[1];
    theme.data = theme.members[2];
    theme.model = theme.members[3];
    return theme;
}

QFont Theme::font(double scale) const {
    QFont font;
    font.setFamilies(families);
    const double size = std::max(1.0, fontPoints * scale);
    if (paper) {
        // Metrics taken without a device use the screen's resolution; a size in painter units means the same
        // everywhere. Hinting would round widths to whole points.
        font.setPixelSize(static_cast<int>(std::lround(size)));
        font.setHintingPreference(QFont::PreferNoHinting);
    } else {
        font.setPointSizeF(size);
    }
    return font;
}

QPalette Theme::palette() const {
    QPalette palette;
    const QColor button = mix(panel, text, 0.06);
    palette.setColor(QPalette::Window, window);
    palette.setColor(QPalette::WindowText, text);
    palette.setColor(QPalette::Base, panel);
    palette.setColor(QPalette::AlternateBase, mix(panel, window, 0.5));
    palette.setColor(QPalette::Text, text);
    palette.setColor(QPalette::Button, button);
    palette.setColor(QPalette::ButtonText, text);
    palette.setColor(QPalette::BrightText, warning);
    palette.setColor(QPalette::ToolTipBase, mix(panel, text, 0.08));
    palette.setColor(QPalette::ToolTipText, text);
    palette.setColor(QPalette::PlaceholderText, mutedText);
    palette.setColor(QPalette::Link, accent);
    palette.setColor(QPalette::LinkVisited, accent);
    palette.setColor(QPalette::Highlight, accent);
    palette.setColor(QPalette::HighlightedText, dark ? window : QColor(Qt::white));
    palette.setColor(QPalette::Light, mix(button, text, 0.15));
    palette.setColor(QPalette::Midlight, mix(button, text, 0.08));
    palette.setColor(QPalette::Mid, border);
    palette.setColor(QPalette::Dark, mix(border, QColor(Qt::black), 0.4));
    palette.setColor(QPalette::Shadow, QColor(0, 0, 0, 120));
    const QColor faint = mix(panel, text, 0.45);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText, QPalette::HighlightedText}) {
        palette.setColor(QPalette::Disabled, role, faint);
    }
    palette.setColor(QPalette::Disabled, QPalette::Highlight, border);
    return palette;
}

QString Theme::styleSheet() const {
    loadEmbeddedFiles();
    QFile file(":/themes/lab.qss");
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QString sheet = QString::fromUtf8(file.readAll());
    const double unit = fontPoints / 10.0;
    const auto pixels = [unit](double at10Points) {
        return QString::number(std::max(1, static_cast<int>(std::lround(at10Points * unit)))) + "px";
    };
    // A style sheet rounds corners only up to half of what is there: the handle with its border of one pixel.
    const int handle = 2 * std::max(4, static_cast<int>(std::lround(7.0 * unit)));
    const int groove = std::max(1, static_cast<int>(std::lround(4.0 * unit)));
    const auto px = [](int value) { return QString::number(value) + "px"; };
    // Longer names first, so that no name is replaced inside another one.
    const std::pair<const char*, QString> words[] = {
        {"@handle-size", px(handle)},
        {"@handle-radius", px(handle / 2 + 1)},
        {"@handle-lift", px((handle + 2 - groove) / 2)},
        {"@window", window.name()},
        {"@panel", panel.name()},
        {"@text", text.name()},
        {"@muted", mutedText.name()},
        {"@faint", mix(panel, text, 0.45).name()},
        {"@border-strong", mix(border, text, 0.25).name()},
        {"@border", border.name()},
        {"@accent-soft", mix(panel, accent, dark ? 0.30 : 0.16).name()},
        {"@accent-strong", mix(accent, text, 0.2).name()},
        {"@accent", accent.name()},
        {"@on-accent", (dark ? window : QColor(Qt::white)).name()},
        {"@warning", warning.name()},
        {"@button-hover", mix(panel, text, dark ? 0.14 : 0.10).name()},
        {"@button-down", mix(panel, text, dark ? 0.20 : 0.16).name()},
        {"@button", mix(panel, text, dark ? 0.08 : 0.05).name()},
        {"@field", (dark ? mix(panel, QColor(Qt::black), 0.25) : panel).name()},
        {"@groove", mix(panel, text, 0.20).name()},
        {"@tip", mix(panel, text, dark ? 0.10 : 0.03).name()},
        {"@check", dark ? "check-dark" : "check-light"},
        {"@px24", pixels(24)},
        {"@px18", pixels(18)},
        {"@px16", pixels(16)},
        {"@px14", pixels(14)},
        {"@px12", pixels(12)},
        {"@px10", pixels(10)},
        {"@px9", pixels(9)},
        {"@px8", pixels(8)},
        {"@px7", pixels(7)},
        {"@px6", pixels(6)},
        {"@px5", pixels(5)},
        {"@px4", pixels(4)},
        {"@px3", pixels(3)},
        {"@px2", pixels(2)},
    };
    for (const auto& [word, value] : words) {
        sheet.replace(QLatin1String(word), value);
    }
    return sheet;
}

QColor Theme::density(double value) const {
    const auto& stops = dark ? kDarkDensity : kLightDensity;
    if (!(value > 0.0)) {
        return panel;  // also for not-a-number
    }
    const double place = std::min(value, 1.0) * (stops.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(place), stops.size() - 2);
    const QColor from = below == 0 ? panel : QColor(stops[below]);
    const QColor color = mix(from, QColor(stops[below + 1]), place - static_cast<double>(below));
    return gray ? withoutHue(color) : color;
}

QColor Theme::sweep(double place) const {
    const auto& stops = dark ? kDarkSweep : kLightSweep;
    const double at = (place > 0.0 ? std::min(place, 1.0) : 0.0) * (stops.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(at), stops.size() - 2);
    const QColor color = mix(QColor(stops[below]), QColor(stops[below + 1]), at - static_cast<double>(below));
    return gray ? withoutHue(color) : color;
}

}  // namespace elbo
