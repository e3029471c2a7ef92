#include "widgets/latent/probe_list.h"

#include <algorithm>

namespace elbo {

bool ProbeList::hover(int member, double x, double y) {
    const ProbeRequest request{kHoverId, member, x, y};
    if (hovered_ == request) {
        return false;
    }
    if (!hovered_ || hovered_->member != member) {
        answers_.erase(kHoverId);
    }
    hovered_ = request;
    return true;
}

bool ProbeList::leave() {
    answers_.erase(kHoverId);
    const bool was = hovered_.has_value();
    hovered_.reset();
    return was;
}

void ProbeList::pin(int member, double x, double y) {
    const std::uint64_t id = nextId_++;
    pinned_.push_back({id, member, x, y});
    // The hovered code is the one that was clicked: its image is already here.
    if (hovered_ && hovered_->member == member && hovered_->x == x && hovered_->y == y && answer(kHoverId) != nullptr) {
        answers_[id] = answers_[kHoverId];
    }
}

bool ProbeList::unpin(std::uint64_t id) {
    answers_.erase(id);
    return std::erase_if(pinned_, [id](const ProbeRequest& request) { return request.id == id; }) > 0;
}

bool ProbeList::unpinAll() {
    if (pinned_.empty()) {
        return false;
    }
    for (const ProbeRequest& request : pinned_) {
        answers_.erase(request.id);
    }
    pinned_.clear();
    return true;
}

bool ProbeList::unpinLast() {
    return !pinned_.empty() && unpin(pinned_.back().id);
}

void ProbeList::takeAnswers(const std::vector<Probe>& probes) {
    for (const Probe& probe : probes) {
        const bool asked = (hovered_ && probe.id == kHoverId && probe.member == hovered_->member) ||
                           std::any_of(pinned_.begin(), pinned_.end(),
                                       [&probe](const ProbeRequest& request) { return request.id == probe.id; });
        if (asked) {
            answers_[probe.id] = probe;
        }
    }
}

const Probe* ProbeList::answer(std::uint64_t id) const {
    const auto found = answers_.find(id);
    return found == answers_.end() ? nullptr : &found->second;
}

std::vector<ProbeRequest> ProbeList::requests() const {
    std::vector<ProbeRequest> all;
    if (hovered_) {
        all.push_back(*hovered_);
    }
    all.insert(all.end(), pinned_.begin(), pinned_.end());
    return all;
}

}  // namespace elbo
