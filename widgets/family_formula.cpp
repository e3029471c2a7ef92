#include "widgets/family_formula.h"

#include "models/algebra/family_text.h"
#include "widgets/numbers.h"

namespace elbo {
namespace {

const QString kSymbols = "pqxzDRCIH";

/// Parameters by their letters: "lambda_1" becomes a slanted lambda with a subscript.
QString parameterText(const std::string& name) {
    static const std::pair<const char*, const char*> kLetters[] = {
        {"alpha", "\u03b1"}, {"beta", "\u03b2"}, {"lambda", "\u03bb"}};
    QString whole = QString::fromStdString(name);
    const QString word = whole.section('_', 0, 0);
    const QString index = whole.section('_', 1);
    for (const auto& [latin, greek] : kLetters) {
        if (word == latin) {
            return "<i>" + QString::fromUtf8(greek) + "</i>" + (index.isEmpty() ? "" : "<sub>" + index + "</sub>");
        }
    }
    return whole;
}

QString nameText(const ModelName& name, const Theme& theme) {
    QStringList inside;
    for (const auto& [key, value] : name.parameters) {
        inside << (key == "times" ? QString::fromUtf8("times\u00a0") : parameterText(key) + "&nbsp;=&nbsp;") +
                      weightText(value);
    }
    if (!name.note.empty()) {
        inside << richFormula(name.note).replace("||", QString::fromUtf8("\u2016"));
    }
    QString title = QString::fromStdString(name.name).toHtmlEscaped();
    title.replace("beta-", QString::fromUtf8("\u03b2-"));
    return "<b>" + title + "</b>" + (inside.isEmpty() ? QString() : " (" + inside.join(", ") + ")") +
           " <span style=\"color:" + theme.mutedText.name() + "\">" +
           QString::fromStdString(name.citation).toHtmlEscaped() + "</span>";
}

}  // namespace

QString richFormula(const std::string& formula) {
    const QString text = QString::fromStdString(formula);
    QString rich;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const QChar c = text[i];
        const bool alone = (i == 0 || !text[i - 1].isLetter()) && (i + 1 == text.size() || !text[i + 1].isLetter());
        if (c == '{') {
            rich += "<sub>";
        } else if (c == '}') {
            rich += "</sub>";
        } else if (c == '_') {
            continue;
        } else if (alone && kSymbols.contains(c)) {
            rich += "<i>" + QString(c) + "</i>";
        } else {
            rich += QString(c).toHtmlEscaped();
        }
    }
    return rich;
}

QString familyAnswer(const Explanation& explanation, const Theme& theme) {
    const QString muted = theme.mutedText.name();
    QString rows;
    const auto addRow = [&](const QString& title, const QString& text) {
        rows += "<tr><td style=\"color:" + muted + "; padding-right:14px; white-space:nowrap\">" + title +
                "</td><td style=\"padding-bottom:7px\">" + text + "</td></tr>";
    };
    QStringList names;
    for (const ModelName& name : explanation.names) {
        names << nameText(name, theme);
    }
    addRow("Names", names.isEmpty() ? richFormula(namesSentence(explanation)) : names.join("<br>"));
    addRow("Class", richFormula(classSentence(explanation)));
    addRow("Information", richFormula(informationSentence(explanation)));

    addRow("Agreement", richFormula(agreementSentence(explanation)));
    addRow("Tractable form", richFormula(tractableFormula(explanation)));
    addRow("Lagrangian form", richFormula(lagrangianFormula(explanation)));
    QStringList letters;
    for (const Legend& legend : legendOf(explanation)) {
        letters << richFormula(legend.symbol) + "&nbsp;=&nbsp;" + richFormula(legend.formula) + ", " +
                       richFormula(legend.meaning);
    }
    if (!letters.isEmpty()) {
        addRow("", "<span style=\"color:" + muted + "\">" + letters.join("<br>") + "</span>");
    }
    return "<table cellspacing=\"0\" cellpadding=\"0\">" + rows + "</table>";
}

QString trainingNote(const KnobsAnswer& answer) {
    if (!answer.possible) {
        return "Not trained here. " + richFormula(answer.obstacle);
    }
    QString note =
        QString::fromUtf8(
            "Trains with <i>\u03b2</i>&nbsp;=&nbsp;%1, <i>\u03bb</i>&nbsp;=&nbsp;%2, "
            "<i>\u03b1</i>&nbsp;=&nbsp;%3.")
            .arg(weightText(answer.knobs.beta), weightText(answer.knobs.lambda), weightText(answer.knobs.alpha));
    if (answer.divergence) {
        note += QString::fromUtf8(
            " The divergence of the experiment stands for KL(<i>q</i>(<i>z</i>)&nbsp;\u2016&nbsp;"
            "<i>p</i>(<i>z</i>)).");
    }
    if (answer.factor != 1.0) {
        note += QString(" This objective is %1 times that one.").arg(weightText(answer.factor));
    }
    return note;
}

}  // namespace elbo
