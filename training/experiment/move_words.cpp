#include "training/experiment/move_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "training/experiment/experiment.h"
#include "training/experiment/field_table.h"
#include "training/experiment/shown_text.h"

namespace elbo {
namespace {

constexpr std::size_t kLongestValue = 24;  ///< of a list of weights, one for each member

/// The objective as the table of fields sees it.
ExperimentDraft draftOf(const Objective& objective) {
    Experiment experiment;
    experiment.objective = objective.spec;
    experiment.knobs = objective.knobs;
    return ExperimentDraft(experiment);
}

std::string valueWords(const ExperimentField& field, const ExperimentDraft& draft) {
    const std::string text = field.write(draft);
    for (const FieldChoice& choice : field.choices) {
        if (text == fmt::format("\"{}\"", choice.key)) {
            return choice.label;
        }
    }
    std::string value = shownText(text, kLongestValue);
    if (value.ends_with(".0")) {
        value.resize(value.size() - 2);
    }
    return value;
}

/// What a move touches.
struct Touched {
    PerKnob<bool> knobs;
    bool spec = false;

    bool operator==(const Touched&) const = default;
};

Touched touched(const Objective& from, const Objective& to) {
    return {movedKnobs(from.knobs, to.knobs), from.spec != to.spec};
}

std::string changeWords(const Objective& from, const Objective& to) {
    const ExperimentDraft before = draftOf(from);
    const ExperimentDraft after = draftOf(to);
    std::string words;
    for (const ExperimentField& field : experimentFields()) {
        if (field.table() == "objective" && field.write(before) != field.write(after)) {
            words += fmt::format("{}{} {} \u2192 {}", words.empty() ? "" : ", ", field.label, valueWords(field, before),
                                 valueWords(field, after));
        }
    }
    return words;
}

std::string placeWords(const MoveStretch& stretch) {
    return stretch.first == stretch.last ? fmt::format("step {}", stretch.first)
                                         : fmt::format("steps {} to {}", stretch.first, stretch.last);
}

}  // namespace

std::vector<MoveStretch> stretchesOf(const Moves& moves, std::int64_t until, std::int64_t near) {
    std::vector<MoveStretch> stretches;
    Touched moved;
    std::size_t begin = 0;  // the objective before the stretch in progress
    const auto close = [&](std::size_t last) {
        if (last > begin) {
            stretches.push_back(
                {moves[begin + 1].step, moves[last].step, changeWords(moves[begin].objective, moves[last].objective)});
        }
        begin = last;
    };
    std::size_t i = 1;
    for (; i < moves.size() && moves[i].step <= until; ++i) {
        const Touched now = touched(moves[i - 1].objective, moves[i].objective);
        if (i - 1 > begin && (now != moved || moves[i].step - moves[i - 1].step > near)) {
            close(i - 1);
        }
        moved = now;
    }
    if (!moves.empty()) {
        close(i - 1);
    }
    std::erase_if(stretches, [](const MoveStretch& stretch) { return stretch.words.empty(); });
    return stretches;
}

std::string movesInWords(const Moves& moves, std::int64_t until, std::int64_t near, std::size_t most) {
    const std::vector<MoveStretch> stretches = stretchesOf(moves, until, near);
    std::string words;
    for (std::size_t i = 0; i < std::min(most, stretches.size()); ++i) {
        words += fmt::format("{}{} ({})", words.empty() ? "" : ", ", stretches[i].words, placeWords(stretches[i]));
    }
    return stretches.size() > most ? fmt::format("{}, and {} more", words, stretches.size() - most) : words;
}

std::int64_t nearMoves(std::int64_t totalSteps) {
    return std::max<std::int64_t>(totalSteps / 20, 1);
}

}  // namespace elbo
