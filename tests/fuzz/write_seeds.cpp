// A libFuzzer program with --write-seeds=FOLDER puts seeds() there, one a file, and ends: its corpus is made of files.
#include <filesystem>
#include <fstream>
#include <string_view>

#include "tests/fuzz/fuzz_target.h"

/// Called by libFuzzer before anything else; options that begin with two dashes are the program's own.
extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
    constexpr std::string_view kOption = "--write-seeds=";
    for (int i = 1; i < *argc; ++i) {
        const std::string_view argument = (*argv)[i];
        if (!argument.starts_with(kOption)) {
            continue;
        }
        const std::filesystem::path folder = argument.substr(kOption.size());
        std::filesystem::create_directories(folder);
        int number = 0;
        for (const std::string& seed : elbo::fuzz::seeds()) {
            std::ofstream file(folder / ("made-" + std::to_string(number++)), std::ios::binary);
            if (!(file << seed).flush()) {
                std::fprintf(stderr, "The seeds cannot be written to %s.\n", folder.c_str());
                std::exit(1);
            }
        }
        std::exit(0);
    }
    return 0;
}
