// Where a view stands in the lab and how much of the room there it takes.
#pragma once

namespace elbo {

enum class Area {
    Centre,    ///< large, in the middle column
    Pictures,  ///< in the row under the centre
    Course,    ///< on the first page of the right column
    Exact,     ///< on its second page
    Health,    ///< on its third page
    Paper,     ///< nowhere in the window: a figure that is only drawn on paper
};

struct Placement {
    Area area = Area::Paper;
    int share = 1;  ///< of the length of its area, in proportion to its neighbours there
    /// Among the pictures: the height that suits it, of kCentreHeight of the middle column, for a few members of a
    /// fleet and for many.
    int height = 0;
    int heightOfMany = 0;
};

inline constexpr int kCentreHeight = 760;

}  // namespace elbo
