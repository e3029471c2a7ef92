#include "widgets/figure/xml_text.h"

#include <QChar>

namespace elbo {
namespace {

/// Whether the unit at `at` is a letter of XML 1.0, alone or as half of a pair.
bool allowed(const QString& text, qsizetype at) {
    const QChar c = text[at];
    if (c.isHighSurrogate()) {
        return at + 1 < text.size() && text[at + 1].isLowSurrogate();
    }
    if (c.isLowSurrogate()) {
        return at > 0 && text[at - 1].isHighSurrogate();
    }
    const char16_t code = c.unicode();
    return code == u'\t' || code == u'\n' || code == u'\r' || (code >= 0x20 && code < 0xfffe);
}

}  // namespace

QString xmlText(const QString& text) {
    QString result = text;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (!allowed(text, i)) {
            result[i] = QChar(QChar::ReplacementCharacter);
        }
    }
    // Parsers turn a bare carriage return into a line feed.
    return result.toHtmlEscaped().replace('\r', "&#13;");
}

}  // namespace elbo
