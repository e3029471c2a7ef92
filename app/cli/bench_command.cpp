#include "app/cli/bench_command.h"

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "app/builtin/builtin_architectures.h"
#include "app/cli/window_benchmark.h"
#include "app/process/exit_codes.h"
#include "training/bench/benchmark.h"
#include "training/bench/measure_benchmark.h"
#include "training/data/dataset.h"
#include "training/engine/trainer.h"
#include "training/metrics/json_numbers.h"
#include "training/step/worker_thread.h"

namespace elbo {

namespace {

nlohmann::ordered_json tierJson(const TierTiming& tier) {
    nlohmann::ordered_json json;
    const auto add = [&](const EngineTiming& timing, const std::string& suffix) {
        json["fused_steps_per_s" + suffix] = jsonNumber(timing.fusedStepsPerSecond);
        json["plain_steps_per_s" + suffix] = jsonNumber(timing.plainStepsPerSecond);
        json["ratio" + suffix] = jsonNumber(timing.ratio());
        json["share_of_peak" + suffix] = jsonNumber(timing.shareOfPeak);
    };
    add(tier.elbo, "");
    add(tier.mmd, "_mmd");
    return json;
}

void printEngine(const EngineBenchmark& engine) {
    std::printf("GEMM peak %.1f GFLOP/s (float32, one thread)\n\n", engine.gemmPeakGflops);
    std::printf("%-14s %-5s %12s %12s %8s %8s\n", "tier", "", "fused st/s", "plain st/s", "ratio", "of peak");
    for (const TierTiming& tier : engine.tiers) {
        for (const auto& [timing, label] : {std::pair{tier.elbo, "ELBO"}, std::pair{tier.mmd, "MMD"}}) {
            std::printf("%-14s %-5s %12.1f %12.1f %8.2f %7.0f%%\n", tier.name.c_str(), label,
                        timing.fusedStepsPerSecond, timing.plainStepsPerSecond, timing.ratio(),
                        100.0 * timing.shareOfPeak);
        }
    }
}

nlohmann::ordered_json measuresJson(const MeasureBenchmark& measures) {
    return {{"mmd_10000x10_s", jsonNumber(measures.mmdSeconds)},
            {"quadrature_1000_128x128_s", jsonNumber(measures.quadratureSeconds)},
            {"density_10000_256x256_s", jsonNumber(measures.densitySeconds)},
            {"henze_zirkler_10000x10_s", jsonNumber(measures.henzeZirklerSeconds)},
            {"mixture_4000_of_10000x10_s", jsonNumber(measures.mixtureSeconds)}};
}

void printMeasures(const MeasureBenchmark& measures) {
    std::printf("\nmeasures, one thread\n");
    const auto line = [](const char* what, double seconds, const char* limit) {
        std::printf("  %-68s %9.1f ms%s\n", what, 1e3 * seconds, limit);
    };
    line("unbiased MMD of 10,000 codes in 10 dimensions", measures.mmdSeconds, "  (limit 2000)");
    line("exact values of 1,000 images, dim z = 2, 128 x 128 cells", measures.quadratureSeconds, "  (limit 10000)");
    line("exact density of q(z), 10,000 codes on 256 x 256 cells", measures.densitySeconds, "  (limit 30)");
    line("Henze-Zirkler of 10,000 codes in 10 dimensions", measures.henzeZirklerSeconds, "");
    line("I_q and KL(q(z) || p(z)), 4,000 draws against 10,000 posteriors", measures.mixtureSeconds, "");
}

nlohmann::ordered_json windowJson(const WindowBenchmark& window) {
    return {{"experiment", window.experiment},
            {"headless_steps_per_s", jsonNumber(window.headlessStepsPerSecond)},
            {"open_steps_per_s", jsonNumber(window.openStepsPerSecond)},
            {"open_share", jsonNumber(window.openStepsPerSecond / window.headlessStepsPerSecond)},
            {"hidden_steps_per_s", jsonNumber(window.hiddenStepsPerSecond)},
            {"hidden_share", jsonNumber(window.hiddenStepsPerSecond / window.headlessStepsPerSecond)},
            {"minimised_steps_per_s", jsonNumber(window.minimisedStepsPerSecond)},
            {"minimised_share", jsonNumber(window.minimisedStepsPerSecond / window.headlessStepsPerSecond)},
            {"frames_per_s", jsonNumber(window.framesPerSecond)},
            {"frame_median_ms", jsonNumber(window.frameMedianMs)},
            {"frame_99th_ms", jsonNumber(window.frame99thMs)},
            {"step_to_frame_median_ms", jsonNumber(window.stepToFrameMedianMs)},
            {"slider_to_frame_median_ms", jsonNumber(window.sliderToFrameMedianMs)},
            {"slider_to_step", window.sliderToStep}};
}

void printWindow(const WindowBenchmark& window) {
    std::printf(
        "\nwindow on \"%s\": %.1f steps/s headless, %.1f open (%.0f %%), %.1f hidden (%.0f %%), %.1f minimised "
        "(%.0f %%)\n",
        window.experiment.c_str(), window.headlessStepsPerSecond, window.openStepsPerSecond,
        100.0 * window.openStepsPerSecond / window.headlessStepsPerSecond, window.hiddenStepsPerSecond,
        100.0 * window.hiddenStepsPerSecond / window.headlessStepsPerSecond, window.minimisedStepsPerSecond,
        100.0 * window.minimisedStepsPerSecond / window.headlessStepsPerSecond);
    std::printf(
        "%.1f frames/s, one every %.0f ms (99th percentile %.0f ms); step to frame %.0f ms, slider to frame "
        "%.0f ms, slider to step %d\n",
        window.framesPerSecond, window.frameMedianMs, window.frame99thMs, window.stepToFrameMedianMs,
        window.sliderToFrameMedianMs, window.sliderToStep);
}

/// Architectures that the fused kernels do not cover, small enough for a few cores.
std::vector<BenchmarkTier> furtherTiers() {
    std::vector<BenchmarkTier> tiers;
    for (const auto& [tier, name] :
         {std::pair{"conv", "rd-conv-deconv-normal-small"}, std::pair{"vamp", "rd-conv-deconv-vamp-small"},
          std::pair{"dcgan", "infovae-dcgan-small"}}) {
        tiers.push_back({tier, withArchitecture(benchmarkDigits(), namedArchitecture(name))});
    }
    return tiers;
}

/// The experiment asked for, or the built-in digits where the files of MNIST are not installed.
std::string windowExperiment(const std::string& wanted) {
    const std::vector<DataEntry> entries = listData();
    const bool missing = std::any_of(entries.begin(), entries.end(),
                                     [&](const DataEntry& entry) { return entry.name == wanted && !entry.available; });
    return missing ? "digits" : wanted;
}

}  // namespace

int benchCommand(const BenchOptions& options) {
    const auto progress = [](const std::string& what) { std::cerr << "bench: " << what << '\n'; };
    nlohmann::ordered_json json;
    if (options.engine) {
        prepareWorkerThread(1, true);
        const EngineBenchmark engine = benchmarkEngine(furtherTiers(), options.seconds, progress);
        json["gemm_peak_gflops"] = jsonNumber(engine.gemmPeakGflops);
        for (const TierTiming& tier : engine.tiers) {
            json["tiers"][tier.name] = tierJson(tier);
        }
        if (!options.json) {
            printEngine(engine);
        }
    }
    if (options.measures) {
        prepareWorkerThread(1, false);
        const MeasureBenchmark measures = benchmarkMeasures(progress);
        json["measures"] = measuresJson(measures);
        if (!options.json) {
            printMeasures(measures);
        }
    }
    if (options.window) {
        const WindowBenchmark window = benchmarkWindow(windowExperiment(options.experiment), options.seconds, progress);
        json["window"] = windowJson(window);
        if (!options.json) {
            printWindow(window);
        }
    }
    if (options.json) {
        std::cout << json.dump() << std::endl;
    }
    return kDone;
}

}  // namespace elbo
