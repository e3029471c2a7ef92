// What the state of a fleet is made of, said once: a checkpoint is written, read and copied by the same walk.
//
// To add a part of TrainerState that has to survive a run: name it in StateArchive::exchange() under a name of its own.
// Saving, resuming and copying a member then know it; of files that lack the name the part keeps its initial value.
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "training/experiment/knob_schedule.h"

namespace elbo {

class Adam;
class FleetParameters;
struct TrainerState;

/// Named parts of a state, on their way out of it or into it.
class StateArchive {
  public:
    using Tensors = std::vector<std::pair<std::string, torch::Tensor>>;
    struct Texts {
        std::vector<std::string> failures;   ///< [M], why a member is paused; empty texts while it is healthy
        std::vector<std::string> heldKnobs;  ///< names of the knobs taken off their schedule
    };

    /// What `state` holds. Its tensors are shared, not copied.
    static StateArchive of(const TrainerState& state);

    /// To be read: `origin` names it in messages.
    StateArchive(Tensors tensors, Texts texts, std::string origin)
        : tensors_(std::move(tensors)), texts_(std::move(texts)), origin_(std::move(origin)), reads_(true) {}

    /// The same, of which a fleet of one reads member `member` alone.
    StateArchive ofMember(int member) const;

    /// Puts everything into `state`; the knobs are up to the caller, since a schedule decides them. A seal is no proof
    /// of good faith: every number is held against what a run can come to. Throws InputError where a part is missing,
    /// has another shape or precision or a number out of range; `state` is then good for nothing.
    void restore(TrainerState& state) const;

    const Tensors& tensors() const { return tensors_; }  ///< in the order in which they were written
    const Texts& texts() const { return texts_; }

  private:
    StateArchive() = default;

    /// The walk. When it writes it leaves `state` as it is.
    void exchange(TrainerState& state);

    /// Parameters and moments: of the model, or with a prefix of a critic.
    void trained(const std::string& prefix, const FleetParameters& parameters, Adam& adam);
    void critics(TrainerState& state);
    void multipliers(TrainerState& state);
    void averages(TrainerState& state);
    void failures(std::vector<std::string>& failures, const std::vector<bool>& healthy);
    void heldKnobs(KnobFlags& held);

    /// Whether the next part takes part: reading, when it is stored; writing, when it is worth a name.
    bool has(const std::string& name, bool worthWriting) const;
    const torch::Tensor& stored(const std::string& name) const;

    /// One row per member, in place.
    void rows(const std::string& name, const torch::Tensor& values);
    /// One number per member.
    void numbers(const std::string& name, std::vector<double>& values);
    /// The same, and one more that they share.
    void numbers(const std::string& name, std::vector<double>& values, double& shared);
    /// Of the whole fleet.
    void counts(const std::string& name, std::vector<std::int64_t>& values);
    /// Of the whole fleet; `most` is the largest that may be read.
    void count(const std::string& name, std::int64_t& value, std::int64_t most);
    void seconds(const std::string& name, double& value);
    /// One per member.
    void flags(const std::string& name, std::vector<bool>& values);

    /// Throws InputError that says what part `name` holds and what it may be, where `holds` is false.
    void require(bool holds, const std::string& name, const std::string& found, const std::string& allowed) const;
    void requireCount(const std::string& name, std::int64_t value, std::int64_t most) const;
    /// Numbers that were read, from `least` to `most`; NaN is in no range.
    void requireBetween(const std::string& name, const std::vector<double>& values, double least, double most) const;

    Tensors tensors_;
    Texts texts_;
    std::string origin_;
    bool reads_ = false;
    std::optional<int> member_;
};

}  // namespace elbo
