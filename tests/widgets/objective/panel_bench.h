// The panel of the objective on a bench of its own, for the tests of what it says and shows.
#pragma once

#include <QStyle>
#include <QStyleOptionSlider>
#include <vector>

#include "widgets/objective/objective_panel.h"

namespace elbo::sample {

struct Change {
    std::vector<Knobs> knobs;
    bool settled = false;
};

/// The panel shown at its usual width, with everything it has said.
struct Bench {
    ObjectivePanel panel;
    std::vector<Change> changes;

    Bench() {
        panel.setFixedWidth(320);
        panel.show();
        QObject::connect(&panel, &ObjectivePanel::knobsChanged, [this](const std::vector<Knobs>& knobs, bool settled) {
            changes.push_back({knobs, settled});
        });
    }

    template <typename T>
    T* find(const char* name) const {
        return panel.findChild<T*>(name);
    }

    QPoint handle(QSlider* slider, int position) const {
        QStyleOptionSlider option;
        option.initFrom(slider);
        option.orientation = Qt::Horizontal;
        option.minimum = slider->minimum();
        option.maximum = slider->maximum();
        option.sliderPosition = option.sliderValue = position;
        return slider->style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, slider).center();
    }
};

}  // namespace elbo::sample
