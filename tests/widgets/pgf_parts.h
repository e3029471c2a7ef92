// A figure for LaTeX taken apart: its texts, paths and points, and whether LaTeX would take it.
#pragma once

#include <QPointF>
#include <QRegularExpression>
#include <QString>
#include <QStringList>
#include <vector>

namespace elbo::sample {

struct PgfText {
    QString latex;    ///< without its font and colour
    QPointF at;       ///< big points, from the lower left corner
    QString options;  ///< of \pgftext: "left,base,x=1bp,y=2bp"
    QString style;    ///< colour, font and size
    double room = 0;  ///< what it may take, big points
};

struct PgfParts {
    QSizeF page;  ///< big points
    std::vector<PgfText> texts;
    std::vector<QPointF> points;  ///< of all paths
    int fills = 0, strokes = 0, clips = 0;
    QStringList pictures;
    QString fault;  ///< why LaTeX would stop; empty: it would not
};

/// Braces that are not escaped: how many are open at the end, -1 as soon as one is closed that was not open.
inline int openBraces(const QString& text) {
    int open = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (text[i] == '{') {
            ++open;
        } else if (text[i] == '}' && --open < 0) {
            return -1;
        }
    }
    return open;
}

inline PgfParts partsOf(const QByteArray& document) {
    PgfParts parts;
    QStringList lines = QString::fromUtf8(document).split('\n', Qt::SkipEmptyParts);
    lines.removeIf([](const QString& line) { return line.startsWith('%'); });
    static const QRegularExpression kPoint("\\\\pgfqpoint\\{(-?[0-9.]+)bp\\}\\{(-?[0-9.]+)bp\\}");
    static const QRegularExpression kText(
        "^\\\\pgftext\\[([^\\]]*)\\]\\{\\\\elboroomfit\\{([0-9.]+)bp\\}"
        "\\{(\\\\color.*?\\\\selectfont\\{\\})(.*)\\}\\}%$");
    static const QRegularExpression kPlace("x=(-?[0-9.]+)bp,y=(-?[0-9.]+)bp");
    static const QRegularExpression kPicture("\\\\includegraphics\\[[^\\]]*\\]\\{([^}]*)\\}");
    // Everything that the device writes; a command that is none of these has crept in with a text.
    static const QRegularExpression kCommand(
        "^(?:\\\\(?:begingroup|endgroup|providecommand|elboroomfont|elboroomfit|setbox|hbox|ifdim|wd|resizebox|height|"
        "box|else|fi|sffamily|definecolor|begin|end|pgf[a-z]+|color|"
        "includegraphics|bfseries|itshape|fontsize|selectfont)|[^\\\\])*$");
    QStringList open;
    for (const QString& line : lines) {
        const auto place = [&line](const char* why) { return QString("%1: %2").arg(why, line.left(160)); };
        if (!line.endsWith('%')) {
            parts.fault = place("a line that adds a space");
        }
        if (openBraces(line) != 0) {
            parts.fault = place("braces that do not match");
        }
        if (line.startsWith("\\begin{")) {
            open << line.section('{', 1, 1).section('}', 0, 0);
        } else if (line.startsWith("\\end{") && (open.isEmpty() || "\\end{" + open.takeLast() + "}%" != line)) {
            parts.fault = place("an end without its begin");
        }
        if (const auto text = kText.match(line); text.hasMatch()) {
            const auto at = kPlace.match(text.captured(1));
            parts.texts.push_back({text.captured(4),
                                   {at.captured(1).toDouble(), at.captured(2).toDouble()},
                                   text.captured(1),
                                   text.captured(3),
                                   text.captured(2).toDouble()});
            static const QRegularExpression kBare("(?<!\\\\)[#&%]|(?<!\\\\)_(?!\\{)|(?<!\\{\\})\\^");
            const QString& latex = parts.texts.back().latex;
            if (QString(latex).remove("\\$").count('$') % 2 != 0 || kBare.match(latex).hasMatch() || !at.hasMatch()) {
                parts.fault = place("a sign that is a command");
            }
            continue;
        }
        if (!kCommand.match(line).hasMatch()) {
            parts.fault = place("a command of no device");
        }
        const bool frame = line.contains("\\pgfpathrectangle");
        auto points = kPoint.globalMatch(line);
        while (points.hasNext()) {
            const auto point = points.next();
            const QPointF at(point.captured(1).toDouble(), point.captured(2).toDouble());
            if (frame) {
                parts.page = QSizeF(at.x(), at.y());
            } else if (!line.contains("transform")) {
                parts.points.push_back(at);
            }
        }
        parts.fills += line.contains("\\pgfusepath{fill") ? 1 : 0;
        parts.strokes += line.contains("stroke}") ? 1 : 0;
        parts.clips += line == "\\pgfusepath{clip}%" ? 1 : 0;
        if (const auto picture = kPicture.match(line); picture.hasMatch()) {
            parts.pictures << picture.captured(1);
        }
    }
    if (!open.isEmpty()) {
        parts.fault = "not ended: " + open.join(' ');
    }
    if (lines.isEmpty() || lines.first() != "\\begingroup%" || lines.last() != "\\endgroup%") {
        parts.fault = "not a group of its own";
    }
    return parts;
}

}  // namespace elbo::sample
