// A few ways to damage an input, in an order that is always the same.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <vector>

namespace elbo::fuzz {

/// Makes inputs out of others. The same seeds give the same inputs.
class Mutations {
  public:
    /// Seeds that are too long to be damaged often are left out.
    explicit Mutations(const std::vector<std::string>& seeds);

    /// The next input: one of the seeds with one to four changes.
    std::string next();

  private:
    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(random_()) % bound; }
    void change(std::string& input);
    void changeBytes(std::string& input);
    void changeNumber(std::string& input);
    void changeLength(std::string& input);
    void splice(std::string& input);

    std::vector<std::string> seeds_;
    std::mt19937_64 random_;
};

}  // namespace elbo::fuzz
