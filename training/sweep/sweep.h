// A sweep: one experiment trained under many knobs, values of other fields and seeds. Which models there are, in which
// fleets, in which folders.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "training/experiment/experiment.h"
#include "training/experiment/swept_field.h"

namespace elbo {

/// The whole plan is a function of the experiment, the swept fields, the number of seeds and the size of the fleets.
struct SweepPlan {
    struct Member {
        Knobs knobs;
        std::uint64_t seed = 0;  ///< run.seed of this model: weights, batches and noise
        std::string folder;      ///< inside the folder of the sweep
        std::size_t variant = 0;
    };
    /// Members trained in one pass. They share a variant and a seed, so that what differs between them is their knobs.
    struct Fleet {
        std::uint64_t seed = 0;
        std::vector<std::size_t> members;  ///< places in SweepPlan::members
        std::size_t variant = 0;
    };

    Experiment experiment;  ///< its fleet are the settings of the knobs; its run.seed is the first seed
    int seeds = 1;
    int fleetSize = 1;                               ///< the largest fleet
    std::vector<SweptField> over;                    ///< what is swept besides the weights
    std::vector<std::vector<std::string>> variants;  ///< combinations(over)
    std::vector<Member> members;  ///< by variant, then settings in the order of the experiment, then seeds
    std::vector<Fleet> fleets;

    /// Throws InputError when seeds, members or the last seed are out of range, or a variant is no valid experiment.
    static SweepPlan make(const Experiment& experiment, int seeds, int fleetSize,
                          const std::vector<SweptField>& over = {});

    /// With all settings of the knobs.
    Experiment ofVariant(std::size_t variant) const;
    Experiment ofFleet(std::size_t fleet) const;
    Experiment ofMember(std::size_t member) const;
};

/// The weights that name the models of a sweep, as places in kKnobNames: beta, lambda and alpha always, the others
/// where the settings differ in them or all stand at other than the default.
std::vector<std::size_t> namedWeights(const std::vector<Knobs>& settings);

/// File in the folder of a sweep that says which sweep it is; a reader knows such a folder by it.
std::string sweepFile(const std::string& folder);
/// The checkpoint of a fleet that is under way; it goes when all members have their summaries.
std::string fleetCheckpointPath(const std::string& folder, std::size_t fleet);

/// Writes sweepFile(folder). Throws InputError.
void writeSweepPlan(const std::string& folder, const SweepPlan& plan, const std::string& dataSha256);

/// A plan as it was stored, with the SHA-256 of the data it was begun on.
struct StoredSweep {
    SweepPlan plan;
    std::string dataSha256;
};
/// Reads sweepFile(folder). Throws InputError when it is missing, damaged or of another version.
StoredSweep readSweepPlan(const std::string& folder);

/// Throws InputError that names the first difference when `wanted` is not the sweep that `folder` holds. The size of
/// the fleets may differ: it changes no result beyond rounding.
void requireSameSweep(const SweepPlan& stored, const SweepPlan& wanted, const std::string& folder);

}  // namespace elbo
