#include "widgets/kit/wheel_guard.h"

#include <QEvent>

namespace elbo {
namespace {

class WheelGuard : public QObject {
  public:
    using QObject::QObject;

    bool eventFilter(QObject* watched, QEvent* event) override {
        const auto* widget = qobject_cast<QWidget*>(watched);
        if (event->type() == QEvent::Wheel && widget != nullptr && !widget->hasFocus()) {
            event->ignore();
            return true;
        }
        return false;
    }
};

}  // namespace

void guardWheel(QWidget* input) {
    // The default policy takes the focus when the wheel turns, which would let the second notch through.
    input->setFocusPolicy(Qt::StrongFocus);
    input->installEventFilter(new WheelGuard(input));
}

}  // namespace elbo
