#include "widgets/figure/latex_text.h"

#include <algorithm>
#include <iterator>

namespace elbo {
namespace {

/// How a letter stands among others.
enum class Level { Text, Math, Raised, Lowered };

struct Sign {
    char32_t letter;
    Level level;
    const char* latex;
};

constexpr Sign kSigns[] = {
    {U'#', Level::Text, "\\#"},
    {U'$', Level::Text, "\\$"},
    {U'%', Level::Text, "\\%"},
    {U'&', Level::Text, "\\&"},
    {U'_', Level::Text, "\\_"},
    {U'{', Level::Text, "\\{"},
    {U'}', Level::Text, "\\}"},
    {U'~', Level::Text, "\\textasciitilde{}"},
    {U'^', Level::Text, "\\textasciicircum{}"},
    {U'\\', Level::Text, "\\textbackslash{}"},
    {U'"', Level::Text, "''"},
    {U'<', Level::Math, "<"},
    {U'>', Level::Math, ">"},
    {U'|', Level::Math, "\\vert"},
    {U'\u00a0', Level::Text, "~"},
    {U'\u00a7', Level::Text, "\\S{}"},
    {U'\u00b0', Level::Math, "{}^{\\circ}"},
    {U'\u00b1', Level::Math, "\\pm"},
    {U'\u00b2', Level::Raised, "2"},
    {U'\u00b3', Level::Raised, "3"},
    {U'\u00b5', Level::Math, "\\mu"},
    {U'\u00b7', Level::Math, "\\cdot"},
    {U'\u00b9', Level::Raised, "1"},
    {U'\u00d7', Level::Math, "\\times"},
    {U'\u00f7', Level::Math, "\\div"},
    {U'\u0393', Level::Math, "\\Gamma"},
    {U'\u0394', Level::Math, "\\Delta"},
    {U'\u0398', Level::Math, "\\Theta"},
    {U'\u039b', Level::Math, "\\Lambda"},
    {U'\u039e', Level::Math, "\\Xi"},
    {U'\u03a0', Level::Math, "\\Pi"},
    {U'\u03a3', Level::Math, "\\Sigma"},
    {U'\u03a6', Level::Math, "\\Phi"},
    {U'\u03a8', Level::Math, "\\Psi"},
    {U'\u03a9', Level::Math, "\\Omega"},
    {U'\u03b1', Level::Math, "\\alpha"},
    {U'\u03b2', Level::Math, "\\beta"},
    {U'\u03b3', Level::Math, "\\gamma"},
    {U'\u03b4', Level::Math, "\\delta"},
    {U'\u03b5', Level::Math, "\\varepsilon"},
    {U'\u03b6', Level::Math, "\\zeta"},
    {U'\u03b7', Level::Math, "\\eta"},
    {U'\u03b8', Level::Math, "\\theta"},
    {U'\u03b9', Level::Math, "\\iota"},
    {U'\u03ba', Level::Math, "\\kappa"},
    {U'\u03bb', Level::Math, "\\lambda"},
    {U'\u03bc', Level::Math, "\\mu"},
    {U'\u03bd', Level::Math, "\\nu"},
    {U'\u03be', Level::Math, "\\xi"},
    {U'\u03c0', Level::Math, "\\pi"},
    {U'\u03c1', Level::Math, "\\rho"},
    {U'\u03c3', Level::Math, "\\sigma"},
    {U'\u03c4', Level::Math, "\\tau"},
    {U'\u03c5', Level::Math, "\\upsilon"},
    {U'\u03c6', Level::Math, "\\varphi"},
    {U'\u03c7', Level::Math, "\\chi"},
    {U'\u03c8', Level::Math, "\\psi"},
    {U'\u03c9', Level::Math, "\\omega"},
    {U'\u2009', Level::Text, "\\,"},
    {U'\u200a', Level::Text, "\\,"},
    {U'\u202f', Level::Text, "\\,"},
    {U'\u2010', Level::Text, "-"},
    {U'\u2011', Level::Text, "-"},
    {U'\u2013', Level::Text, "--"},
    {U'\u2014', Level::Text, "---"},
    {U'\u2016', Level::Math, "\\Vert"},
    {U'\u2018', Level::Text, "`"},
    {U'\u2019', Level::Text, "'"},
    {U'\u201c', Level::Text, "``"},
    {U'\u201d', Level::Text, "''"},
    {U'\u2022', Level::Text, "\\textbullet{}"},
    {U'\u2026', Level::Text, "\\ldots{}"},
    {U'\u2027', Level::Math, "\\cdot"},
    {U'\u2032', Level::Math, "{}'"},
    {U'\u2070', Level::Raised, "0"},
    {U'\u2074', Level::Raised, "4"},
    {U'\u2075', Level::Raised, "5"},
    {U'\u2076', Level::Raised, "6"},
    {U'\u2077', Level::Raised, "7"},
    {U'\u2078', Level::Raised, "8"},
    {U'\u2079', Level::Raised, "9"},
    {U'\u207a', Level::Raised, "+"},
    {U'\u207b', Level::Raised, "-"},
    {U'\u207f', Level::Raised, "n"},
    {U'\u2080', Level::Lowered, "0"},
    {U'\u2081', Level::Lowered, "1"},
    {U'\u2082', Level::Lowered, "2"},
    {U'\u2083', Level::Lowered, "3"},
    {U'\u2084', Level::Lowered, "4"},
    {U'\u2085', Level::Lowered, "5"},
    {U'\u2086', Level::Lowered, "6"},
    {U'\u2087', Level::Lowered, "7"},
    {U'\u2088', Level::Lowered, "8"},
    {U'\u2089', Level::Lowered, "9"},
    {U'\u2190', Level::Math, "\\leftarrow"},
    {U'\u2192', Level::Math, "\\rightarrow"},
    {U'\u2202', Level::Math, "\\partial"},
    {U'\u2207', Level::Math, "\\nabla"},
    {U'\u2208', Level::Math, "\\in"},
    {U'\u2211', Level::Math, "\\Sigma"},
    {U'\u2212', Level::Math, "-"},
    {U'\u221a', Level::Math, "\\surd"},
    {U'\u221d', Level::Math, "\\propto"},
    {U'\u221e', Level::Math, "\\infty"},
    {U'\u2225', Level::Math, "\\Vert"},
    {U'\u2248', Level::Math, "\\approx"},
    {U'\u2260', Level::Math, "\\neq"},
    {U'\u2264', Level::Math, "\\leq"},
    {U'\u2265', Level::Math, "\\geq"},
};

/// Letters of Latin alphabets stand for themselves, as LaTeX reads UTF-8 since 2018, but for those that the fonts of
/// plain LaTeX (OT1) cannot make.
bool isLatin(char32_t letter) {
    static constexpr char32_t kMissing[] = {U'\u00d0', U'\u00de', U'\u00f0', U'\u00fe', U'\u0104', U'\u0105',
                                            U'\u0110', U'\u0111', U'\u0118', U'\u0119', U'\u0126', U'\u0127',
                                            U'\u012e', U'\u012f', U'\u0138', U'\u013f', U'\u0140', U'\u0149',
                                            U'\u014a', U'\u014b', U'\u0166', U'\u0167', U'\u0172', U'\u0173'};
    return letter >= U'\u00c0' && letter <= U'\u017e' &&
           std::find(std::begin(kMissing), std::end(kMissing), letter) == std::end(kMissing);
}

Sign signOf(char32_t letter) {
    const auto* found = std::find_if(std::begin(kSigns), std::end(kSigns),
                                     [letter](const Sign& sign) { return sign.letter == letter; });
    return found != std::end(kSigns) ? *found : Sign{letter, Level::Text, nullptr};
}

QString plain(char32_t letter) {
    if ((letter >= U' ' && letter < U'\u007f') || isLatin(letter)) {
        return QString::fromUcs4(&letter, 1);
    }
    return QStringLiteral("?");
}

}  // namespace

QString latexText(const QString& text) {
    QString latex;
    Level level = Level::Text;
    // Raised and lowered signs stand on nothing, so that two of them never meet on one base.
    const auto pass = [&](Level next) {
        if (next == level) {
            return;
        }
        if (level == Level::Raised || level == Level::Lowered) {
            latex += '}';
        }
        if ((level == Level::Text) != (next == Level::Text)) {
            latex += '$';
        }
        if (next == Level::Raised || next == Level::Lowered) {
            latex += next == Level::Raised ? "{}^{" : "{}_{";
        }
        level = next;
    };
    const auto letters = text.toUcs4();
    for (qsizetype i = 0; i < letters.size(); ++i) {
        const char32_t letter = letters[i];
        const Sign sign = signOf(letter);
        pass(sign.level);
        if (letter == U' ' || letter == U'\t' || letter == U'\n') {
            const bool edge = i == 0 || i + 1 == letters.size();
            latex += edge || latex.endsWith(' ') ? "\\ " : " ";
        } else if (letter == U'-' && latex.endsWith('-')) {
            latex += "{}-";  // two hyphens are not a dash
        } else {
            latex += sign.latex != nullptr ? QString::fromLatin1(sign.latex) : plain(letter);
        }
    }
    pass(Level::Text);
    return latex;
}

}  // namespace elbo
