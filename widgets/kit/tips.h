// Tooltips that are read, not scrolled along: plain sentences wrap as formatted ones do.
#pragma once

#include <QObject>
#include <QString>

namespace elbo {

/// The text as one that a tooltip wraps; text with marks of its own stays as it is.
QString wrappedTip(const QString& text);

/// Installed on the application: shows the tooltips of all widgets wrapped. GUI thread.
class WrappedTips : public QObject {
  public:
    using QObject::QObject;

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

}  // namespace elbo
