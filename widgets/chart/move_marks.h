// What was moved by hand in a run, for the marks that charts put on it.
#pragma once

#include <QString>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "training/experiment/move_words.h"
#include "training/frame/frame.h"

namespace elbo {

/// Shared between a view and its plot, and never changed.
using MoveStretches = std::shared_ptr<const std::vector<MoveStretch>>;

/// The moves that were made by the step of the frame shown. They are taken together anew only when there is another
/// one: most frames cost nothing.
class MoveMarks {
  public:
    /// False when the frame brings nothing new.
    bool update(const Frame& frame);
    const MoveStretches& stretches() const { return stretches_; }  ///< never null

  private:
    std::shared_ptr<const Moves> moves_;
    std::size_t made_ = 0;    ///< how many of them the run has passed
    std::int64_t near_ = -1;  ///< steps within which they are one stretch; -1 before the first frame
    MoveStretches stretches_ = std::make_shared<const std::vector<MoveStretch>>();
};

/// Stretches that lie too close together for marks of their own.
struct MoveGroup {
    double place = 0.0;  ///< of the first of them, pixels
    std::size_t first = 0;
    std::size_t count = 1;
};

/// The places of marks, by rising position in pixels: those less than `apart` behind the first of a group belong to it.
std::vector<MoveGroup> groupMoves(const std::vector<double>& places, double apart);

/// "step 600: \u03b2 1 \u2192 4", "steps 812 to 860: \u03bb 1 \u2192 10".
QString moveText(const MoveStretch& stretch);

/// The same of `count` stretches from `first` on, a line each and the last of many as a number, as HTML for a tooltip.
QString moveLines(const std::vector<MoveStretch>& stretches, std::size_t first, std::size_t count);

/// A table of them: first_step, last_step, change; empty without moves. Follows another table.
QString movesCsv(const std::vector<MoveStretch>& stretches);

}  // namespace elbo
