// The codes a reader points at or has pinned, and the decoder's answers to them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "training/frame/frame.h"
#include "training/frame/view_request.h"

namespace elbo {

/// Plain value; GUI thread. The hovered code keeps one id; every pinned one gets its own, never used again.
class ProbeList {
  public:
    static constexpr std::uint64_t kHoverId = 1;

    /// Each returns whether the list changed.
    bool hover(int member, double x, double y);
    bool leave();
    bool unpin(std::uint64_t id);
    bool unpinAll();
    void pin(int member, double x, double y);
    /// Drops the code pinned last, when it was pinned by the first half of a double click.
    bool unpinLast();

    /// Keeps the answers of a frame until newer ones come.
    void takeAnswers(const std::vector<Probe>& probes);
    const Probe* answer(std::uint64_t id) const;

    const std::optional<ProbeRequest>& hovered() const { return hovered_; }
    const std::vector<ProbeRequest>& pinned() const { return pinned_; }
    /// Hovered first, then pinned: what the analyst is asked for.
    std::vector<ProbeRequest> requests() const;

  private:
    std::optional<ProbeRequest> hovered_;
    std::vector<ProbeRequest> pinned_;
    std::map<std::uint64_t, Probe> answers_;
    std::uint64_t nextId_ = kHoverId + 1;
};

}  // namespace elbo
