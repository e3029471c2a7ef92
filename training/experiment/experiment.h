// One experiment as one plain value: what a file holds, what undo steps over, what every checkpoint and figure carries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/spec/model_spec.h"
#include "models/spec/names.h"
#include "models/spec/objective_spec.h"
#include "training/experiment/knob_schedule.h"
#include "training/experiment/moves.h"

namespace elbo {

enum class Binarisation {
    None,        ///< grey values as they are, in [0, 1]
    Stochastic,  ///< x ~ Ber(grey), drawn anew each epoch
    Static,      ///< x ~ Ber(grey), drawn once by DataSpec::seed
    Threshold,   ///< x = [grey >= 1/2]
};

template <>
inline constexpr std::array<EnumName<Binarisation>, 4> namesOf<Binarisation>{{
    {Binarisation::None, "none", "none", "grey values as they are"},
    {Binarisation::Stochastic, "stochastic", "stochastic", "by chance, anew in every epoch"},
    {Binarisation::Static, "static", "static", "by chance once, by the seed of the data"},
    {Binarisation::Threshold, "threshold", "threshold", "cut at one half"},
}};
static_assert(wellNamed(Binarisation::Threshold));

/// Which data, how much of it, and the constants of the formula data sets.
struct DataSpec {
    std::string name = "digits";  ///< registry name: see `elboroom list data`
    std::string path;             ///< file or folder; empty: the search path by name
    int trainSize = 10000;        ///< examples; clipped to what the files hold
    int validationSize = 0;       ///< taken from the end of the training file
    int testSize = 2000;
    Binarisation binarisation = Binarisation::Stochastic;
    int shrink = 1;          ///< images: pixels of a side that become one, their mean
    std::uint64_t seed = 1;  ///< draws of the data itself, splits and static binarisation
    std::vector<double> spectrum{4.0, 2.0, 1.0, 0.5, 0.1};  ///< linear-gaussian: eigenvalues of Sigma
    double separation = 1.0;  ///< two-points, two-gaussians: the modes sit at +-separation
    double variance = 0.25;   ///< two-gaussians: variance of each mode
    double noise = 0.05;      ///< plane sets: standard deviation of the jitter

    bool operator==(const DataSpec&) const = default;
};

enum class Schedule {
    Constant,
    LinearDecay,  ///< constant, then linearly to 0 over the second half of the steps ([RD] F.4)
};

template <>
inline constexpr std::array<EnumName<Schedule>, 2> namesOf<Schedule>{{
    {Schedule::Constant, "constant", "constant", "the same for all steps"},
    {Schedule::LinearDecay, "linear_decay", "linear decay",
     "constant, then linearly to 0 over the second half of the steps"},
}};
static_assert(wellNamed(Schedule::LinearDecay));

/// What becomes of a gradient before the optimiser takes it.
enum class Normalise {
    None,
    Block,  ///< divided by its length, parameter by parameter and member by member (Yu et al. 2017)
};

template <>
inline constexpr std::array<EnumName<Normalise>, 2> namesOf<Normalise>{{
    {Normalise::None, "none", "none", "the gradient as it is"},
    {Normalise::Block, "block", "by block",
     "the gradient of every weight matrix and bias divided by its length, for each member apart"},
}};
static_assert(wellNamed(Normalise::Block));

enum class Precision { Float32, Float64 };

template <>
inline constexpr std::array<EnumName<Precision>, 2> namesOf<Precision>{{
    {Precision::Float32, "float32", "float32", "single precision"},
    {Precision::Float64, "float64", "float64", "double precision"},
}};
static_assert(wellNamed(Precision::Float64));

/// How a step is computed; both give the same results up to rounding.
enum class Engine {
    Fused,  ///< own kernels, one pass for the whole fleet; falls to Plain where a model has none
    Plain,  ///< LibTorch operations and autograd: the reference
};

template <>
inline constexpr std::array<EnumName<Engine>, 2> namesOf<Engine>{{
    {Engine::Fused, "fused", "fused", "own kernels, one pass for the whole fleet"},
    {Engine::Plain, "plain", "plain", "LibTorch operations and autograd: the reference"},
}};
static_assert(wellNamed(Engine::Plain));

/// Where a fleet trains. Evaluations and pictures are always made on the CPU.
enum class Device {
    Cpu,
    Cuda,  ///< the plain engine, its step recorded as a CUDA graph
};

template <>
inline constexpr std::array<EnumName<Device>, 2> namesOf<Device>{{
    {Device::Cpu, "cpu", "CPU", "the processor"},
    {Device::Cuda, "cuda", "CUDA", "the plain engine, its step recorded as a CUDA graph; needs a CUDA LibTorch"},
}};
static_assert(wellNamed(Device::Cuda));

struct OptimiserSpec {
    double learningRate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    Normalise normalise = Normalise::None;
    int batchSize = 100;
    Schedule schedule = Schedule::Constant;
    /// Lagging inference (He et al. 2019): so many steps of the encoder alone before each step of all parameters.
    int encoderSteps = 0;
    std::int64_t encoderPhase = 0;  ///< steps after which that ends; 0: never

    bool operator==(const OptimiserSpec&) const = default;
};

/// Dual ascent: constraints whose multipliers are learned while the model trains ([Family] 4.1; LagVAE). Each adds
/// multiplier * (violation) to J, and the multiplier climbs along the violation.
struct ConstraintSpec {
    std::optional<double> rateAtLeast;         ///< R >= this, nats
    std::optional<double> negativeElboAtMost;  ///< D + R <= this, nats
    std::optional<double> divergenceAtMost;    ///< Delta <= this
    double learningRate = 1e-3;                ///< of the ascent
    double initial = 1.0;                      ///< multipliers at step 0
    double least = 1e-3;                       ///< multipliers are kept between these
    double most = 100.0;

    bool operator==(const ConstraintSpec&) const = default;
    bool any() const { return rateAtLeast || negativeElboAtMost || divergenceAtMost; }
};

struct RunSpec {
    std::int64_t steps = 4000;
    std::uint64_t seed = 0;  ///< initial weights, batches, noise
    int threads = 1;         ///< training threads
    Precision precision = Precision::Float32;
    Engine engine = Engine::Fused;
    Device device = Device::Cpu;
    std::int64_t reportEvery = 100;  ///< steps between two lines of metrics.jsonl
    double autosaveSeconds = 30.0;   ///< headless runs: seconds between two checkpoints
    int keepCheckpoints = 0;         ///< headless runs: how many of the last stay under their step; 0: none

    bool operator==(const RunSpec&) const = default;
};

struct Experiment {
    std::string name = "digits";
    std::string title = "Digits by pen";
    DataSpec data;
    ModelSpec model;
    ObjectiveSpec objective;
    std::vector<Knobs> knobs{Knobs{}};  ///< one per fleet member, M = knobs.size() >= 1
    KnobSchedule schedule;              ///< takes the place of knobs that it names
    ConstraintSpec constraints;
    OptimiserSpec optimiser;
    RunSpec run;
    MoveHistory history;  ///< what was moved by hand on the way to `objective` and `knobs`

    bool operator==(const Experiment&) const = default;

    /// What may change while a run goes on.
    Objective whole() const { return {objective, knobs}; }

    int fleetSize() const { return static_cast<int>(knobs.size()); }
    /// Throws InputError naming the first field that is out of range and what it may be.
    void validate() const;
};

}  // namespace elbo
