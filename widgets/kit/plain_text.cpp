#include "widgets/kit/plain_text.h"

#include <QTextDocument>

namespace elbo {

QString plainTip(const QString& text) {
    if (!Qt::mightBeRichText(text)) {
        return text;
    }
    return QString("<p style=\"white-space:pre-wrap\">%1</p>").arg(text.toHtmlEscaped());
}

}  // namespace elbo
