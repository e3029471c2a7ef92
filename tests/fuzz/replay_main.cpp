// Runs a fuzz target without libFuzzer: over its seeds, then over damaged ones, always the same.
//   fuzz_<reader>            corpus/<reader>/, seeds() and 500 mutations of them; ELBOROOM_MUTATIONS=N: so many
//   fuzz_<reader> FILE...    these inputs, such as one that failed
// Where an input breaks a promise it is written to failed-fuzz_<reader> in the current folder.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/mutations.h"

/// Of a sanitizer, where there is one: called before it ends the program.
extern "C" void __sanitizer_set_death_callback(void (*callback)()) __attribute__((weak));

namespace elbo::fuzz {
namespace {

constexpr unsigned kMostSeconds = 60;  ///< that a single input may take
constexpr std::uint64_t kMostMemory = std::uint64_t{8} << 30;
constexpr int kMutations = 500;

std::string failedPath;
const std::string* current = nullptr;

/// Keeps the input that the reader had. Only what a signal handler may call.
void keepInput() {
    if (current == nullptr) {
        return;
    }
    const int file = ::open(failedPath.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file >= 0 && ::write(file, current->data(), current->size()) == static_cast<ssize_t>(current->size())) {
        for (const std::string_view part :
             {std::string_view("The input is in "), std::string_view(failedPath), std::string_view("\n")}) {
            if (::write(STDERR_FILENO, part.data(), part.size()) < 0) {
                break;
            }
        }
    }
    ::close(file);
}

void onSignal(int signal) {
    keepInput();
    ::raise(signal);  // which has its own effect again
}

void watch() {
    static std::array<char, 65'536> ownStack;  // one for the case that the other is used up
    stack_t stack{};
    stack.ss_sp = ownStack.data();
    stack.ss_size = ownStack.size();
    ::sigaltstack(&stack, nullptr);
    struct sigaction action {};
    action.sa_handler = onSignal;
    action.sa_flags = static_cast<int>(SA_ONSTACK | SA_RESETHAND | SA_NODEFER);
    for (const int signal : {SIGABRT, SIGALRM}) {
        ::sigaction(signal, &action, nullptr);
    }
    if (__sanitizer_set_death_callback != nullptr) {
        __sanitizer_set_death_callback(keepInput);
        return;  // a sanitizer tells of the other signals itself, and its memory is without bounds
    }
    for (const int signal : {SIGBUS, SIGFPE, SIGILL, SIGSEGV}) {
        ::sigaction(signal, &action, nullptr);
    }
    const rlimit memory{kMostMemory, kMostMemory};
    ::setrlimit(RLIMIT_DATA, &memory);
}

void run(const std::string& input) {
    current = &input;
    ::alarm(kMostSeconds);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    ::alarm(0);
    current = nullptr;
}

std::string bytesOf(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

int mutationCount() {
    const char* wanted = std::getenv("ELBOROOM_MUTATIONS");
    const int count = wanted == nullptr ? 0 : std::atoi(wanted);
    return count > 0 ? count : kMutations;
}

/// The stored inputs of this reader in the order of their names, then those that are made.
std::vector<std::string> allSeeds(const std::string& reader) {
    std::vector<std::filesystem::path> paths;
    const std::filesystem::path folder = std::filesystem::path(ELBOROOM_SOURCE_DIR) / "tests/fuzz/corpus" / reader;
    if (std::filesystem::is_directory(folder)) {
        std::copy(std::filesystem::directory_iterator(folder), {}, std::back_inserter(paths));
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> all;
    std::transform(paths.begin(), paths.end(), std::back_inserter(all), bytesOf);
    const std::vector<std::string> made = seeds();
    all.insert(all.end(), made.begin(), made.end());
    return all;
}

}  // namespace
}  // namespace elbo::fuzz

int main(int argc, char** argv) {
    using namespace elbo::fuzz;
    const std::string program = std::filesystem::path(argv[0]).filename();
    failedPath = "failed-" + program;
    watch();
    if (argc > 1) {
        std::for_each(argv + 1, argv + argc, [](const char* path) { run(bytesOf(path)); });
        std::printf("%s: %d inputs\n", program.c_str(), argc - 1);
        return 0;
    }
    const std::vector<std::string> inputs = allSeeds(program.substr(program.find('_') + 1));
    if (inputs.empty()) {
        std::fprintf(stderr, "%s: there are no seeds\n", program.c_str());
        return 1;
    }
    std::for_each(inputs.begin(), inputs.end(), run);
    Mutations mutations(inputs);
    const int count = mutationCount();
    for (int i = 0; i < count; ++i) {
        run(mutations.next());
    }
    std::printf("%s: %zu seeds, %d mutations\n", program.c_str(), inputs.size(), count);
    return 0;
}
