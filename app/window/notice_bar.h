// An error said once, in the window, without stopping anything.
#pragma once

#include <QFrame>
#include <QLabel>

namespace elbo {

/// A bar over the lower edge of its parent with a message and a button to close it: nothing moves when it comes. Errors
/// stay until closed; GUI thread.
class NoticeBar : public QFrame {
    Q_OBJECT
  public:
    explicit NoticeBar(QWidget* parent);

    /// Shows `message` (plain text: file, place, remedy) in place of the last one.
    void say(const QString& message);
    /// The message on show; empty when the bar is hidden.
    QString message() const;

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void place();

    QLabel* text_;
};

}  // namespace elbo
