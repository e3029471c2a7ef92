// The views of the lab. To add one:
//   1. write widgets/<room>/<name>_view.h and .cpp, a View that says where it stands (placement), what it suits and
//   what
//      it wants to know (ask);
//   2. add its line to kViews in view_table.cpp.
// The window, the request to the analyst, `elboroom figure --view` and tst_view_table.cpp follow. What no frame carries
// yet needs a part of WantedParts (training/frame/view_request.h) as well, and the analyst's answer to it.
#pragma once

#include <string>
#include <vector>

#include "widgets/kit/view.h"

namespace elbo {

/// One of each view, in reading order within its area. The caller owns them. GUI thread.
std::vector<View*> makeViews();

/// Their ids in the same order, for the command line: no window system is needed.
std::vector<std::string> viewNames();

}  // namespace elbo
