#include "app/window/view_table.h"

#include "widgets/curves/curves_view.h"
#include "widgets/data/data_view.h"
#include "widgets/exact/elbo_forms_view.h"
#include "widgets/exact/posterior_view.h"
#include "widgets/health/health_panel.h"
#include "widgets/images/image_view.h"
#include "widgets/images/sheet_view.h"
#include "widgets/latent/latent_view.h"
#include "widgets/rate_distortion/rate_distortion_view.h"

namespace elbo {

namespace {

template <typename Kind>
View* make() {
    return new Kind;
}

template <ImageGridView::Kind kind>
View* makeImages() {
    return new ImageGridView(kind);
}

/// The name is the view's id(), known without making one.
struct ViewEntry {
    const char* name;
    View* (*make)();
};

constexpr ViewEntry kViews[] = {
    {"latent", make<LatentView>},
    {"data", make<DataView>},
    {"reconstructions", makeImages<ImageGridView::Kind::Reconstructions>},
    {"samples", makeImages<ImageGridView::Kind::Samples>},
    {"pseudo-inputs", makeImages<ImageGridView::Kind::PseudoInputs>},
    {"sheets", make<SheetView>},
    {"manifold", makeImages<ImageGridView::Kind::Manifold>},
    {"rate-distortion", make<RateDistortionView>},
    {"curves", make<CurvesView>},
    {"elbo-forms", make<ElboFormsView>},
    {"posterior", make<PosteriorView>},
    {"health", make<HealthPanel>},
};

}  // namespace

std::vector<View*> makeViews() {
    std::vector<View*> views;
    for (const ViewEntry& entry : kViews) {
        views.push_back(entry.make());
    }
    return views;
}

std::vector<std::string> viewNames() {
    std::vector<std::string> names;
    for (const ViewEntry& entry : kViews) {
        names.emplace_back(entry.name);
    }
    return names;
}

}  // namespace elbo
