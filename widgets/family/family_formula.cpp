#include "widgets/family/family_formula.h"

#include <algorithm>

#include "models/algebra/family_text.h"
#include "models/spec/terms.h"
#include "widgets/kit/numbers.h"
#include "widgets/kit/rich_symbol.h"

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

/// Whether J has a KL that a critic has to estimate.
bool estimatesRatio(const KnobsAnswer& answer) {
    const auto ratio = [](DivergenceKind kind, double weight) {
        return weight != 0.0 && (kind == DivergenceKind::RatioKl || kind == DivergenceKind::RatioReverseKl);
    };
    return std::any_of(kTerms.begin(), kTerms.end(), [&](const TermRow& term) {
        return term.kind != nullptr && ratio(answer.objective.*term.kind, term.weight(answer.knobs, answer.objective));
    });
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
    QStringList circumstances;
    for (const std::string& sentence : circumstanceSentences(explanation)) {
        circumstances << richFormula(sentence);
    }
    if (!circumstances.isEmpty()) {
        addRow("Remark", circumstances.join("<br>"));
    }
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
        return "Not trained here. " + richFormula(answer.reason);
    }
    QStringList weights;
    for (const KnobName& knob : kKnobNames) {
        const double value = answer.knobs.*knob.value;
        const bool slider = knob.value == &Knobs::beta || knob.value == &Knobs::lambda || knob.value == &Knobs::alpha;
        if (slider || value != Knobs{}.*knob.value) {
            weights << richSymbol(knob.symbol) + "&nbsp;=&nbsp;" + weightText(value);
        }
    }
    QString note = "Trains with " + weights.join(", ") + ".";
    if (!answer.standIn.empty()) {
        note += " " + richFormula(answer.standIn);
    }
    if (estimatesRatio(answer)) {
        note += " KL is estimated by a network that tells draws apart.";
    }
    return note;
}

QString besidesText(const std::vector<OtherDivergence>& others, const InformationExcess& excess) {
    const bool none = others.empty() && excess.weight == 0.0;
    return none ? QString() : "Besides: " + richFormula(othersFormula(others, excess));
}

}  // namespace elbo
