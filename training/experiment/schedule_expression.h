// Knobs as functions of the step in short: ramps and cycles of ramps.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "training/experiment/knob_schedule.h"

namespace elbo {

/// The longest schedule of one knob.
constexpr std::size_t kMostSchedulePoints = 1000;

/// Reads one of
///   0:1:1000          from 0 to 1 over the first 1000 steps, then 1
///   0:1:1000 x4       the same four times over, each time from 0 again (Fu et al. 2019)
///   0:1:500/1000 x4   cycles of 1000 steps, of which the last 500 stay at 1
///   0:1:1000 logistic         an S in place of the straight line, steepest halfway (Bowman et al. 2016); so is
///   0:1:500/1000 logistic x4  every rise here. Lines between at most 50 points: off by less than 0.001 of the rise
/// Throws InputError that names the text, the character and what was expected there.
std::vector<SchedulePoint> parseSchedule(const std::string& text);

}  // namespace elbo
