#include "widgets/kit/tips.h"

#include <QHelpEvent>
#include <QTextDocument>
#include <QToolTip>
#include <QWidget>

namespace elbo {

QString wrappedTip(const QString& text) {
    if (text.isEmpty() || Qt::mightBeRichText(text)) {
        return text;
    }
    return "<qt>" + text.toHtmlEscaped().replace('\n', "<br>") + "</qt>";
}

bool WrappedTips::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ToolTip && watched->isWidgetType()) {
        auto* widget = static_cast<QWidget*>(watched);
        if (const QString tip = widget->toolTip(); !tip.isEmpty() && !Qt::mightBeRichText(tip)) {
            QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), wrappedTip(tip), widget);
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace elbo
