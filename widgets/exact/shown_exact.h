// Which members' exact quantities find room, and what the views say about where the numbers come from.
#pragma once

#include <QString>
#include <vector>

#include "training/frame/frame.h"

namespace elbo {

/// More members side by side than this are too small to read.
inline constexpr std::size_t kMostExact = 4;

/// What it takes to have exact quantities, as a sentence.
QString whatExactNeeds();

/// All of a few members; of many, that of the focused one, else the first. Pure; valid as long as the frame.
std::vector<const ExactFrame*> shownExact(const Frame& frame, int focus);

/// Whether both frames (or null) carry the same measurement of the same fleet: frames come many times a second, new
/// measurements hardly once. Pure; looks at numbers that no two measurements have in common.
bool sameExact(const Frame* a, const Frame* b);

/// "Step 1 200, 400 of 10 000 test examples", or "Measuring..." while the frame (or null) has no exactFrames yet. Pure.
QString exactSource(const Frame* frame, int focus);

}  // namespace elbo
