// `elboroom docs`: the reference pages, made from the tables that the program itself reads.
#pragma once

#include <string>
#include <vector>

namespace elbo {

/// What a command takes, as its page says it.
struct CommandPage {
    std::string name;         ///< "train"
    std::string description;  ///< one sentence
    std::string help;         ///< what `elboroom NAME --help` prints
};

/// Writes experiment.md, metrics.md, objectives.md, models.md, data.md, commands.md and an index, README.md, into
/// `folder`, which is made where it is not. Returns the exit code; throws InputError where a file cannot be written.
int docsCommand(const std::string& folder, const std::vector<CommandPage>& commands);

}  // namespace elbo
