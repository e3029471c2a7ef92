#include "training/data/representative.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "training/data/random.h"

namespace elbo {

namespace {

/// Keeps these draws apart from others of the same seed.
constexpr std::uint64_t kPartStream = 0x70617274ULL;

/// Where an example stands: how far through its label, 0 ... 1.
struct Standing {
    double share = 0.0;
    int label = 0;
    int example = 0;
};

}  // namespace

std::vector<int> representativeOrder(const Examples& examples, std::uint64_t seed) {
    std::map<int, std::vector<int>> byLabel;
    const int count = examples.size();
    for (int i = 0; i < count; ++i) {
        const auto place = static_cast<std::size_t>(i);
        byLabel[place < examples.labels.size() ? examples.labels[place] : 0].push_back(i);
    }
    std::vector<Standing> standings;
    standings.reserve(static_cast<std::size_t>(count));
    for (auto& [label, members] : byLabel) {
        Random random(seed, kPartStream, static_cast<std::uint64_t>(label));
        for (std::size_t i = members.size(); i > 1; --i) {
            std::swap(members[i - 1], members[random.below(i)]);
        }
        // A start of its own for every label: with a common one, the largest label would always come first.
        const double start = random.uniform();
        for (std::size_t i = 0; i < members.size(); ++i) {
            const double share = (static_cast<double>(i) + start) / static_cast<double>(members.size());
            standings.push_back({share, label, members[i]});
        }
    }
    std::sort(standings.begin(), standings.end(), [](const Standing& a, const Standing& b) {
        return std::tie(a.share, a.label) < std::tie(b.share, b.label);
    });
    std::vector<int> order;
    order.reserve(standings.size());
    for (const Standing& standing : standings) {
        order.push_back(standing.example);
    }
    return order;
}

}  // namespace elbo
