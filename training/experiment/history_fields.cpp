// The fields of an experiment in [history]: what was moved by hand on the way to its objective.
#include <algorithm>

#include "training/experiment/field_kinds.h"

namespace elbo {
namespace {

/// The assignments that lead from one objective to another: "beta = 4.0; lambda = 10.0". Lists come last: one number
/// for all makes a single model of a fleet in which nothing else varies, and a list brings its members back.
std::string changes(const Experiment& from, const Experiment& to) {
    const ExperimentDraft before(from);
    const ExperimentDraft after(to);
    std::string text, lists;
    for (const ExperimentField& field : experimentFields()) {
        if (field.table() == "objective" && field.write(before) != field.write(after)) {
            std::string value = field.write(after);
            if (field.bareText) {
                std::erase(value, '"');
            }
            std::string& part = field.isWeight() && value.front() == '[' ? lists : text;
            part += fmt::format("{}{} = {}", part.empty() ? "" : "; ", field.leaf(), value);
        }
    }
    return text + (text.empty() || lists.empty() ? "" : "; ") + lists;
}

std::vector<std::string> moveTexts(const Experiment& experiment) {
    Experiment before = experiment;
    before.history = {};
    Experiment after = before;
    std::vector<std::string> texts;
    for (const Move& move : experiment.history.moves) {
        after.objective = move.objective.spec;
        after.knobs = move.objective.knobs;
        texts.push_back(fmt::format("{}: {}", move.step, changes(before, after)));
        before = after;
    }
    return texts;
}

/// One move a line where there are several: a long history stays readable.
std::string listText(const std::vector<std::string>& texts) {
    std::string list = "[";
    for (const std::string& text : texts) {
        list += fmt::format("\n    {},", quoted(text));
    }
    return list + (texts.empty() ? "]" : "\n]");
}

bool inOrder(const Experiment& experiment) {
    const Moves& moves = experiment.history.moves;
    const std::size_t members = experiment.knobs.size();
    const auto fits = [members](const Move& move) { return move.objective.knobs.size() == members; };
    const auto later = [](const Move& a, const Move& b) { return a.step < b.step; };
    return moves.empty() || (moves.front().step == 0 && moves.back().step <= kMostSteps &&
                             std::is_sorted(moves.begin(), moves.end(), later) &&
                             std::all_of(moves.begin(), moves.end(), fits) && withinBounds(moves));
}

}  // namespace

std::vector<ExperimentField> historyFields() {
    ExperimentField moves{.key = "history.moves",
                          .label = "Moves",
                          .tip =
                              "What was moved by hand while the model trained: the step, and what was set from there "
                              "on, as in \"600: beta = 4; lambda = 10\". The first is what the run began with, at step "
                              "0. A run that has moves takes them again; setting the objective drops them.",
                          .inPanel = false};
    moves.allowed = fmt::format(
        "a list of at most {} texts such as \"600: beta = 4\", in the order of their steps, the first at step 0, all "
        "for "
        "the same members and with at most {} weights in all",
        kMostMoves, kMostMovedWeights);
    moves.editor = FieldEditor::List;
    moves.read = [](ExperimentDraft& draft, const FieldValue& value) {
        std::vector<std::string> texts;
        const bool understood = readValue(value, texts) && texts.size() <= kMostMoves;
        if (understood) {
            draft.moves = std::move(texts);
        }
        return understood;
    };
    moves.write = [](const ExperimentDraft& draft) {
        Experiment experiment = draft.experiment;
        experiment.knobs = draft.knobs.assemble();
        return listText(moveTexts(experiment));
    };
    moves.inRange = [](const ExperimentDraft& draft) { return inOrder(draft.experiment); };
    return {
        integer({.key = "history.step",
                 .label = "Drawn at",
                 .tip = "The step at which the figure was made that this experiment was read from; 0: not said.",
                 .unit = "steps",
                 .inPanel = false},
                at(&Experiment::history, &MoveHistory::step), {0, kMostSteps}),
        std::move(moves),
    };
}

}  // namespace elbo
