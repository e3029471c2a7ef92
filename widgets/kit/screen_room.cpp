#include "widgets/kit/screen_room.h"

#include <QScreen>

namespace elbo {

QSize dialogRoom(const QSize& available) {
    constexpr double kShare = 0.9;
    return available * kShare;
}

QSize dialogRoom(const QWidget& dialog) {
    // A dialog that was never shown stands nowhere yet.
    const QWidget& owner = dialog.parentWidget() == nullptr ? dialog : *dialog.parentWidget();
    return dialogRoom(owner.screen()->availableSize());
}

void fitToScreen(QWidget& dialog, const QSize& wish) {
    dialog.resize(wish.boundedTo(dialogRoom(dialog)));
}

}  // namespace elbo
