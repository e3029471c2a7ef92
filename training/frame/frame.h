// What there is to show at one step: plain data, made by the analyst, painted by views. Immutable once published.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/spec/knobs.h"
#include "models/spec/objective_spec.h"
#include "training/experiment/knob_schedule.h"
#include "training/experiment/moves.h"
#include "training/frame/exact_frame.h"
#include "training/frame/grid_density.h"
#include "training/frame/view_request.h"
#include "training/metrics/report.h"

namespace elbo {

/// Images of equal size, [count, height, width], values in [0, 1]; points (no image) have width = dim, height = 1.
struct ImageStrip {
    int width = 0;
    int height = 0;
    int count = 0;
    std::vector<float> pixels;
    std::vector<int> labels;  ///< empty or [count]
};

/// A decoded code asked for by a ProbeRequest.
struct Probe {
    std::uint64_t id = 0;
    int member = 0;
    double x = 0.0, y = 0.0;  ///< coordinates of the displayed plane
    std::vector<float> code;  ///< [Z]
    ImageStrip decoded;       ///< mean of p(x|z), count == 1
};

/// Density q(z|x) of one example on the x axis of a one-dimensional latent space.
struct PosteriorCurve {
    std::string name;  ///< "x = -1"
    int label = 0;
    std::vector<float> density;  ///< [columns of the grid]
};

/// The latent space of one fleet member, projected on the requested plane.
struct LatentFrame {
    int member = 0;
    int latentDim = 0;
    std::string xAxis;  ///< "z1", or "principal axis 1 (62 %)"
    std::string yAxis;
    GridDensity aggregatedPosterior;                        ///< exact q(z) over the codes used, projected
    GridDensity prior;                                      ///< p(z) on the same grid
    std::vector<float> meanX, meanY;                        ///< projected posterior means, [N]
    std::vector<float> varianceX, varianceY, covarianceXY;  ///< of the projected q(z|x), [N]
    std::vector<int> labels;                                ///< empty or [N]
    std::vector<PosteriorCurve> curves;                     ///< dim z = 1 and few distinct examples only
};

/// Data against model samples, for one- and two-dimensional data.
struct DataFrame {
    int member = 0;
    int dim = 0;
    GridDensity data;   ///< p*(x): exact where a formula is known, else a histogram. rows == 1 when dim == 1
    GridDensity model;  ///< p(x) = E_{p(z)} p(x|z) over fixed draws of z
    std::vector<float> dataX, dataY;                      ///< examples (dataY empty when dim == 1)
    std::vector<float> sampleX, sampleY;                  ///< model samples
    std::vector<float> reconstructionX, reconstructionY;  ///< decoder means of the examples' codes
};

/// Several decodings of each of a few codes: what a code says of an image, and what it leaves open.
struct ImageSheet {
    static constexpr int kDecodings = 5;
    ImageStrip decoding;  ///< x ~ p(x|z)
    ImageStrip mean;      ///< of kDecodings such draws for the same z, that one among them
};

/// Images of one fleet member.
struct ImageFrame {
    int member = 0;
    ImageStrip data;             ///< as the model saw them
    ImageStrip reconstructions;  ///< mean of p(x|z), z = posterior mean, same order as data
    ImageStrip samples;          ///< mean of p(x|z), z ~ p(z), fixed draws
    /// Of a prior that is made of encoded examples: the heaviest of these in their order, what place each has among
    /// all, and its weight.
    ImageStrip pseudoInputs;
    std::vector<int> pseudoInputPlaces;
    std::vector<float> pseudoInputWeights;
    ImageStrip manifold;  ///< [size * size], row 0 at the top (largest y); empty unless dim z = 2
    int manifoldSize = 0;
    double manifoldExtent = 0.0;  ///< codes run over +- this quantile-spaced extent, latent units
    ImageStrip sheetData;         ///< a few examples
    ImageSheet sheetOfExamples;   ///< z ~ q(z|x) of these
    ImageSheet sheetOfSamples;    ///< z ~ p(z), as many, fixed draws
};

struct CurvePoint {
    double rate = 0.0;
    double distortion = 0.0;
    double beta = 0.0;
};

enum class RunState { Idle, Running, Paused, Finished, Failed };

/// Everything on screen belongs to this one step.
struct Frame {
    std::uint64_t sequence = 0;
    std::uint64_t run = 0;                            ///< number of the run of a session that it belongs to
    std::chrono::steady_clock::time_point takenAt{};  ///< when the snapshot behind it was taken
    RunState state = RunState::Idle;
    std::string message;  ///< why a run failed or what paused it; empty when all is well
    std::string experimentName;
    std::int64_t totalSteps = 0;
    int fleetSize = 1;
    int trainExamples = 0;  ///< of the split; 0: not known
    int testExamples = 0;
    bool discreteData = false;
    std::optional<double> dataEntropy;        ///< H in nats, where known
    std::vector<CurvePoint> closedFormCurve;  ///< linear Gaussian data with a linear model: the optimum over beta
    std::vector<double> directionThresholds;  ///< weights of R above which a linear model loses a direction; by falling
                                              ///< weight, empty for other models
    std::vector<std::string> labelNames;
    ObjectiveSpec objective;       ///< which divergence, and which form of the rate
    std::string kernelName;        ///< of the MMD, which is reported whatever divergence is trained
    bool kernelSaturated = false;  ///< the mean kernel between codes is so near 0 or 1 that its gradient vanishes

    std::vector<Knobs> knobs;            ///< in force at this step, [M]
    KnobFlags scheduled;                 ///< the knobs that follow a schedule
    std::shared_ptr<const Moves> moves;  ///< by hand, of the whole run and those to come in a replay; null: none
    Report report;
    ReportHistory history;             ///< from step 0 to this one
    std::vector<LatentFrame> latents;  ///< one per requested member
    std::vector<DataFrame> data;       ///< one per requested member; empty for dim x > 2
    std::vector<ImageFrame> images;    ///< one per requested member; empty unless data are images
    std::vector<Probe> probes;
    std::vector<ExactFrame> exactFrames;  ///< one per requested member; of the newest step that was measured
    std::int64_t exactStep = -1;          ///< the step they belong to; -1: none yet
    std::vector<HealthFinding> findings;  ///< of all members; empty when all is well
    bool healthKnown = false;             ///< whether enough was measured to say so
    std::int64_t healthStep = -1;         ///< the step that most of it belongs to
    bool healthMeasured = false;          ///< whether that includes what only the measuring thread finds out
};

}  // namespace elbo
