#include "app/window/view_table.h"

#include "widgets/curves/curves_view.h"
#include "widgets/data/data_view.h"
#include "widgets/exact/elbo_forms_view.h"
#include "widgets/exact/posterior_view.h"
#include "widgets/health/health_panel.h"
#include "widgets/images/image_view.h"
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

constexpr View* (*kViews[])() = {
    make<LatentView>,
    make<DataView>,
    makeImages<ImageGridView::Kind::Reconstructions>,
    makeImages<ImageGridView::Kind::Samples>,
    makeImages<ImageGridView::Kind::Manifold>,
    make<RateDistortionView>,
    make<CurvesView>,
    make<ElboFormsView>,
    make<PosteriorView>,
    make<HealthPanel>,
};

}  // namespace

std::vector<View*> makeViews() {
    std::vector<View*> views;
    for (View* (*make)() : kViews) {
        views.push_back(make());
    }
    return views;
}

}  // namespace elbo
