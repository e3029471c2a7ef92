// What the open window costs the training, and how soon it answers.
#pragma once

#include <functional>
#include <string>

namespace elbo {

/// Steps per second are medians of rounds taken in turns, so that other load on the machine falls on all alike.
struct WindowBenchmark {
    std::string experiment;
    double headlessStepsPerSecond = 0.0;   ///< the trainer alone, no window on screen
    double openStepsPerSecond = 0.0;       ///< all views visible
    double hiddenStepsPerSecond = 0.0;     ///< window closed away, session running
    double minimisedStepsPerSecond = 0.0;  ///< window minimised
    double framesPerSecond = 0.0;          ///< new frames shown while open
    double frameMedianMs = 0.0;            ///< between two frames shown
    double frame99thMs = 0.0;
    double stepToFrameMedianMs = 0.0;    ///< from the snapshot of a step to its frame being on screen
    double sliderToFrameMedianMs = 0.0;  ///< from moving a knob to a frame trained with it
    int sliderToStep = 0;                ///< steps taken until a moved knob is in force
};

/// GUI thread with a running QApplication; opens and closes a window. `seconds` per round, three rounds each.
WindowBenchmark benchmarkWindow(const std::string& experiment, double seconds,
                                const std::function<void(const std::string&)>& progress);

}  // namespace elbo
