#include "app/session/run.h"

namespace elbo {

bool asksForNothing(const ViewRequest& request) {
    return !request.latent && !request.data && !request.reconstructions && !request.samples && !request.manifold &&
           !request.truth && !request.health && request.probes.empty();
}

}  // namespace elbo
